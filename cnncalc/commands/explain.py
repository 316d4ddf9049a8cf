"""`cnncalc explain`: the manual of a code, of a kind of layer or of a formula."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc import manual, registry
from cnncalc.calculator import formula as formulas
from cnncalc.errors import UsageError
from cnncalc.output import emit
from cnncalc.spec.kinds import find_layer, nearest_kind

Word = Annotated[str, typer.Argument(metavar="CODE|LAYER|FORMULA", show_default=False,
                                     help="A code such as E306, a kind of layer such as conv, or a formula "
                                          "such as iou; calc:conv is the formula of that name.")]  # fmt: skip
CALC = "calc:"


def run(word: Word) -> None:
    """Print the manual of a diagnostic code, of a kind of layer or of a formula."""
    if word[:1] in "EXW" and word[1:].isdigit():
        sections = manual.codes()
        if word not in sections:
            raise UsageError(f"there is no code {word}",
                             registry.suggestion(word, sections) or "codes: " + ", ".join(sections))  # fmt: skip
        emit(sections[word])
        return
    found, rank = find_layer(word)
    if found is not None:
        emit(manual.layer(word[:-2] if rank else word))
        return
    name = word.removeprefix(CALC)
    if word.startswith(CALC) or name.replace("_", "-") in formulas.names():
        emit(manual.formula(name.replace("_", "-")))
        return
    near = registry.suggestion(word, formulas.names())
    raise UsageError(f"there is neither a code nor a kind of layer nor a formula `{word}`",
                     near or nearest_kind(word, ()))  # fmt: skip
