"""`cnncalc working`: every layer of a network as a worked solution."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc.analyzers.base.keywords import BATCH
from cnncalc.calculator.derivations.explain import explain
from cnncalc.cli import options
from cnncalc.cli.options import Allow, Channels, Color, Explained, Set, Size, Spec, Width
from cnncalc.cli.output import show_explanation

Layer = Annotated[list[str], typer.Option("--layer", metavar="NAME", show_default=False,
                                          help="Only this layer or block. May be repeated.")]  # fmt: skip
Batch = Annotated[int, typer.Option("--batch", help=BATCH)]


def run(
    spec: Spec,
    layer: Layer = [],  # noqa: B006
    batch: Batch = 1,
    set: Set = [],  # noqa: B006
    size: Size = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
    format: Explained = "",
    color: Color = "auto",
    width: Width = None,
) -> None:
    """Work out every number of every layer: formula, the same with the numbers in, result.

    A solution sheet with --format markdown or latex: output sizes, parameters, MACs, FLOPs and
    receptive fields, each as the program itself computes it.
    """
    network = options.network(spec, set, size, channels, allow)
    show_explanation(explain(network, layer, "working", batch=batch), format, color, width)
