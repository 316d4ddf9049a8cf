"""A text as `loads` reads it: every model of it and its variants, or what is wrong."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.errors import Diagnostic, Source, SpecError
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.network import Network

VARIANTS = 2
"""Of each model so many variants are built."""

NAME = "fuzz.yaml"


class Built(NamedTuple):
    """A network, and which model and variant it is."""

    network: Network
    model: str | None
    variant: str = ""


class Loaded(NamedTuple):
    """What became of a text: the networks of a document, or the findings that refuse it."""

    text: str
    document: Document | None
    networks: tuple[Built, ...] = ()
    findings: tuple[Diagnostic, ...] = ()

    @property
    def first(self) -> Built:
        """The network of the first model."""
        return self.networks[0]


def load(text: str) -> Loaded:
    """The networks of a text; what is no SpecError passes through."""
    document = None
    found = []
    try:
        document = Document(Source(NAME, text))
        for name in list(document.models) or [None]:
            found.append(Built(build(document, name), name))
            variants = document.models[name].variants[:VARIANTS] if name else ()
            found += [Built(build(document, name, variant=one), name, one.name) for one in variants]
    except SpecError as error:
        return Loaded(text, document, findings=tuple(error.diagnostics))
    return Loaded(text, document, tuple(found))
