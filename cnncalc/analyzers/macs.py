"""Multiply-accumulates per layer, and all floating-point operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cnncalc.columns import MAC_RULE, tabulate

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.table import Table

Batch = Annotated[int, "How many examples are computed at once."]


def analyze(network: Network, *, batch: Batch = 1) -> Table:
    """Per layer: MACs, their share, and FLOPs (2 × MACs and all other arithmetic)."""
    keys = ("layer", "op", "inputs", "output", "macs", "flops")
    notes = [MAC_RULE, "FLOPs = 2 × MACs + bias, norm, activation, pooling, merging"]
    return tabulate(network, "macs", keys, batch=batch, shares=["macs"], notes=notes)
