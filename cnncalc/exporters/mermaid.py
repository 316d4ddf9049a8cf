"""Mermaid: the graph of the layers, as `draw` has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.drawing.graph import graph_of
from cnncalc.drawing.targets import mermaid

if TYPE_CHECKING:
    from cnncalc.network import Network

TITLE = "Mermaid"
ENDINGS = mermaid.ENDINGS


def export(network: Network) -> str:
    """The text of a flowchart."""
    return mermaid.write(network, graph_of(network))
