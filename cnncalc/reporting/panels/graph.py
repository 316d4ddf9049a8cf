"""The graph of the layers, at each depth to which blocks can be folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.drawing.graph import graph_of
from cnncalc.reporting.base.scenes import plain_things

if TYPE_CHECKING:
    from cnncalc.drawing.graph import Graph
    from cnncalc.reporting.base.subject import Subject

PLACE = 1
"""Where it stands on the page."""

MOST = 700
"""A graph of more boxes is not drawn: no reader finds a way through it, and the page stays small."""
AT_FIRST = 60
"""The deepest graph of at most so many boxes is shown at first."""


def data(subject: Subject) -> dict[str, Any] | None:
    """The scenes by depth, 0 being unfolded, and the one to show at first; None if all are too large."""
    graphs = _graphs(subject)
    if not graphs:
        return None
    style = registry.load("drawing.styles", "graph")
    small = [place for place, graph in enumerate(graphs) if len(graph.boxes) <= AT_FIRST]
    return {
        "levels": [
            {
                "depth": graph.depth or 0,
                "boxes": len(graph.boxes),
                **plain_things(style.scene_of(subject.network, graph)),
            }
            for graph in graphs
        ],
        "first": small[-1] if small else 0,
    }


def _graphs(subject: Subject) -> list[Graph]:
    """Graphs from the most folded to the least; none looks as the one before."""
    nodes = subject.network.nodes
    deepest = max((len(node.frame.path()) for node in nodes if node.frame is not None), default=0)
    found: list[Graph] = []
    for depth in [*range(1, deepest + 1), None]:
        graph = graph_of(subject.network, depth=depth, most=len(nodes))
        if len(graph.boxes) > MOST:
            break
        if found and len(found[-1].boxes) == len(graph.boxes):
            found.pop()
        found.append(graph)
    return found
