"""Convolutions between SpaceToBatch and BatchToSpace, which are dilated ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.order import in_order
from cnncalc.importers.base.openvino.attributes import integers, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.importers.base.onnx.model import Graph, Node
    from cnncalc.importers.base.onnx.values import Value

_BETWEEN = ("Unsqueeze", "Squeeze", "Reshape", "Transpose", "Add", "Convert")
"""What may stand between the three."""

_OPERANDS = 4
"""The map, the block, and two lists of paddings or crops."""

_MOST = 6
"""So many of these may."""

_CONVOLUTIONS = ("Convolution", "GroupConvolution")


class _Chain(NamedTuple):
    """From BatchToSpace up to SpaceToBatch."""

    conv: Node
    first: Node
    all: list[Node]


def join_blocks(graph: Graph) -> list[Node]:
    """The nodes, with a convolution that reads what was said of blocks in place of each chain."""
    made_by = {name: node for node in graph.nodes for name in node.outputs}
    changed: dict[int, Node] = {}
    for node in graph.nodes:
        chain = _find(node, made_by) if node.op == "BatchToSpace" else None
        if chain is None or min(len(chain.first.inputs), len(node.inputs)) < _OPERANDS:
            continue
        inputs = [*chain.conv.inputs[:2], *chain.first.inputs[1:4], *node.inputs[2:4]]
        changed[chain.conv.line] = chain.conv._replace(inputs=inputs)
        for end in (chain.first, node):
            changed[end.line] = end._replace(op="Identity", inputs=end.inputs[:1])
        # What the file says of shapes in between is about pieces of the map.
        for inner in chain.all:
            for name in inner.outputs:
                graph.stated.pop(name, None)
    if not changed:
        return graph.nodes
    return in_order([changed.get(node.line, node) for node in graph.nodes])


def _find(last: Node, made_by: Mapping[str, Node]) -> _Chain | None:
    """The chain that ends in a node, None if it is none."""
    conv: Node | None = None
    inside: list[Node] = []
    node = last
    for _ in range(_MOST):
        above = made_by.get(node.inputs[0]) if node.inputs else None
        if above is None:
            return None
        if above.op == "SpaceToBatch":
            return None if conv is None else _Chain(conv, above, [*inside, above])
        if above.op in _CONVOLUTIONS and conv is None:
            conv = above
        elif above.op not in _BETWEEN:
            return None
        inside.append(above)
        node = above
    return None


def dilate(node: Node, operands: Sequence[Value | None]) -> Node:
    """A convolution with the dilation and padding that its blocks stand for; raises Unreadable."""
    block, *ends = (numbers(node, operands, index, "block") for index in range(2, 7))
    rank = len(integers(node, "strides"))
    # The blocks are along the axes of space: behind the batch, or behind the channels.
    start = 2 if block[-1:] and block[-1] > 1 else 1
    space = range(start, start + len(block) - 2)
    if not 0 < len(space) <= rank or any(len(part) != len(block) for part in ends):
        raise Unreadable(
            f"{title(node)} of {rank} axes stands between pieces of {len(block)}", node.line
        )
    lead = [0] * (rank - len(space))
    pads = [[max(ends[i][a] - ends[i + 2][a], 0) for a in space] for i in (0, 1)]
    texts = {
        "auto_pad": "explicit",
        "dilations": _text([*(n + 1 for n in lead), *(block[a] for a in space)]),
        "pads_begin": _text([*lead, *pads[0]]),
        "pads_end": _text([*lead, *pads[1]]),
    }
    return node._replace(attributes={**node.attributes, **texts})


def _text(values: Sequence[int]) -> str:
    return ",".join(map(str, values))
