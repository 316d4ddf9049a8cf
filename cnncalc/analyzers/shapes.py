"""The window, output and parameters of every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.analyzers.base.tabulate import tabulate
from cnncalc.tables.table import Column, Table, show_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analyzers.base.tabulate import Key
    from cnncalc.network import Network, Node


def analyze(network: Network) -> Table:
    """Per layer: what it reads, the size of what it gives, and its weights."""
    boxes = [(BOXES, _boxes)] if any(_boxes(node, network) for node in network.nodes) else []
    keys: Sequence[Key] = ("layer", "op", "inputs", "window", "output", "params", *boxes)
    table = tabulate(network, "shapes", keys)
    if not boxes:
        return table
    total = sum(_boxes(node, network) for node in network.nodes)
    first, *rest = table.caption.split("\n")
    caption = "\n".join([f"{first} · {total:,} boxes", *rest])
    return table.having(caption=caption, totals={"boxes": total})


BOXES = Column("boxes", "boxes", show_count, right=True, fold="sum")


def _boxes(node: Node, network: Network) -> int:
    """How many boxes a detector's layer proposes; 0 for all other layers."""
    count = getattr(node.layer, "boxes", None)
    return int(count(node.output)) if count else 0
