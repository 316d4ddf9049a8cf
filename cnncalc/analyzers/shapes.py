"""The window, output and parameters of every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.columns import tabulate

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.table import Table


def analyze(network: Network) -> Table:
    """Per layer: what it reads, the size of what it gives, and its weights."""
    return tabulate(network, "shapes", ("layer", "op", "inputs", "window", "output", "params"))
