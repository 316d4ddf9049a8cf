"""Operators that change the size of a map by numbers, and those that reduce axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.moving import choose
from cnncalc.importers.base.onnx.nodes import axis_of, title
from cnncalc.importers.base.onnx.values import SMALL, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.tflite.walk import MapWalk

    Operands = list[Value | None]

_MIRRORS = ("reflect", "symmetric")
_AXES = 3


def pad(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """PAD, PADV2 and MIRROR_PAD; negative amounts cut off; raises Unreadable."""
    x = tensor(node, operands)
    numbers = whole(tensor(node, operands, 1), f"the amounts of {title(node)}")
    if len(numbers) != 2 * len(x.dims):
        raise Unreadable(f"{title(node)} pads {len(numbers) // 2} of {len(x.dims)} axes", node.line)
    amounts = [numbers[2 * axis : 2 * axis + 2] for axis in range(len(x.dims))]
    mode = "zeros"
    if node.op == "MIRROR_PAD":
        mode = _MIRRORS[min(max(node.attributes.get("mode", 0), 0), 1)]
    dims = tuple(n + sum(amount) for n, amount in zip(x.dims, amounts, strict=True))
    if x.is_constant:
        return Value(dims, source=node.outputs[0], learnt=x.learnt)
    for axis, amount in enumerate(amounts):
        if min(amount) < 0:
            before, after = (max(-n, 0) for n in amount)
            x = choose(walk, node, x, axis, range(before, x.dims[axis] - after))
    amounts = [[max(n, 0) for n in amount] for amount in amounts]
    if not any(map(any, amounts)):
        return x
    if x.batch is not None and any(amounts.pop(x.batch)):
        raise Unreadable(f"{title(node)} pads the batch", node.line)
    *sides, channels = amounts
    # No layer repeats the edge itself, as `symmetric` does.
    plain = mode == "reflect" and not any(channels)
    if not sides or len(sides) > _AXES or not (mode == "zeros" or plain):
        return walk.opaque(node, [x], dims, x.batch, params=0, macs=0)
    keys: Data = {}
    if any(map(any, sides)):
        keys["amount"] = sides
    if mode != "zeros":
        keys["mode"] = mode
    if any(channels):
        keys["channels"] = channels
    return walk.add(node, "pad", keys, [x], dims, x.batch)


def resize(kind: str) -> Callable[[MapWalk, Node, Operands], Value]:
    """RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR: to a size, by a factor where it is one; raises Unreadable."""

    def read(walk: MapWalk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        size = whole(tensor(node, operands, 1), f"the size of {title(node)}")
        if len(x.dims) != 4 or x.batch != 0 or len(size) != 2 or min(size) < 1:
            raise Unreadable(f"{title(node)} resizes {list(x.dims)} to {size}", node.line)
        dims = (x.dims[0], *size, x.dims[3])
        before = x.dims[1:3]
        keys: Data = {"size": size}
        layer = "resize"
        if min(before) and not any(m % n for n, m in zip(before, size, strict=True)):
            factors = [m // n for n, m in zip(before, size, strict=True)]
            layer, keys = "upsample", {"scale": factors[0] if len(set(factors)) == 1 else factors}
        if kind == "nearest":
            keys["mode"] = "nearest_exact" if node.attributes["half_pixel_centers"] else "nearest"
        else:
            keys["mode"] = "linear"
            if node.attributes["align_corners"]:
                keys["align_corners"] = True
        return walk.add(node, layer, keys, [x], dims, 0)

    return read


def reduce(kind: str) -> Callable[[MapWalk, Node, Operands], Value]:
    """MEAN, SUM, REDUCE_MAX and REDUCE_MIN; without a `kind` the others, which are opaque; raises Unreadable."""

    def read(walk: MapWalk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        rank = len(x.dims)
        said = whole(tensor(node, operands, 1), f"the axes of {title(node)}")
        axes = sorted({axis_of(n, rank, node) for n in said})
        kept = tuple(1 if axis in axes else n for axis, n in enumerate(x.dims))
        dims = kept
        if not node.attributes.get("keep_dims"):
            dims = tuple(n for axis, n in enumerate(x.dims) if axis not in axes)
        if x.is_constant:
            return _of_constants(node, x, dims, axes)
        return _reduce_axes(walk, node, x, kind, axes, kept, dims)

    return read


def _of_constants(node: Node, x: Value, dims: Dims, axes: list[int]) -> Value:
    """What shapes are computed with: the product, sum, or bound of a list."""
    found = None
    if x.numbers and len(axes) == len(x.dims) and x.elements <= SMALL:
        product = 1.0
        for n in x.numbers:
            product *= n
        exact = {"REDUCE_PROD": product, "SUM": sum(x.numbers), "REDUCE_MAX": max(x.numbers),
                 "REDUCE_MIN": min(x.numbers)}.get(node.op)  # fmt: skip
        found = None if exact is None or abs(exact) > 2**62 else (exact,)
    return Value(dims, numbers=found, source=node.outputs[0], learnt=x.learnt)


def _reduce_axes(
    walk: MapWalk, node: Node, x: Value, kind: str, axes: list[int], kept: Dims, dims: Dims
) -> Value:
    batch = x.batch
    if batch is not None and len(dims) != len(x.dims):
        batch = None if batch in axes else batch - sum(axis < batch for axis in axes)
    own = [axis for axis in axes if axis != x.batch]
    if not own:
        return walk.reshape(node, x, dims, batch)
    if not kind:
        return walk.opaque(node, [x], dims, batch, params=0, macs=0)
    last = len(x.dims) - 1
    # All axes of space of a map.
    if x.batch == 0 and 1 < last <= _AXES + 1 and own == list(range(1, last)) and kind in _GLOBAL:
        flat = len(dims) != len(x.dims)
        return walk.add(node, _GLOBAL[kind], {} if flat else {"keep_size": True}, [x], dims, batch)
    found = walk.add(node, kind, {"axis": [x.axis(axis) for axis in own]}, [x], kept, x.batch)
    return walk.reshape(node, found, dims, batch)


_GLOBAL = {"mean": "global_avg_pool", "max": "global_max_pool"}
