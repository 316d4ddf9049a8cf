"""`cnncalc convert`: a model file, or any spec, as a spec that a person might have written."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc.cli.options import Allow, Channels, Overwrite, Set, Size, Spec, network
from cnncalc.cli.output import deliver, destination

Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", show_default=False,
                                     help="Write the spec into a file; - prints.")]  # fmt: skip
Flat = Annotated[bool, typer.Option("--flat", help="Write one item for every layer.")]


def run(
    spec: Spec,
    output: Output = "",
    overwrite: Overwrite = False,
    flat: Flat = False,
    set: Set = [],  # noqa: B006
    size: Size = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
) -> None:
    """Write a spec with blocks for what recurs, repetitions and defaults, that gives the same numbers.

    `cnncalc convert yolov4.cfg -o yolov4.yaml`
    """
    from cnncalc.converting.convert import convert

    output = destination(output, overwrite=overwrite)
    text = convert(network(spec, set, size, channels, allow), flat=flat)
    deliver(text, output, overwrite=overwrite)
