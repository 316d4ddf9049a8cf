"""`cnncalc explain`: the manual of a code or of a kind of layer."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc import manual, registry
from cnncalc.errors import UsageError
from cnncalc.output import emit
from cnncalc.spec.kinds import find_layer, nearest_kind

Word = Annotated[str, typer.Argument(metavar="CODE|LAYER", show_default=False,
                                     help="A code such as E306, or a kind of layer such as conv.")]  # fmt: skip


def run(word: Word) -> None:
    """Print the manual of a diagnostic code or of a kind of layer."""
    if word[:1] in "EXW" and word[1:].isdigit():
        sections = manual.codes()
        if word not in sections:
            raise UsageError(f"there is no code {word}",
                             registry.suggestion(word, sections) or "codes: " + ", ".join(sections))  # fmt: skip
        emit(sections[word])
        return
    found, rank = find_layer(word)
    if found is None:
        raise UsageError(f"there is neither a code nor a kind of layer `{word}`",
                         nearest_kind(word, ()))  # fmt: skip
    emit(manual.layer(word[:-2] if rank else word))
