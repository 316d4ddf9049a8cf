"""What is to be said of a text that is being written: the page of its networks, and its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.check.judge import judge_source
from cnncalc.errors import SpecError
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import Origin, read
from cnncalc.registry import load
from cnncalc.reporting.base.subject import Subject
from cnncalc.reporting.document import document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.errors import Diagnostic, Source
    from cnncalc.network import Network

MOST = 8
"""Of a file with more networks, so many are shown."""


def look(path: str, text: str) -> dict[str, Any]:
    """The document of the page for a spec that holds a text, wherever its file has got to.

    `findings` are all of the text, also where no network comes of it; a network that fails is shown as
    far as it is sound.
    """
    try:
        source = read(Origin(path), text.encode())
        networks = list(_networks(source))
    except SpecError as error:
        networks = [] if error.network is None else [error.network]
        return {
            **document([Subject(one) for one in networks]),
            "findings": _tell(error.diagnostics),
        }
    checked = judge_source(source)
    subjects = [Subject(one, checked.findings) for one in networks]
    return {**document(subjects), "findings": _tell(checked.findings)}


def _networks(source: Source) -> Iterable[Network]:
    """The networks of a text; raises SpecError with all that is wrong with the first that is bad."""
    found = Document(source)
    if not found.models:
        raise found.report.error()
    for model in list(found.models)[:MOST]:
        yield build(found, model)


def _tell(findings: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    describe = load("reporting.panels", "findings").describe
    return [describe(finding) for finding in findings]
