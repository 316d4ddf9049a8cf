"""Layers of which nobody knows what a target makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.porting.promises import broken_promises, join_by_layer, unknown_averages
from cnncalc.porting.verdicts import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network

CODE = "W637"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note for every layer that was not looked at in a target, or whose averages nobody can compare."""
    said = "nobody knows of `{layer}` in {targets}: {why}"
    yield from join_by_layer(
        (
            *broken_promises(network, CODE, UNKNOWN, said, severity="note"),
            *unknown_averages(network, CODE),
        )
    )
