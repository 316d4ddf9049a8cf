"""`cnncalc diff`: what changes between two versions of networks."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc.cli.comparison_command import ExitCode, known_format, show
from cnncalc.cli.options import Allow, Color, Depth, Format, Width
from cnncalc.diff.models import compare
from cnncalc.diff.sides import side
from cnncalc.errors import UsageError

Old = Annotated[str, typer.Argument(metavar="OLD", show_default=False,
                                    help="A spec, a directory of specs, REV:path in git, zoo:NAME, - for "
                                         "stdin, or a document of --format json.")]  # fmt: skip
New = Annotated[
    str,
    typer.Argument(
        metavar="NEW", show_default=False, help="The new version, in any of these forms."
    ),
]


def run(
    old: Old,
    new: New,
    allow: Allow = [],  # noqa: B006
    format: Format = "",
    depth: Depth = None,
    exit_code: ExitCode = False,
    color: Color = "auto",
    width: Width = None,
) -> None:
    """Compare two versions of networks: totals against the budget, and layer by layer what changed.

    Layers are recognised under new names and after inserted layers. Exit 0, unless a spec is bad
    or, with --exit-code, something changed.
    """
    if old == new == "-":
        raise UsageError("only one of OLD and NEW can be the standard input")
    known_format(format)
    found = compare(side(old, "old", allow), side(new, "new", allow))
    show(found, analysis="diff", format=format, depth=depth, exit_code=exit_code, color=color,
         width=width)  # fmt: skip
