"""The trunk of a network: the longest way from an input to an output, and what leaves it and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.drawing.graph import Graph
    from cnncalc.network import Network


def trunk_of(network: Network, graph: Graph) -> tuple[list[int], list[tuple[int, int]]]:
    """The boxes of the longest way in order, and the pairs of boxes of it that are linked besides.

    A way that goes by boxes beside the trunk links the boxes at its ends. What is read for its shape alone
    is no link.
    """
    before: list[list[int]] = [[] for _ in graph.boxes]
    for edge in graph.edges:
        if _is_read(network, graph, edge.tensor, edge.target):
            before[edge.target].append(edge.source)
    length = [0] * len(graph.boxes)
    best = [-1] * len(graph.boxes)
    for target, sources in enumerate(before):
        for source in sources:
            if length[source] + 1 > length[target]:
                length[target], best[target] = length[source] + 1, source
    ends = graph.outputs or range(len(graph.boxes))
    box = max(ends, key=lambda end: (length[end], -end), default=-1)
    trunk = []
    while box >= 0:
        trunk.append(box)
        box = best[box]
    trunk.reverse()
    return trunk, _links(trunk, before)


def _is_read(network: Network, graph: Graph, tensor: int, target: int) -> bool:
    """Whether a box reads the values of a tensor, not its shape alone."""
    box = graph.boxes[target]
    for node in network.nodes[box.first : box.last + 1]:
        if node.layer is None or tensor not in node.inputs:
            continue
        shapes = [network.nodes[i].output for i in node.inputs]
        reads = node.layer.reads_of_all(shapes, node.facts)
        if any(
            i == tensor and read is not None for i, read in zip(node.inputs, reads, strict=True)
        ):
            return True
    return False


def _links(trunk: list[int], before: list[list[int]]) -> list[tuple[int, int]]:
    """The pairs of boxes of the trunk that are linked by a way beside it."""
    place = {box: index for index, box in enumerate(trunk)}
    # For a box beside the trunk, the boxes of the trunk that lead to it by no other box of the trunk.
    from_: list[set[int]] = [set() for _ in before]
    links = []
    for target, sources in enumerate(before):
        found: set[int] = set()
        for source in sources:
            found |= {source} if source in place else from_[source]
        if target in place:
            links += [
                (source, target) for source in sorted(found) if place[source] < place[target] - 1
            ]
        else:
            from_[target] = found
    return links
