"""`cnncalc solve`: questions backwards, from the wanted result to the settings that give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from cnncalc.calculator.question import summary
from cnncalc.cli import keyed_command
from cnncalc.cli.options import Format
from cnncalc.cli.output import show_findings, show_table
from cnncalc.solving.solve import Solved
from cnncalc.solving.solver import find, load, names

if TYPE_CHECKING:
    from cnncalc.cli.keyed_command import Prepare
    from cnncalc.solving.solver import Solver


def group(name: str, prepare: Prepare | None = None) -> Any:
    """`solve` with a command for every solver."""

    def command(word: str) -> Any:
        return keyed_command.command(word, load(word), _answer, Format, prepare)

    return keyed_command.group(name, __doc__ or "", names=names, load=command, miss=find,
                               listing=_all)  # fmt: skip


def _all() -> str:
    """Every solver with a line of what it finds."""
    from textwrap import fill

    width = max(map(len, names())) + 2
    lines = [fill(summary(load(name)), 80, initial_indent=name.ljust(width),
                  subsequent_indent=" " * width) for name in names()]  # fmt: skip
    hint = "`cnncalc solve NAME --help` lists what it takes,\n`cnncalc explain solve:NAME` is its manual\n"
    return "\n".join([*lines, "", hint])


def _answer(solver: Solver, *, format: str, color: str, width: int | None) -> None:
    solved = Solved(solver)
    is_document = format in ("json", "csv")
    table = solved.table if is_document else solved.short
    # Without a solution there is nothing to draw; documents say so themselves.
    if table.rows or is_document:
        show_table(table, format=format, color=color, width=width)
    if table.findings:
        show_findings(table.findings, color=color)
        raise typer.Exit(1)
