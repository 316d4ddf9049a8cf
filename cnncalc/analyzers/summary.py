"""Everything there is to say of every layer in one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cnncalc.fields.describe import columns
from cnncalc.tabulate import MAC_RULE, tabulate

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.table import Table

Batch = Annotated[int, "How many examples are computed at once."]


def analyze(network: Network, *, batch: Batch = 1) -> Table:
    """Per layer: window, output, receptive field, parameters, buffers, MACs and FLOPs."""
    keys = ("layer", "op", "inputs", "window", "output", "params", "trainable", "buffers", "macs",
            "flops")  # fmt: skip
    return tabulate(
        network,
        "summary",
        keys,
        batch=batch,
        more=columns(network),
        places={"field": "output", "jump": "field"},
        shares=["macs"],
        notes=[MAC_RULE],
        hidden=["trainable"],
        abbreviated=["macs"],
    )
