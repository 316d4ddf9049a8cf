"""Layers of Core ML that ONNX says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import moving, resizing
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.products import dense
from cnncalc.importers.base.onnx.values import Value

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]


def _constant(walk: Walk, node: Node, operands: Operands) -> Value:
    return tensor(node, operands)


def _dense(walk: Walk, node: Node, operands: Operands) -> Value:
    x, weight = tensor(node, operands), tensor(node, operands, 1)
    units, length = weight.dims
    if x.dims[-1:] != (length,):
        raise Unreadable(f"{title(node)} multiplies {list(x.dims)} by {length}×{units}", node.line)
    bias = operands[2] if len(operands) > 2 else None
    return dense(walk, node, x, weight, bias, (*x.dims[:-1], units))


def _pad(walk: Walk, node: Node, operands: Operands) -> Value:
    # The last axes are padded.
    x = tensor(node, operands)
    amounts = node.attributes["amounts"]
    half, rank = len(amounts) // 2, len(x.dims)
    if half > rank:
        raise Unreadable(f"{title(node)} pads {half} of {rank} axes", node.line)
    none = [0] * (rank - half)
    pads = [*none, *amounts[:half], *none, *amounts[half:]]
    attributes = {"pads": pads, "mode": node.attributes["mode"]}
    return resizing.pad(walk, node._replace(attributes=attributes), [x])


def _tile(walk: Walk, node: Node, operands: Operands) -> Value:
    times = node.attributes["times"]
    repeats = Value((len(times),), numbers=tuple(times))
    return moving.tile(walk, node, [tensor(node, operands), repeats])


def _slice(walk: Walk, node: Node, operands: Operands) -> Value:
    return cut_out(walk, node, tensor(node, operands), node.attributes["lists"])


def cut_out(walk: Walk, node: Node, x: Value, lists: list[list[int]]) -> Value:
    """A slice of every axis: starts, those to ignore, ends, those to ignore, steps, and axes that go.

    Raises Unreadable.
    """
    starts, no_starts, ends, no_ends, steps, gone = lists
    if not len(starts) == len(ends) == len(x.dims):
        raise Unreadable(f"{title(node)} cuts {len(starts)} of {len(x.dims)} axes", node.line)
    rank = len(x.dims)
    no_starts, no_ends, gone = (
        [*given, *[0] * (rank - len(given))] for given in (no_starts, no_ends, gone)
    )
    steps = steps or [1] * rank
    for axis in range(rank):
        length = x.dims[axis]
        start = None if no_starts[axis] else starts[axis]
        stop = None if no_ends[axis] else ends[axis]
        places = range(length)[start : stop : steps[axis]]
        if gone[axis]:
            places = range(length)[starts[axis] :][:1]
        x = moving.choose(walk, node, x, axis, places)
    squeezed = {axis for axis in range(rank) if gone[axis]}
    return moving.drop_axes(walk, node, x, squeezed) if squeezed else x


LAYERS = {
    "coreml.constant": _constant, "coreml.dense": _dense, "coreml.pad": _pad, "coreml.tile": _tile,
    "coreml.slice": _slice,
}  # fmt: skip
"""Those of neural networks, by what the graph calls them."""
