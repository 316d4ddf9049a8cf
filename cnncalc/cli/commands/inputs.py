"""`cnncalc inputs`: which input sizes a network accepts."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cnncalc.analyzers.base.keywords import UP_TO
from cnncalc.analyzers.inputs import table
from cnncalc.cli.options import Allow, Channels, Color, Columns, Format, Set, Size, Spec, Width
from cnncalc.cli.output import show_findings, show_table
from cnncalc.errors import SpecError, UsageError
from cnncalc.input_sizes.advice import add_sizes
from cnncalc.input_sizes.axes import places
from cnncalc.input_sizes.rebuild import find_accepted_near
from cnncalc.input_sizes.scan import Place
from cnncalc.language import given as typed
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.network import Network

UpTo = Annotated[int | None, typer.Option("--up-to", metavar="N", help=UP_TO, show_default=False)]


def run(
    spec: Spec,
    up_to: UpTo = None,
    set: Set = [],  # noqa: B006
    size: Size = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
    format: Format = "",
    columns: Columns = None,
    color: Color = "auto",
    width: Width = None,
) -> None:
    """Which input sizes the network accepts: the smallest, the step, and what refuses the others.

    Where the size of the spec, or of --size, is refused, the nearest that are not are shown, and
    the exit code is 1.
    """
    looks: dict[str, Any] = {"format": format, "columns": columns, "color": color, "width": width}
    given = {
        "size": typed.sizes(size),
        "channels": typed.counts(channels),
        "settings": typed.settings(set),
    }
    opened = typed.document(spec, allow, given)
    network, asked, error = _find_accepted(opened, set, size, channels)
    show_table(table(network, up_to, asked), **looks)
    if error is not None:
        show_findings(add_sizes(error).diagnostics, color=color)
        raise typer.Exit(1)


def _find_accepted(
    opened: tuple[Document, str | None], set: list[str], size: list[str], channels: list[str]
) -> tuple[Network, dict[Place, int], SpecError | None]:
    """The network, or what is asked for, why that is refused, and the network at an accepted size.

    Raises SpecError if the spec is refused for another reason, or no size is found to be accepted.
    """
    document, model = opened
    given: dict[str, Any] = {
        "settings": typed.settings(set),
        "channels": typed.counts(channels),
    }
    try:
        return build(document, model, size=typed.sizes(size), **given), {}, None
    except UsageError:
        raise
    except SpecError as refusal:
        error = refusal
    partial = error.network
    if partial is None or any(finding.code[:2] != "E3" for finding in error.diagnostics):
        raise error
    wanted = {place: partial.nodes[place[0]].output.size[place[1]] for place in places(partial)}
    network = _own(document, model, given) if size else None
    if network is None:
        sizes = {node.name: node.output.size for node in partial.nodes if node.layer is None}
        network = find_accepted_near(
            document, model, {k: v for k, v in sizes.items() if v}, **given
        )
    if network is None:
        raise error
    return network, wanted, error


def _own(document: Any, model: str | None, given: dict[str, Any]) -> Network | None:
    """The network at the size that the spec gives; None if that is refused too."""
    try:
        return build(document, model, **given)
    except SpecError:
        return None
