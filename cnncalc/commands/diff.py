"""`cnncalc diff`: what changes between two versions of networks."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cnncalc.comparison.document import document
from cnncalc.comparison.models import compare
from cnncalc.comparison.pages import page
from cnncalc.comparison.sides import side
from cnncalc.errors import UsageError
from cnncalc.options import Color, Depth, Width
from cnncalc.output import colored, emit, renderer, show_findings

Old = Annotated[str, typer.Argument(metavar="OLD", show_default=False,
                                    help="A spec, a directory of specs, REV:path in git, zoo:NAME, - for "
                                         "stdin, or what --format json has saved.")]  # fmt: skip
New = Annotated[str, typer.Argument(metavar="NEW", show_default=False, help="The same, now.")]
Format = Annotated[str, typer.Option("--format", "-f", show_default=False,
                                     help="text, json, markdown or rich.")]  # fmt: skip
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if anything changed.")]
FORMATS = ("text", "json", "markdown", "rich")


def run(
    old: Old,
    new: New,
    format: Format = "",
    depth: Depth = None,
    exit_code: ExitCode = False,
    color: Color = "auto",
    width: Width = None,
) -> None:
    """Compare two versions of networks: totals against the budget, and layer by layer what changed.

    Layers are found again under other names and behind others that were put in. Exit 0, unless a
    spec is bad or, with --exit-code, something changed.
    """
    if old == new == "-":
        raise UsageError("only one of OLD and NEW can be the standard input")
    if format and format not in FORMATS:
        raise UsageError(f"diff has no format `{format}`", f"formats: {', '.join(FORMATS)}")
    found = compare(side(old, "old"), side(new, "new"))
    use_color = colored(color, sys.stdout)
    drawn = sys.stdout.isatty() or use_color or width is not None
    name = format or ("rich" if drawn else "text")
    module = renderer(name, "render")
    if name == "json":
        emit(module.render(document(found)))
    else:
        emit(page(found, lambda table: module.render(table, width=width, color=use_color),
                  fold=name == "markdown", depth=depth))  # fmt: skip
    if found.findings:
        show_findings(found.findings, color=color)
    if found.findings or (exit_code and found.differs):
        raise typer.Exit(1)
