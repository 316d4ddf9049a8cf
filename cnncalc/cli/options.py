"""Arguments that several commands share, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cnncalc.cli.signature import formats
from cnncalc.errors import SpecError
from cnncalc.language.given import counts, document, settings, sizes
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.network import Network

Spec = Annotated[str, typer.Argument(metavar="SPEC[::MODEL]", show_default=False,
                                     help="A YAML spec, a model file, zoo:NAME, REV:path in git, or - for "
                                          "stdin.")]  # fmt: skip
Set = Annotated[list[str], typer.Option("--set", metavar="NAME=VALUE", show_default=False,
                                        help="Set a variable of the spec. May be repeated.")]  # fmt: skip
Size = Annotated[list[str], typer.Option("--size", metavar="[INPUT=]H,W", show_default=False,
                                         help="Use a different input size.")]  # fmt: skip
Channels = Annotated[list[str], typer.Option("--channels", metavar="[INPUT=]C", show_default=False,
                                             help="Use a different number of input channels.")]  # fmt: skip
Allow = Annotated[list[str], typer.Option("--allow", metavar="DIR", show_default=False,
                                          help="Let `net:` read specs in this directory, too. "
                                               "May be repeated.")]  # fmt: skip
Format = Annotated[str, typer.Option("--format", "-f", show_default=False, help=formats("render"))]
Explained = Annotated[
    str, typer.Option("--format", "-f", show_default=False, help=formats("explain"))
]
Manual = Annotated[str, typer.Option("--format", "-f", show_default=False, help=formats("typeset"))]
Depth = Annotated[int | None, typer.Option("--depth", metavar="N", min=1, show_default=False,
                                           help="Fold blocks deeper than this into one row.")]  # fmt: skip
Expand = Annotated[
    bool, typer.Option("--expand", help="Show norms and activations in rows of their own.")
]
Columns = Annotated[str | None, typer.Option("--columns", metavar="A,B,…", show_default=False,
                                      help="Show these columns, by their headers or the keys of "
                                           "JSON, in this order.")]  # fmt: skip
Explain = Annotated[list[str], typer.Option("--explain", metavar="LAYER", show_default=False,
                                            help="Show how the numbers of a layer or block are found. "
                                                 "May be repeated.")]  # fmt: skip
Color = Annotated[str, typer.Option("--color", metavar="WHEN", help="auto, always or never.")]
Width = Annotated[int | None, typer.Option("--width", metavar="N", min=20, show_default=False,
                                           help="No line is to be wider than this.")]  # fmt: skip

Plot = Annotated[str, typer.Option("--plot", metavar="FILE", show_default=False,
                                   help="Also draw a picture into FILE: .svg, .png or .pdf.")]  # fmt: skip
PlotSize = Annotated[str, typer.Option("--plot-size", metavar="W,H", show_default=False,
                                       help="Width and height of the picture, in inches or with a unit: "
                                            "89mm,60mm.")]  # fmt: skip
FontSize = Annotated[float | None, typer.Option("--font-size", metavar="PT", show_default=False,
                                                help="Size of its letters, in points.")]  # fmt: skip
Dpi = Annotated[int | None, typer.Option("--dpi", metavar="N", show_default=False,
                                         help="Dots to the inch of a .png.")]  # fmt: skip
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Overwrite the file if it exists.")]


@pause
def network(
    spec: str,
    set: list[str],
    size: list[str] | None = None,
    channels: list[str] | None = None,
    allow: Iterable[str] = (),
) -> Network:
    """The network behind SPEC with everything that the command line changes.

    Raises SpecError, with the sizes of the input that would fit where maps are refused for theirs.
    """
    from cnncalc.language.build import build

    given = {"settings": settings(set), "size": sizes(size), "channels": counts(channels)}
    compiled, model = document(spec, allow, given)
    try:
        return build(compiled, model, **given)
    except SpecError as error:
        if error.network is None:
            raise
        from cnncalc.input_sizes.advice import add_sizes

        raise add_sizes(error, compiled) from None
