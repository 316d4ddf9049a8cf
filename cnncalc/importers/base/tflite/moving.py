"""Operators that move axes and elements, of tensors with their channels last."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import moving
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.nodes import axis_of, title
from cnncalc.importers.base.onnx.values import SMALL, FromData, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.tflite.walk import MapWalk

    Operands = list[Value | None]


def _attribute(node: Node, name: str, operands: Operands, index: int) -> Node:
    """The node with a list of numbers from an operand as its attribute; raises Unreadable."""
    numbers = whole(tensor(node, operands, index), f"`{name}` of {title(node)}")
    return node._replace(attributes={**node.attributes, name: numbers})


def reshape(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """RESHAPE: to the shape of its second operand, or else of its options; raises Unreadable."""
    shape = operands[1] if len(operands) > 1 else None
    if shape is not None and shape.numbers is None:
        # A shape of data that is not followed is what the file says of the output.
        known = walk.tensor(node.outputs[0])
        if known.open or prod(known.dims) != tensor(node, operands).elements:
            raise FromData(f"the shape of {title(node)} is computed from data", node.line)
        numbers = list(known.dims)
    else:
        numbers = (
            whole(shape, "") if shape is not None else list(node.attributes.get("shape") or ())
        )
    attributes = {"shape": numbers, "allowzero": 1}
    if not numbers:
        return moving.reshape_to(walk, node, tensor(node, operands), ())
    return moving.reshape(walk, node._replace(attributes=attributes), operands[:1])


def squeeze(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """SQUEEZE: of the axes said, or all of length 1."""
    axes = node.attributes.get("axes") or None
    return moving.squeeze(walk, node._replace(attributes={"axes": axes}), operands[:1])


def expand_dims(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """EXPAND_DIMS."""
    return moving.unsqueeze(walk, _attribute(node, "axes", operands, 1), operands[:1])


def transpose(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """TRANSPOSE."""
    return moving.transpose(walk, _attribute(node, "perm", operands, 1), operands[:1])


def concat(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """CONCATENATION."""
    return moving.concat(walk, node, operands)


def split(walk: MapWalk, node: Node, operands: Operands) -> list[Value]:
    """SPLIT into equal parts along the axis that its first operand says, SPLIT_V into lengths."""
    if node.op == "SPLIT":
        axis, x = tensor(node, operands), operands[1:2]
        attributes: Data = {"axis": whole(axis, f"the axis of {title(node)}")[0]}
    else:
        x = operands[:1]
        axis = tensor(node, operands, 2)
        sizes = whole(tensor(node, operands, 1), f"the sizes of {title(node)}")
        attributes = {"axis": whole(axis, f"the axis of {title(node)}")[0], "split": sizes}
        if sizes.count(-1) == 1:
            length = tensor(node, x).dims[
                axis_of(attributes["axis"], len(tensor(node, x).dims), node)
            ]
            attributes["split"] = [length - sum(sizes) - 1 if n == -1 else n for n in sizes]
    return moving.split(walk, node._replace(attributes=attributes), x)


def slice_(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """SLICE: so many elements from a start, -1 being all that are left; raises Unreadable."""
    x = tensor(node, operands)
    starts = whole(tensor(node, operands, 1), f"the start of {title(node)}")
    sizes = whole(tensor(node, operands, 2), f"the size of {title(node)}")
    if not len(starts) == len(sizes) == len(x.dims):
        raise Unreadable(f"{title(node)} cuts {len(starts)} of {len(x.dims)} axes", node.line)
    for axis, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        stop = x.dims[axis] if size < 0 else start + size
        if not 0 <= start <= stop <= x.dims[axis]:
            raise Unreadable(f"{title(node)} cuts {start} to {stop} of {x.dims[axis]}", node.line)
        x = moving.choose(walk, node, x, axis, range(start, stop))
    return x


def strided_slice(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """STRIDED_SLICE: masks say what does not count, and which axes go or come; raises Unreadable."""
    x = tensor(node, operands)
    begins, ends, steps = (
        whole(tensor(node, operands, index), f"what {title(node)} cuts out") for index in (1, 2, 3)
    )
    masks = {name: node.attributes[f"{name}_mask"]
             for name in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")}  # fmt: skip
    if not len(begins) == len(ends) == len(steps) or 0 in steps:
        raise Unreadable(f"{title(node)} has lists of unequal lengths", node.line)
    axis = 0
    gone: set[int] = set()
    new: list[int] = []
    taken = sum(not masks["new_axis"] >> i & 1 for i in range(len(begins)))
    for i, (begin, end, step) in enumerate(zip(begins, ends, steps, strict=True)):
        if masks["ellipsis"] >> i & 1:
            axis += len(x.dims) - (taken - 1)
            continue
        if masks["new_axis"] >> i & 1:
            new.append(axis + len(new))
            continue
        if axis >= len(x.dims):
            raise Unreadable(f"{title(node)} cuts more axes than it reads", node.line)
        length = x.dims[axis]
        if masks["shrink_axis"] >> i & 1:
            if not -length <= begin < length:
                raise Unreadable(f"{title(node)} reads place {begin} of {length}", node.line)
            places = range(begin % length, begin % length + 1)
            gone.add(axis)
        else:
            start = None if masks["begin"] >> i & 1 else begin
            stop = None if masks["end"] >> i & 1 else end
            if node.attributes.get("offset") and start is not None and stop is not None:
                stop += start
            places = range(length)[start:stop:step]
        x = moving.choose(walk, node, x, axis, places)
        axis += 1
    if gone:
        x = moving.drop_axes(walk, node, x, gone)
    return insert(walk, node, x, [at - sum(g < at for g in gone) for at in new])


def insert(walk: MapWalk, node: Node, x: Value, places: list[int]) -> Value:
    """The same with axes of length 1 at these places of the result."""
    if not places:
        return x
    return moving.unsqueeze(walk, node._replace(attributes={"axes": places}), [x])


def pack(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """PACK: one beside the other along a new axis."""
    given = [operand for operand in operands if operand is not None]
    rank = len(tensor(node, operands).dims) + 1
    axis = axis_of(node.attributes["axis"], rank, node)
    high = [insert(walk, node, value, [axis]) for value in given]
    return moving.concat(walk, node._replace(attributes={"axis": axis}), [*high])


def unpack(walk: MapWalk, node: Node, operands: Operands) -> list[Value]:
    """UNPACK: as many tensors as an axis is long, without it; raises Unreadable."""
    x = tensor(node, operands)
    axis = axis_of(node.attributes["axis"], len(x.dims), node)
    if x.dims[axis] != len(node.outputs):
        raise Unreadable(f"{title(node)} makes {len(node.outputs)} of {x.dims[axis]}", node.line)
    attributes = {"axis": axis, "split": [1] * x.dims[axis]}
    parts = moving.split(walk, node._replace(attributes=attributes), [x])
    return [
        moving.drop_axes(walk, node, part, {axis}) if walk.reads.get(name) else Value(())
        for name, part in zip(node.outputs, parts, strict=True)
    ]


def gather(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """GATHER and EMBEDDING_LOOKUP: of a table by data an embedding; raises Unreadable."""
    if node.op == "EMBEDDING_LOOKUP":
        operands = operands[1::-1]
    x, at = tensor(node, operands), tensor(node, operands, 1)
    axis = axis_of(node.attributes.get("axis", 0), len(x.dims), node)
    if node.attributes.get("batch_dims"):
        known = walk.tensor(node.outputs[0]).dims
        data = [value for value in (x, at) if not value.is_constant]
        params = walk.count([x]) if x.is_constant else 0
        return walk.opaque(node, data, known, 0, params=params, macs=0)
    if x.is_constant and at.form == "tokens" and axis == 0 and len(x.dims) == 2:
        dims = (*at.dims, x.dims[1])
        keys = {"vocab": x.dims[0], "dim": x.dims[1]}
        return walk.add_weighted(node, "embedding", keys, at, [x], dims, at.batch)
    plain = node._replace(attributes={"axis": axis})
    return moving.gather(walk, plain, [x, at._replace(form="")])


def tile(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """TILE."""
    return moving.tile(walk, node, operands)


def broadcast_to(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """BROADCAST_TO."""
    return moving.expand(walk, node, operands)


def fill(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """FILL: a number so many times."""
    dims = tuple(whole(tensor(node, operands), f"the shape of {title(node)}"))
    value = tensor(node, operands, 1)
    small = value.numbers and 0 <= prod(dims) <= SMALL
    numbers = (value.numbers or ())[:1] * prod(dims) if small else None
    return Value(dims, numbers=numbers, source=node.outputs[0])


def depth_to_space(kind: str) -> Callable[[MapWalk, Node, Operands], Value]:
    """DEPTH_TO_SPACE and SPACE_TO_DEPTH; raises Unreadable."""

    def read(walk: MapWalk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        factor = node.attributes["block_size"]
        if len(x.dims) != 4 or x.batch != 0 or factor < 1:
            raise Unreadable(f"{title(node)} needs a map of two axes", node.line)
        n, *size, channels = x.dims
        if kind == "space_to_depth":
            dims: Dims = (n, *(length // factor for length in size), channels * factor**2)
        else:
            dims = (n, *(length * factor for length in size), channels // factor**2)
        return walk.add(node, kind, {"factor": factor}, [x], dims, 0)

    return read


def batches(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND by themselves; raises Unreadable."""
    x = tensor(node, operands)
    blocks = whole(tensor(node, operands, 1), f"the blocks of {title(node)}")
    margins = whole(tensor(node, operands, 2), f"the margins of {title(node)}")
    rank = len(blocks)
    if (
        x.batch != 0
        or len(x.dims) <= rank
        or len(margins) != 2 * rank
        or min(blocks, default=0) < 1
    ):
        raise Unreadable(f"{title(node)} moves {rank} axes of {list(x.dims)}", node.line)
    many = prod(blocks)
    size = x.dims[1 : rank + 1]
    sums = [sum(margins[2 * i : 2 * i + 2]) for i in range(rank)]
    if node.op == "SPACE_TO_BATCH_ND":
        n = x.dims[0] * many
        size = tuple((m + e) // block for m, e, block in zip(size, sums, blocks, strict=True))
    else:
        n = x.dims[0] // many
        size = tuple(m * block - e for m, e, block in zip(size, sums, blocks, strict=True))
    return walk.opaque(node, [x], (n, *size, *x.dims[rank + 1 :]), 0, params=0, macs=0)
