"""Normalisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.nodes import axis_of, integer, integers, title
from cnncalc.importers.base.onnx.several import fits_side_by_side, is_several, read_side_by_side

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.onnx.walk import Walk


def _channels(node: Node, x: Value, weights: list[Value | None]) -> None:
    """Hold the weights against the channels; raises Unreadable."""
    for weight in weights:
        if weight is not None and (not weight.is_constant or weight.elements != x.axes[0]):
            raise Unreadable(f"{title(node)} has {weight.elements} weights for {x.axes[0]} channels",
                             node.line)  # fmt: skip


def _in_front(walk: Walk, node: Node, x: Value) -> Value:
    """A map or a vector whose channels are its second axis."""
    if x.batch is None and x.dims and x.dims[0] == 1:
        return walk.reshape(node, x, x.dims, 0)
    if x.batch != 0 or not x.axes or x.form:
        raise Unreadable(f"{title(node)} needs its batch in front", node.line)
    return x


def _of_several(walk: Walk, node: Node, x: Value, weights: list[Value]) -> Value:
    """A norm of several maps of an example."""
    return walk.opaque(node, [x], x.dims, None, params=walk.count([*weights]), macs=0)


def batch_norm(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """BatchNormalization: scale and shift, and the mean and variance that are not learnt."""
    x = tensor(node, operands)
    weights = [tensor(node, operands, index) for index in range(1, 5)]
    if is_several(x, len(x.dims) - 2):
        if not fits_side_by_side(x):
            return _of_several(walk, node, x, weights)
        return read_side_by_side(
            walk, node, x, lambda wide, one: batch_norm(walk, wide, [one, *weights])
        )
    x = _in_front(walk, node, x)
    _channels(node, x, [*weights])
    keys: Data = {}
    for key, weight, usual in (("scale", weights[0], 1.0), ("center", weights[1], 0.0)):
        # The operator always has both: what the file makes, and does not hold, is not learnt.
        if weight.source not in walk.graph.weights and _is_all(weight, usual):
            keys[key] = False
    held = [weight for weight, key in zip(weights, _BATCH_NORM, strict=True) if key not in keys]
    return walk.add_weighted(node, "batch_norm", keys, x, held, x.dims, 0)


_BATCH_NORM = ("scale", "center", "mean", "variance")


def _is_all(weight: Value, number: float) -> bool:
    """Whether it is made of one number, which is known."""
    return not weight.learnt and bool(weight.numbers) and set(weight.numbers or ()) == {number}


def instance_norm(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """InstanceNormalization, whose weights are constants of one number where it has none."""
    x = tensor(node, operands)
    weights = [tensor(node, operands, index) for index in (1, 2)]
    if is_several(x, len(x.dims) - 2):
        return _of_several(walk, node, x, weights)
    x = _in_front(walk, node, x)
    _channels(node, x, [*weights])
    if not any(weight.learnt for weight in weights):
        return walk.add(node, "instance_norm", {}, [x], x.dims, 0)
    return walk.add_weighted(node, "instance_norm", {"affine": True}, x, weights, x.dims, 0)


def group_norm(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """GroupNormalization: up to version 20 a scale and a shift for each group only."""
    x = _in_front(walk, node, tensor(node, operands))
    weights = [tensor(node, operands, index) for index in (1, 2)]
    groups = integer(node, "num_groups", 1)
    if any(weight.elements != x.axes[0] for weight in weights):
        params = walk.count(weights)
        return walk.opaque(node, [x], x.dims, 0, params=params, macs=0)
    return walk.add_weighted(node, "group_norm", {"groups": groups}, x, weights, x.dims, 0)


def layer_norm(kind: str) -> object:
    """LayerNormalization and RMSNormalization, along all axes from one on."""

    def read(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
        x, scale = tensor(node, operands), tensor(node, operands, 1)
        shift = operands[2] if len(operands) > 2 else None
        first = axis_of(integer(node, "axis", -1), len(x.dims), node)
        axes = [x.axis(axis) for axis in range(first, len(x.dims)) if axis != x.batch]
        keys: Data = {"axes": axes}
        if kind == "layer_norm" and shift is None:
            keys["center"] = False
        length = 1
        for n in x.dims[first:]:
            length *= n
        if scale.elements != length or (x.batch is not None and x.batch >= first):
            params = walk.count([scale, shift])
            return walk.opaque(node, [x], x.dims, x.batch, params=params, macs=0)
        return walk.add_weighted(node, kind, keys, x, [scale, shift], x.dims, x.batch)

    return read


def local_response_norm(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """LRN."""
    x = _in_front(walk, node, tensor(node, operands))
    return walk.add(node, "local_response_norm", {"size": integer(node, "size", 1)}, [x], x.dims, 0)


def l2_norm(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """LpNormalization, whose length is Euclidean unless `p` says 1."""
    x = tensor(node, operands)
    axis = axis_of(integer(node, "axis", -1), len(x.dims), node)
    if integer(node, "p", 2) != 2 or axis == x.batch:
        return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)
    return walk.add(node, "l2_norm", {"axes": [x.axis(axis)]}, [x], x.dims, x.batch)


def mean_variance(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """MeanVarianceNormalization: over the axes of space it is an instance norm without weights."""
    x = tensor(node, operands)
    axes = {axis_of(n, len(x.dims), node) for n in integers(node, "axes") or (0, 2, 3)}
    if x.batch == 0 and len(x.dims) > 2 and axes - {0} == set(range(2, len(x.dims))):
        return walk.add(node, "instance_norm", {}, [x], x.dims, 0)
    return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)


def softmax(kind: str) -> object:
    """Softmax and LogSoftmax: along the last axis, before version 13 along all from the second on."""

    def read(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
        x = tensor(node, operands)
        old = walk.opset < 13
        axis = axis_of(integer(node, "axis", 1 if old else -1), len(x.dims), node)
        axes = [n for n in range(axis, len(x.dims)) if n != x.batch] if old else [axis]
        if axis == x.batch or not axes:
            return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)
        keys: Data = {"axis": [x.axis(n) for n in axes] if len(axes) > 1 else x.axis(axes[0])}
        return walk.add(node, kind, keys, [x], x.dims, x.batch)

    return read
