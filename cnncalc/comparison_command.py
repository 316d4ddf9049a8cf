"""How commands show a comparison: `diff` of two versions, `what-if` of a spec and a change to it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cnncalc.comparison.document import document
from cnncalc.comparison.pages import page
from cnncalc.errors import UsageError
from cnncalc.output import able, colored, emit, renderer, show_findings
from cnncalc.output import show as print_as
from cnncalc.signature import formats

if TYPE_CHECKING:
    from cnncalc.comparison.models import Comparison

Format = Annotated[str, typer.Option("--format", "-f", show_default=False, help=formats("PAGES"))]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if anything changed.")]


def known_format(command: str, format: str) -> None:
    """Raise UsageError for a format in which comparisons are not shown."""
    if format and format not in (known := able("PAGES")):
        raise UsageError(f"{command} has no format `{format}`", f"formats: {', '.join(known)}")


def show(
    found: Comparison,
    *,
    format: str,
    depth: int | None,
    exit_code: bool,
    color: str,
    width: int | None,
) -> None:
    """Print a comparison; exit with 1 if a spec is bad or, with `exit_code`, something changed."""
    use_color = colored(color, sys.stdout)
    drawn = sys.stdout.isatty() or use_color or width is not None
    name = format or ("rich" if drawn else "text")
    module = renderer(name, "render")
    if name == "json":
        emit(module.render(document(found)), coded=True)
    else:
        text = page(found, lambda table: module.render(table, width=width, color=use_color),
                    fold=name == "markdown", depth=depth)  # fmt: skip
        print_as(module, text)
    if found.findings:
        show_findings(found.findings, color=color)
    if found.findings or (exit_code and found.differs):
        raise typer.Exit(1)
