"""What recognised patterns become."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.nodes import axis_of, integer, integers
from cnncalc.importers.base.onnx.values import without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims, Value
    from cnncalc.importers.base.onnx.walk import Walk

NORMS = ("layer_norm", "rms_norm", "l2_norm")


def read_fused(walk: Walk, node: Node, operands: list[Value | None]) -> Value | None:
    """The layer that a pattern is; None where it is not what it looked like."""
    x = tensor(node, operands)
    if x.is_constant:
        return None
    weights = [tensor(node, operands, index + 1) for index in range(node.attributes["held"])]
    if node.op in NORMS:
        return _norm(walk, node, x, weights)
    if node.op == "global_response_norm":
        return _global_response_norm(walk, node, x, weights)
    if node.op == "group_norm":
        return _group_norm(walk, node, x, weights)
    if node.op == "shuffle":
        return _shuffle(walk, node, x)
    if node.op == "local_response_norm":
        return _local_response_norm(walk, node, x)
    return walk.add(node, node.op, {}, [x], x.dims, x.batch)


def _norm(walk: Walk, node: Node, x: Value, weights: list[Value]) -> Value | None:
    found = [_axes(walk, node, x, part) for part in _reductions(node)]
    axes = found[0]
    # A norm has its mean and its variance over the same axes.
    if axes is None or any(others != axes for others in found):
        return None
    own = [x.axis(axis) for axis in sorted(axes)]
    lengths = tuple(n if axis in axes else 1 for axis, n in enumerate(x.dims))
    if not all(_fits(weight, x, lengths) for weight in weights):
        return None
    keys: dict[str, object] = {"axes": own}
    if node.op == "layer_norm" and not weights:
        keys |= {"scale": False, "center": False}
    if node.op == "rms_norm" and not weights:
        keys["scale"] = False
    if not weights:
        return walk.add(node, node.op, keys, [x], x.dims, x.batch)
    return walk.add_weighted(node, node.op, keys, x, weights, x.dims, x.batch)


def _reductions(node: Node) -> list[Node]:
    """The parts of a pattern that reduce axes."""
    return [part for part in node.attributes["parts"] if part.op.startswith("Reduce")]


def _axes(walk: Walk, node: Node, x: Value, part: Node) -> set[int] | None:
    """The axes that a part of a pattern reduces and keeps; None if the batch is one, or they go."""
    said = integers(part, "axes")
    if said is None and len(part.inputs) > 1:
        said = whole(walk.value(part.inputs[1], part), "its axes")
    axes = {axis_of(n, len(x.dims), node) for n in said or range(len(x.dims))}
    return axes if axes and x.batch not in axes and integer(part, "keepdims", 1) else None


def _fits(weight: Value, x: Value, lengths: Dims) -> bool:
    """Whether weights are spread over axes of these lengths."""
    return (1,) * (len(x.dims) - len(weight.dims)) + weight.dims == lengths


def _global_response_norm(walk: Walk, node: Node, x: Value, weights: list[Value]) -> Value | None:
    """Lengths along some axes, and their mean along all others."""
    parts = _reductions(node)
    along = [_axes(walk, node, x, part) for part in parts if part.op == "ReduceL2"]
    over = [_axes(walk, node, x, part) for part in parts if part.op == "ReduceMean"]
    axes, others = along[0], over[0]
    own = {axis for axis in range(len(x.dims)) if axis != x.batch}
    if axes is None or others is None or axes | others != own or axes & others:
        return None
    lengths = tuple(n if axis in others else 1 for axis, n in enumerate(x.dims))
    if not all(_fits(weight, x, lengths) for weight in weights):
        return None
    keys: dict[str, object] = {}
    if sorted(x.axis(axis) for axis in others) != [1]:
        keys["axes"] = [x.axis(axis) for axis in sorted(axes)]
    return walk.add_weighted(node, "global_response_norm", keys, x, weights, x.dims, x.batch)


def _group_norm(walk: Walk, node: Node, x: Value, weights: list[Value]) -> Value | None:
    scale, shift, ones = weights
    if x.batch != 0 or len(x.dims) < 3 or not ones.elements:
        return None
    channels = x.axes[0]
    lengths = (channels, *[1] * (len(x.dims) - 2))
    for weight in (scale, shift):
        if without((1,) * (len(x.dims) - len(weight.dims)) + weight.dims, 0) != lengths:
            return None
    if channels % ones.elements:
        return None
    return walk.add_weighted(
        node, "group_norm", {"groups": ones.elements}, x, [scale, shift], x.dims, 0
    )


def _local_response_norm(walk: Walk, node: Node, x: Value) -> Value | None:
    """Division by a power of a mean over neighbours: channels, if the pool's first axis alone is long."""
    pool = next(part for part in node.attributes["parts"] if part.op == "AveragePool")
    size, *rest = integers(pool, "kernel_shape") or [1]
    strides = integers(pool, "strides") or [1]
    if x.batch != 0 or len(x.dims) < 3 or {*rest, *strides} != {1}:
        return None
    return walk.add(node, "local_response_norm", {"size": size}, [x], x.dims, 0)


def _shuffle(walk: Walk, node: Node, x: Value) -> Value | None:
    """A reshape, a transpose and a reshape: shuffled channels, or pixels that become channels and back."""
    first, turn, last = node.attributes["parts"]
    middle = _target(walk, first, x.dims)
    order = integers(turn, "perm")
    if middle is None or order is None or sorted(order) != list(range(len(middle))) or x.batch != 0:
        return None
    end = _target(walk, last, tuple(middle[axis] for axis in order))
    if end is None or len(x.dims) < 3 or len(end) != len(x.dims) or middle[0] != x.dims[0]:
        return None
    n, channels, *size = x.dims
    flat = [0, 2, 1, *range(3, len(middle))]
    if (
        len(middle) == len(x.dims) + 1
        and order == flat
        and end == x.dims
        and list(middle[3:]) == size
    ):
        return walk.add(node, "channel_shuffle", {"groups": middle[1]}, [x], x.dims, 0)
    if len(x.dims) != 4:
        return None
    height, width = size
    if order == [0, 1, 3, 5, 2, 4]:
        factor = middle[3]
        if middle == (n, channels, height // factor, factor, width // factor, factor):
            return walk.add(node, "pixel_unshuffle", {"factor": factor}, [x], end, 0)
    if order == [0, 1, 4, 2, 5, 3]:
        factor = middle[2]
        if middle == (n, channels // factor**2, factor, factor, height, width):
            return walk.add(node, "pixel_shuffle", {"factor": factor}, [x], end, 0)
    return None


def _target(walk: Walk, node: Node, dims: Dims) -> Dims | None:
    """What a reshape makes of a shape; None if it is not known."""
    wanted: Sequence[int] | None = integers(node, "shape")
    if wanted is None:
        value = walk.values.get(node.inputs[1]) or walk.value(node.inputs[1], node)
        if value is None or value.numbers is None:
            return None
        wanted = [int(n) for n in value.numbers]
    found = [dims[i] if n == 0 and i < len(dims) else n for i, n in enumerate(wanted)]
    if found.count(-1) == 1:
        found[found.index(-1)] = prod(dims) // max(-prod(found), 1)
    return tuple(found) if prod(found) == prod(dims) else None
