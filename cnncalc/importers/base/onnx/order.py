"""Nodes in an order in which they can be gone through: what is read is given above."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.onnx.model import Node


def in_order(nodes: Sequence[Node]) -> list[Node]:
    """The nodes behind those that they read, else as they stand; those in circles are left where they are."""
    made_by = {name: index for index, node in enumerate(nodes) for name in node.outputs}
    waits = [{made_by[name] for name in node.inputs if name in made_by} for node in nodes]
    if all(max(above, default=-1) < index for index, above in enumerate(waits)):
        return list(nodes)
    found: list[Node] = []
    state = [0] * len(nodes)
    for root in range(len(nodes)):
        stack = [(root, iter(sorted(waits[root])))] if not state[root] else []
        while stack:
            index, above = stack[-1]
            state[index] = 1
            nearest = next((i for i in above if not state[i]), None)
            if nearest is not None:
                stack.append((nearest, iter(sorted(waits[nearest]))))
                continue
            stack.pop()
            if state[index] == 1:
                state[index] = 2
                found.append(nodes[index])
    return found
