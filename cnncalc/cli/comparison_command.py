"""How commands show a comparison: `diff` of two versions, `what-if` of a spec and a change to it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cnncalc.cli.output import emit, renderer, show_findings, wants_color
from cnncalc.cli.output import show as print_as
from cnncalc.diff.document import document
from cnncalc.diff.pages import page
from cnncalc.diff.records import records

if TYPE_CHECKING:
    from cnncalc.diff.models import Comparison

ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if anything changed.")]


_FOLDING = ("markdown", "html")
"""The formats that can fold away what is long."""


def known_format(format: str) -> None:
    """Raise UsageError for a format in which nothing is shown, before anything is compared."""
    renderer(format or "text", "render")


def show(
    found: Comparison,
    *,
    analysis: str,
    format: str,
    depth: int | None,
    exit_code: bool,
    color: str,
    width: int | None,
) -> None:
    """Print a comparison; exit with 1 if a spec is bad or, with `exit_code`, something changed.

    `analysis` is the command, as JSON has it.
    """
    use_color = wants_color(color, sys.stdout)
    drawn = sys.stdout.isatty() or use_color or width is not None
    name = format or ("rich" if drawn else "text")
    module = renderer(name, "render")
    if name == "json":
        emit(module.render(document(found, analysis)), coded=True)
    elif name == "csv":
        emit(module.render(records(found)), coded=True)
    else:
        text = page(found, lambda table: module.render(table, width=width, color=use_color),
                    fold=name in _FOLDING, depth=depth)  # fmt: skip
        print_as(module, text)
    if found.findings:
        show_findings(found.findings, color=color)
    if found.findings or (exit_code and found.differs):
        raise typer.Exit(1)
