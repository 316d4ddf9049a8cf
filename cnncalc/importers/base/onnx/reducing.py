"""Operators that reduce axes."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.nodes import axis_of, integer, integers, title
from cnncalc.importers.base.onnx.values import Value, without

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.onnx.walk import Walk


def reduce(kind: str) -> Callable[[Walk, Node, list[Value | None]], Value]:
    """ReduceMean, ReduceMax, ReduceMin and ReduceSum; without a `kind` the others, which are opaque."""

    def read(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
        x = tensor(node, operands)
        rank = len(x.dims)
        said = integers(node, "axes")
        if len(operands) > 1 and operands[1] is not None:
            said = whole(operands[1], f"the axes of {title(node)}")
        if not said and integer(node, "noop_with_empty_axes", 0):
            return x
        axes = sorted({axis_of(n, rank, node) for n in said or range(rank)})
        kept = tuple(1 if axis in axes else n for axis, n in enumerate(x.dims))
        dims = kept
        if not integer(node, "keepdims", 1):
            dims = tuple(n for axis, n in enumerate(x.dims) if axis not in axes)
        if x.is_constant:
            return Value(
                dims, numbers=_fold(node, x, axes, dims), source=node.outputs[0], learnt=x.learnt
            )
        return _reduce_axes(walk, node, x, kind, axes, kept, dims)

    return read


_FOLDS: dict[str, Callable[[Sequence[float]], float]] = {
    "Prod": prod, "Sum": sum, "Max": max, "Min": min,
}  # fmt: skip


def _fold(node: Node, x: Value, axes: list[int], dims: Dims) -> tuple[float, ...] | None:
    """What is left of a small constant; None if that is not known."""
    fold = _FOLDS.get(node.op.removeprefix("Reduce"))
    if fold is None or not x.numbers or len(axes) != len(x.dims):
        return None
    return (fold(x.numbers),)


def _reduce_axes(
    walk: Walk, node: Node, x: Value, kind: str, axes: list[int], kept: Dims, dims: Dims
) -> Value:
    batch = x.batch
    if batch is not None and len(dims) != len(x.dims):
        batch = None if batch in axes else batch - sum(axis < batch for axis in axes)
    own = [axis for axis in axes if axis != x.batch]
    if not own:
        return walk.reshape(node, x, dims, batch)
    if not kind:
        return walk.opaque(node, [x], dims, batch, params=0, macs=0)
    # All axes of space of a map.
    space = [*(range(1, len(x.dims) - 1) if walk.channels_last else range(2, len(x.dims)))]
    if x.batch == 0 and own == space and kind in _GLOBAL:
        flat = len(dims) != len(x.dims)
        return walk.add(node, _GLOBAL[kind], {} if flat else {"keep_size": True}, [x], dims, batch)
    found = walk.add(node, kind, {"axis": [x.axis(axis) for axis in own]}, [x], kept, x.batch)
    return walk.reshape(node, found, dims, batch)


_GLOBAL = {"mean": "global_avg_pool", "max": "global_max_pool"}


def choose_largest(walk: Walk, node: Node, operands: list[Value | None]) -> list[Value]:
    """TopK: values and places of as many as are asked for; raises Unreadable."""
    x = tensor(node, operands)
    many = integer(node, "k", 0)
    if len(operands) > 1:
        many = whole(operands[1], f"how many {title(node)} chooses")[0]
    axis = axis_of(integer(node, "axis", -1), len(x.dims), node)
    if axis == x.batch or many > x.dims[axis]:
        raise Unreadable(f"{title(node)} chooses {many} along axis {axis} of {list(x.dims)}",
                         node.line)  # fmt: skip
    dims = (*x.dims[:axis], many, *x.dims[axis + 1 :])
    return [
        walk.opaque(node, [x], dims, x.batch, params=0, macs=0)
        if walk.reads.get(name)
        else Value(())
        for name in node.outputs
    ]


def find_place(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """ArgMax and ArgMin: a place along an axis; raises Unreadable."""
    x = tensor(node, operands)
    axis = axis_of(integer(node, "axis", 0), len(x.dims), node)
    if axis == x.batch:
        raise Unreadable(f"{title(node)} works along the batch", node.line)
    kept = tuple(1 if number == axis else n for number, n in enumerate(x.dims))
    found = walk.opaque(node, [x], kept, x.batch, params=0, macs=0)
    if integer(node, "keepdims", 1):
        return found
    batch = x.batch if x.batch is None or x.batch < axis else x.batch - 1
    return walk.reshape(node, found, without(kept, axis), batch)
