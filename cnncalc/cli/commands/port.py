"""`cnncalc port`: what a network becomes in other frameworks and runtimes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cnncalc.cli import options
from cnncalc.cli.options import Allow, Channels, Color, Format, Set, Size, Spec, Width
from cnncalc.cli.output import emit, renderer, show, wants_color
from cnncalc.porting.document import document, records
from cnncalc.porting.pages import page
from cnncalc.porting.port import port

To = Annotated[str, typer.Option("--to", metavar="A,B,…", show_default=False,
                                 help="Look at these targets, by the names of dialects. Without it, at "
                                      "all of them.")]  # fmt: skip
From = Annotated[str, typer.Option("--from", metavar="DIALECT", show_default=False,
                                   help="Say where the network comes from, if the spec has no "
                                        "dialect.")]  # fmt: skip


def run(
    spec: Spec,
    to: To = "",
    from_: From = "",
    set: Set = [],  # noqa: B006
    size: Size = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
    format: Format = "",
    color: Color = "auto",
    width: Width = None,
) -> None:
    """What the network becomes in other frameworks and runtimes, as its usual converter writes it.

    Shows a line for each target, then the layers that are not the same there, and what to write
    instead. The exit code is 1 if a target would give another network; padding by a layer of its
    own makes it none. JSON and CSV have every layer.
    """
    use_color = wants_color(color, sys.stdout)
    drawn = sys.stdout.isatty() or use_color or width is not None
    name = format or ("rich" if drawn else "text")
    module = renderer(name, "render")
    result = port(options.network(spec, set, size, channels, allow), to, from_)
    if name == "json":
        emit(module.render(document(result)), coded=True)
    elif name == "csv":
        emit(module.render(records(result)), coded=True)
    else:
        show(module, page(result, lambda table: module.render(table, width=width, color=use_color)))
    if any(found.is_another for found in result.networks):
        raise typer.Exit(1)
