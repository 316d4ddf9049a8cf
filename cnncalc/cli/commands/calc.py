"""`cnncalc calc`: the formulas of the field, with their working."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.calculate import Result
from cnncalc.calculator.formula import TOPICS, find, load, names
from cnncalc.calculator.question import summary
from cnncalc.cli import keyed_command
from cnncalc.cli.options import Explained
from cnncalc.cli.output import renderer, show, wants_color
from cnncalc.working.steps import Working

if TYPE_CHECKING:
    from cnncalc.calculator.formula import Formula
    from cnncalc.cli.keyed_command import Prepare


def group(name: str, prepare: Prepare | None = None) -> Any:
    """`calc` with a command for every formula."""

    def command(word: str) -> Any:
        found = load(word)
        return _family(word, found, prepare) if found.variants else _command(word, found, prepare)

    return keyed_command.group(name, __doc__ or "", names=names, load=command, miss=find,
                               listing=_all)  # fmt: skip


def _family(name: str, family: type[Formula], prepare: Prepare | None) -> Any:
    """The commands of a formula that takes a word behind its name: `calc params conv`."""
    return keyed_command.group(
        name,
        family.__doc__ or "",
        names=lambda: _words(family),
        load=lambda word: _command(word, family.variant(word.replace("-", "_")), prepare),
        miss=lambda word: find(f"{name} {word}"),
        listing=lambda: "".join(f"{name} {word}\n" for word in _words(family)),
    )


def _command(name: str, formula: type[Formula], prepare: Prepare | None) -> Any:
    return keyed_command.command(name, formula, _answer, Explained, prepare)


def _all() -> str:
    """Every formula under its topic, with a line of what it is."""
    from textwrap import fill

    found = {name: load(name) for name in names()}
    width = max(map(len, found))
    text = ""
    for topic in TOPICS:
        lines = [fill(summary(formula), 80, initial_indent=f"  {name.ljust(width)}  ",
                      subsequent_indent=" " * (width + 4)) + "\n"
                 for name, formula in found.items() if formula.topic == topic]  # fmt: skip
        text += f"{topic}\n{''.join(lines)}" if lines else ""
    hint = (
        "`cnncalc calc FORMULA --help` lists its inputs,\n`cnncalc explain FORMULA` is its manual\n"
    )
    return f"{text}\n{hint}"


def _words(family: type[Formula]) -> list[str]:
    return [word.replace("_", "-") for word in family.variants]


def _answer(formula: Formula, *, format: str, color: str, width: int | None) -> None:
    use_color = wants_color(color, sys.stdout)
    module = renderer(format or "text", "explain")
    # A format that shows only so many steps has no use for the others.
    result = Result(formula, Working(getattr(module, "STEPS", None)))
    document = result.to_dict() if format == "json" else None
    show(
        module, module.explain([result.section()], document=document, color=use_color, width=width)
    )
