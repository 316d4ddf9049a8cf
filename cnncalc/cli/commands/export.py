"""`cnncalc export`: a network as code of a framework."""

from __future__ import annotations

from typing import Annotated

import typer

from cnncalc import registry
from cnncalc.cli.options import Allow, Channels, Overwrite, Set, Size, Spec, network
from cnncalc.cli.output import complain, emit
from cnncalc.cli.signature import one_of
from cnncalc.system.files import untaken, write

To = Annotated[
    str, typer.Option("--to", metavar="TARGET", show_default=False, help=one_of("exporters"))
]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", show_default=False,
                                     help="Write the code into a file.")]  # fmt: skip


def run(
    spec: Spec,
    to: To,
    output: Output = "",
    overwrite: Overwrite = False,
    set: Set = [],  # noqa: B006
    size: Size = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
) -> None:
    """Write a network as code that runs: blocks become classes, variables arguments.

    `cnncalc export resnet50.yaml --to torch -o resnet50.py`
    """
    from cnncalc.converting.convert import in_blocks

    exporter = registry.by_name("exporters", "target", to)
    if output and not overwrite:
        untaken(output, "--overwrite replaces it")
    text = exporter.export(in_blocks(network(spec, set, size, channels, allow)))
    if not output:
        emit(text, coded=True)
        return
    write(output, text, replace=overwrite)
    complain(f"wrote {output}")
