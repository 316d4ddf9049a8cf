"""`cnncalc draw`: a picture of a network."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from cnncalc.cli import options
from cnncalc.cli.output import columns, deliver, destination, wants_color
from cnncalc.cli.signature import one_of
from cnncalc.errors import UsageError

Style = Annotated[str, typer.Option("--style", metavar="STYLE", help=one_of("drawing.styles"))]
Kind = Annotated[str, typer.Option("--format", "-f", metavar="KIND", show_default=False,
                                   help=one_of("drawing.targets"))]  # fmt: skip
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", show_default=False,
                                     help="Write the picture into FILE, whose ending says its "
                                          "kind; - prints.")]  # fmt: skip
By = Annotated[str, typer.Option("--by", metavar="NUMBER", show_default=False,
                                 help="Colour boxes by a number: macs, params, activation, memory, "
                                      "receptive_field, …")]  # fmt: skip

Layer = Annotated[str, typer.Option("--layer", metavar="NAME", show_default=False,
                                    help="The layer that --style layer shows.")]  # fmt: skip
Scale = Annotated[str, typer.Option("--scale", metavar="root|log|linear", show_default=False,
                                    help="How sizes of --style volumes follow those of the maps.")]  # fmt: skip


def run(
    spec: options.Spec,
    style: Style = "graph",
    format: Kind = "",
    output: Output = "",
    overwrite: options.Overwrite = False,
    depth: options.Depth = None,
    expand: options.Expand = False,
    by: By = "",
    layer: Layer = "",
    scale: Scale = "",
    set: options.Set = [],  # noqa: B006
    size: options.Size = [],  # noqa: B006
    channels: options.Channels = [],  # noqa: B006
    allow: options.Allow = [],  # noqa: B006
    dpi: options.Dpi = None,
    color: options.Color = "auto",
    width: options.Width = None,
) -> None:
    """Draw a network: SVG, or text on a terminal, unless a file or a format is given.

    `cnncalc draw resnet50.yaml -o resnet50.svg`, `cnncalc draw unet.yaml --style volumes -o unet.pdf`
    """
    from cnncalc.drawing.draw import draw, target_of

    use_color = wants_color(color, sys.stdout)
    output = destination(output, overwrite=overwrite)
    usual = "text" if sys.stdout.isatty() and style == "graph" else "svg"
    target = format or (target_of(output) if output else usual)
    asked = {"depth": depth, "expand": expand, "by": by, "layer": layer, "scale": scale}
    looks: dict[str, Any] = {"dpi": dpi} if dpi is not None else {}
    if target == "text":
        looks |= {"width": width or columns(), "color": use_color and not output}
    else:
        # Who asks for what only a terminal has is told so, as are those who ask others for dots.
        looks |= {} if width is None else {"width": width}
        looks |= {"color": True} if color == "always" else {}
    network = options.network(spec, set, size, channels, allow)
    given = {name: value for name, value in asked.items() if value not in (None, False, "")}
    drawn = draw(network, style, target, looks=looks, **given)
    if isinstance(drawn, bytes) and not output:
        raise UsageError(f"a picture in {target} is not printed", f"-o FILE.{target} writes it")
    deliver(drawn, output, overwrite=overwrite, coded=target != "text")
