"""`cnncalc explain`: the manual of a code, a kind of layer, a key of the language, a formula or a solver."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc import manual, registry
from cnncalc.calculator import formula as formulas
from cnncalc.cli.options import Color, Manual, Width
from cnncalc.cli.output import renderer, show_manual
from cnncalc.errors import UsageError
from cnncalc.language.kinds import find_layer, nearest_kind, nearest_name
from cnncalc.solving import solver as solvers

Word = Annotated[str, typer.Argument(metavar="CODE|LAYER|FORMULA|SOLVER", show_default=False,
                                     help="A code such as E306, a kind of layer such as conv, a word of the "
                                          "language such as reuse, a formula "
                                          "such as iou, or a solver such as vars; calc:conv is the "
                                          "formula of that name and solve:conv the solver.")]  # fmt: skip

QUESTIONS = {
    "calc:": (formulas.names, manual.formula),
    "solve:": (solvers.names, manual.solver),
}
"""What stands before a name if a kind of layer is called the same, the names there are, and their manual."""


def run(word: Word, format: Manual = "", color: Color = "auto", width: Width = None) -> None:
    """Print the manual of a code, a kind of layer, a key of the language, a formula or a solver."""
    renderer(format or "text", "typeset")
    show_manual(_page(word), format, color, width)


def _page(word: str) -> str:
    """The manual in Markdown; raises UsageError for what has none."""
    if word[:1] in "EXW" and word[1:].isdigit():
        sections = manual.codes()
        if word not in sections:
            raise UsageError(f"there is no code {word}",
                             registry.suggestion(word, sections) or "codes: " + ", ".join(sections))  # fmt: skip
        return sections[word]
    found, rank = find_layer(word)
    if found is not None:
        return manual.layer(word[:-2] if rank else word)
    name = word.replace("_", "-")
    for prefix, (names, text) in QUESTIONS.items():
        if name.startswith(prefix) or name in names():
            return text(name.removeprefix(prefix))
    if word in manual.words():
        return manual.word(word)
    if page := manual.key(word):
        return page
    near = nearest_kind(word, ())
    if not near:
        close = nearest_name(word, [*formulas.names(), *solvers.names(), *manual.words()])
        near = f"did you mean `{close}`?" if close else "`cnncalc layers` lists all kinds"
    raise UsageError(f"there is no code, kind of layer, key, formula or solver `{word}`", near)
