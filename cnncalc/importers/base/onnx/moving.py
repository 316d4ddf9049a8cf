"""Operators that move axes and elements: reshapes, transposes, slices, joins."""

from __future__ import annotations

from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.description import AlongBatch, Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import (
    broadcast,
    join,
    pick,
    spread,
    transpose_constant,
    whole,
)
from cnncalc.importers.base.onnx.nodes import axis_of, integer, integers, title
from cnncalc.importers.base.onnx.several import is_several
from cnncalc.importers.base.onnx.values import SMALL, Value
from cnncalc.importers.base.onnx.walk import batch_behind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]


def reshape_to(walk: Walk, node: Node, x: Value, dims: Dims) -> Value:
    """The same numbers in another shape; raises Unreadable if they are as many no longer."""
    if prod(dims) != x.elements:
        raise Unreadable(f"{title(node)} makes {list(dims)} of {list(x.dims)}", node.line)
    if x.is_constant:
        return x._replace(dims=dims, source=node.outputs[0] if x.learnt else x.source)
    return walk.reshape(node, x, dims, batch_behind(x, dims, node))


def reshape(walk: Walk, node: Node, operands: Operands) -> Value:
    """Reshape: 0 keeps the length of an axis, -1 is what the others leave."""
    x = tensor(node, operands)
    wanted = integers(node, "shape") or whole(
        tensor(node, operands, 1), f"the shape of {title(node)}"
    )
    keeps = not integer(node, "allowzero", 0)
    dims = [
        x.dims[axis] if n == 0 and keeps and axis < len(x.dims) else n
        for axis, n in enumerate(wanted)
    ]
    if dims.count(-1) == 1:
        rest = -prod(dims)
        dims[dims.index(-1)] = x.elements // rest if rest > 0 else 0
    return reshape_to(walk, node, x, tuple(dims))


def flatten(walk: Walk, node: Node, operands: Operands) -> Value:
    """Flatten: two axes, those before `axis` and the others."""
    x = tensor(node, operands)
    axis = integer(node, "axis", 1)
    axis = axis + len(x.dims) if axis < 0 else axis
    return reshape_to(walk, node, x, (prod(x.dims[:axis]), prod(x.dims[axis:])))


def _axes(node: Node, operands: Operands, index: int = 1) -> list[int] | None:
    """Axes, an attribute in old versions and an operand in new ones."""
    if len(operands) > index and operands[index] is not None:
        return whole(operands[index], f"the axes of {title(node)}")
    return integers(node, "axes")


def squeeze(walk: Walk, node: Node, operands: Operands) -> Value:
    """Squeeze."""
    x = tensor(node, operands)
    axes = _axes(node, operands)
    if axes is None:
        axes = [axis for axis, n in enumerate(x.dims) if n == 1]
    gone = {axis_of(axis, len(x.dims), node) for axis in axes}
    return drop_axes(walk, node, x, gone)


def drop_axes(walk: Walk, node: Node, x: Value, gone: set[int]) -> Value:
    """Without axes of length 1; raises Unreadable."""
    dims = tuple(n for axis, n in enumerate(x.dims) if axis not in gone)
    if x.is_constant or x.batch is None or x.batch in gone:
        return reshape_to(walk, node, x, dims)
    if prod(dims) != x.elements:
        raise Unreadable(f"{title(node)} makes {list(dims)} of {list(x.dims)}", node.line)
    return walk.reshape(node, x, dims, x.batch - sum(axis < x.batch for axis in gone))


def unsqueeze(walk: Walk, node: Node, operands: Operands) -> Value:
    """Unsqueeze."""
    x = tensor(node, operands)
    axes = _axes(node, operands) or []
    rank = len(x.dims) + len(axes)
    new = sorted(axis_of(axis, rank, node) for axis in axes)
    dims, batch = list(x.dims), x.batch
    for axis in new:
        dims.insert(axis, 1)
        if batch is not None and axis <= batch:
            batch += 1
    if x.is_constant:
        return reshape_to(walk, node, x, tuple(dims))
    if batch is None and dims[0] == 1:
        batch = 0
    return walk.reshape(node, x, tuple(dims), batch)


def transpose(walk: Walk, node: Node, operands: Operands) -> Value:
    """Transpose: without `perm` all axes in reverse; raises Unreadable."""
    x = tensor(node, operands)
    order = integers(node, "perm") or list(range(len(x.dims)))[::-1]
    if sorted(order) != list(range(len(x.dims))):
        raise Unreadable(f"`perm` of {title(node)} is {order}", node.line)
    if x.is_constant:
        return transpose_constant(x, order, f"{x.source}.transposed{order}")
    return walk.permute(node, x, order)


def concat(walk: Walk, node: Node, operands: Operands) -> Value:
    """Concat; what is constant in it is a layer of its own; raises Unreadable."""
    given = [operand for operand in operands if operand is not None]
    rank = len(tensor(node, operands).dims)
    axis = axis_of(integer(node, "axis", 1), rank, node)
    first = given[0].dims
    if any(
        value.dims[:axis] + value.dims[axis + 1 :] != first[:axis] + first[axis + 1 :]
        for value in given
    ):
        raise Unreadable(f"{title(node)} joins operands that do not fit", node.line)
    if all(value.is_constant for value in given):
        return join(given, axis, node.outputs[0])
    dims = (*first[:axis], sum(value.dims[axis] for value in given), *first[axis + 1 :])
    given = [value for value in given if value.elements]
    data = [value for value in given if not value.is_constant]
    batch = data[0].batch
    if batch == axis:
        _refuse_batch(node, data)
        batch = None
        data = [walk.reshape(node, value, value.dims, None) for value in data]
    data = [walk.reshape(node, value, value.dims, batch) for value in data]
    if len(data) < len(given):
        constants = [value for value in given if value.is_constant]
        made = [
            walk.as_layer(node, value, batch) if walk.has_tables else None for value in constants
        ]
        found = [value for value in made if value is not None]
        if len(found) < len(made):
            params = walk.count(constants)
            return walk.opaque(node, [*data, *found], dims, batch, params=params, macs=0)
        rows, rest = iter(found), iter(data)
        data = [next(rows if value.is_constant else rest) for value in given]
    if len(data) == 1:
        return data[0]._replace(dims=dims)
    return walk.add(node, "concat", {"axis": data[0].axis(axis)}, data, dims, batch)


def _refuse_batch(node: Node, data: Sequence[Value]) -> None:
    """The batch is an axis like others from here on; raises Unreadable if it is not 1."""
    for value in data:
        if value.batch is not None and value.dims[value.batch] != 1:
            raise AlongBatch(f"{title(node)} works along the batch", node.line)


def split(walk: Walk, node: Node, operands: Operands) -> list[Value]:
    """Split: into the lengths that are said, or as many as there are outputs; raises Unreadable."""
    x = tensor(node, operands)
    axis = axis_of(integer(node, "axis", 0), len(x.dims), node)
    sizes = integers(node, "split")
    if sizes is None and len(operands) > 1:
        sizes = whole(operands[1], f"the split of {title(node)}")
    if sizes is None:
        each = -(-x.dims[axis] // max(len(node.outputs), 1))
        sizes = [each] * len(node.outputs)
        sizes[-1] = x.dims[axis] - each * (len(sizes) - 1)
    if sum(sizes) != x.dims[axis] or any(n < 0 for n in sizes) or len(sizes) < len(node.outputs):
        raise Unreadable(f"{title(node)} splits {x.dims[axis]} into {sizes}", node.line)
    starts = [0, *accumulate(sizes)][:-1]
    if x.is_constant:
        parts = [pick(x, axis, range(a, a + n)) for a, n in zip(starts, sizes, strict=True)]
        # Each is a constant of its own, all of which are made of one.
        return [part._replace(source=f"{x.source}.{i}") for i, part in enumerate(parts)]
    if axis == x.batch:
        _refuse_batch(node, [x])
        return [x]
    if len(sizes) == 1:
        return [x]
    made = walk.add(node, "split", {"sizes": sizes, "axis": x.axis(axis)}, [x], x.dims, x.batch)
    return [
        made._replace(dims=(*x.dims[:axis], n, *x.dims[axis + 1 :]), layer=f"{made.layer}.{index}")
        for index, n in enumerate(sizes)
    ]


def slice_(walk: Walk, node: Node, operands: Operands) -> Value:
    """Slice, along one axis after the other; raises Unreadable."""
    x = tensor(node, operands)
    what = f"what {title(node)} cuts out"
    starts, ends = integers(node, "starts"), integers(node, "ends")
    if starts is None or ends is None:
        starts, ends = (whole(tensor(node, operands, index), what) for index in (1, 2))
    axes = _axes(node, operands, 3) or list(range(len(starts)))
    steps = [1] * len(starts)
    if len(operands) > 4 and operands[4] is not None:
        steps = whole(operands[4], what)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise Unreadable(f"{title(node)} has lists of unequal lengths", node.line)
    for start, end, number, step in zip(starts, ends, axes, steps, strict=True):
        axis = axis_of(number, len(x.dims), node)
        bound = -(2**62) if step < 0 and end < -(2**31) + 2 else end
        x = choose(walk, node, x, axis, range(x.dims[axis])[start:bound:step])
    return x


def choose(walk: Walk, node: Node, x: Value, axis: int, places: Sequence[int]) -> Value:
    """Some places of an axis: a slice, or a gather where they are not neighbours; raises Unreadable."""
    if x.is_constant:
        part = pick(x, axis, places)
        if not x.learnt or part.dims == x.dims:
            return part
        # Other places of the same tensor are other weights.
        known = isinstance(places, range)
        return part._replace(source=f"{x.source}[{axis}, {places}]" if known else node.outputs[0])
    length = x.dims[axis]
    row = _as_range(places)
    if row == range(length):
        return x
    dims = (*x.dims[:axis], len(places), *x.dims[axis + 1 :])
    if not places:
        # Of nothing there is no layer: what it is joined with is all there is.
        return Value(dims, numbers=())
    if axis == x.batch:
        raise AlongBatch(f"{title(node)} works along the batch", node.line)
    if row is not None:
        keys = {"axis": x.axis(axis), "range": [row.start, row.stop]}
        return walk.add(node, "slice", keys, [x], dims, x.batch)
    if len(places) > SMALL:
        return walk.opaque(node, [x], dims, x.batch, params=0, macs=0)
    return walk.add(
        node, "gather", {"axis": x.axis(axis), "indices": list(places)}, [x], dims, x.batch
    )


def _as_range(places: Sequence[int]) -> range | None:
    """The same places if each is the one behind the one before."""
    if isinstance(places, range):
        return places if places.step == 1 or len(places) == 0 else None
    first = places[0] if places else 0
    row = range(first, first + len(places))
    return row if all(n == m for n, m in zip(places, row, strict=True)) else None


def gather(walk: Walk, node: Node, operands: Operands) -> Value:
    """Gather: of a table by data an embedding, of data by constants some of its places; raises Unreadable."""
    x, at = tensor(node, operands), tensor(node, operands, 1)
    axis = axis_of(integer(node, "axis", 0), len(x.dims), node)
    dims = (*x.dims[:axis], *at.dims, *x.dims[axis + 1 :])
    if not at.is_constant:
        return _look_up(walk, node, x, at, axis, dims)
    if at.numbers is None:
        if x.is_constant:
            return Value(dims, source=node.outputs[0], learnt=x.learnt)
        return walk.opaque(node, [x], dims, batch_behind(x, dims, node), params=0, macs=0)
    places = [int(n) % max(x.dims[axis], 1) for n in at.numbers]
    if any(not -x.dims[axis] <= n < x.dims[axis] for n in at.numbers):
        raise Unreadable(f"{title(node)} reads place {places} of {x.dims[axis]}", node.line)
    if not x.is_constant and axis == x.batch and places == [0]:
        return reshape_to(walk, node, x, dims)
    some = choose(walk, node, x, axis, places)
    if len(at.dims) == 1:
        return some
    if x.is_constant:
        return some._replace(dims=dims)
    batch = x.batch
    if batch is not None and batch > axis:
        batch += len(at.dims) - 1
    return walk.reshape(node, some, dims, batch)


def _look_up(walk: Walk, node: Node, x: Value, at: Value, axis: int, dims: Dims) -> Value:
    """Vectors of a table, by ids that are data."""
    batch = at.batch
    if x.is_constant and x.learnt and axis == 0 and len(x.dims) == 2 and at.form == "tokens":
        keys = {"vocab": x.dims[0], "dim": x.dims[1]}
        made = walk.add_weighted(node, "embedding", keys, at, [x], dims, batch)
        if walk.channels_last:
            return made
        # Its channels come first: they are the last axis in the file.
        held = (*([1] if batch is not None else []), x.dims[1], *at.axes)
        order = [*range(len(held) - len(at.axes), len(held)), len(held) - len(at.axes) - 1]
        if batch is not None:
            order = [0, *order]
        return walk.permute(
            node, made._replace(dims=held, batch=0 if batch is not None else None), order
        )
    data = [value for value in (x, at) if not value.is_constant]
    params = walk.count([x]) if x.is_constant else 0
    return walk.opaque(node, data, dims, batch if x.is_constant else x.batch, params=params, macs=0)


def expand(walk: Walk, node: Node, operands: Operands) -> Value:
    """Expand: axes of length 1 are repeated."""
    x = tensor(node, operands)
    wanted = tuple(whole(tensor(node, operands, 1), f"the shape of {title(node)}"))
    dims = broadcast(x.dims, wanted)
    if x.is_constant:
        small = x.numbers is not None and prod(dims) <= SMALL
        return x._replace(
            dims=dims, numbers=spread(x, dims) if small else None, source=node.outputs[0]
        )
    own = (1,) * (len(dims) - len(x.dims)) + x.dims
    times = [n // m for n, m in zip(dims, own, strict=True)]
    return _repeat_axes(walk, node, reshape_to(walk, node, x, own), times)


def tile(walk: Walk, node: Node, operands: Operands) -> Value:
    """Tile: every axis so many times; raises Unreadable."""
    x = tensor(node, operands)
    times = whole(tensor(node, operands, 1), f"the repeats of {title(node)}")
    if len(times) != len(x.dims) or min(times, default=1) < 1:
        raise Unreadable(f"{title(node)} repeats {len(x.dims)} axes {times} times", node.line)
    if x.is_constant:
        dims = tuple(n * many for n, many in zip(x.dims, times, strict=True))
        return Value(dims, source=node.outputs[0], learnt=x.learnt)
    return _repeat_axes(walk, node, x, times)


def _repeat_axes(walk: Walk, node: Node, x: Value, times: Sequence[int]) -> Value:
    for axis, many in enumerate(times):
        if many == 1:
            continue
        dims = (*x.dims[:axis], x.dims[axis] * many, *x.dims[axis + 1 :])
        if axis == x.batch:
            _refuse_batch(node, [x])
            x = walk.reshape(node, x, x.dims, None)
        x = walk.add(node, "tile", {"axis": x.axis(axis), "times": many}, [x], dims, x.batch)
    return x


def depth_to_space(walk: Walk, node: Node, operands: Operands) -> Value:
    """DepthToSpace; SpaceToDepth is its reverse; raises Unreadable."""
    x = tensor(node, operands)
    factor = integer(node, "blocksize", 1)
    if factor < 1 or len(x.dims) != 4 or not (x.batch == 0 or is_several(x, 2)):
        raise Unreadable(f"{title(node)} needs a map of two axes", node.line)
    n, channels, *size = x.dims
    to_depth = node.op == "SpaceToDepth"
    dims = (n, channels // factor**2, *(length * factor for length in size))
    if to_depth:
        dims = (n, channels * factor**2, *(length // factor for length in size))
    if x.batch is None:
        return walk.opaque(node, [x], dims, None, params=0, macs=0)
    if to_depth:
        return walk.add(node, "space_to_depth", {"factor": factor}, [x], dims, 0)
    kind = "pixel_shuffle" if node.attributes.get("mode") == "CRD" else "depth_to_space"
    return walk.add(node, kind, {"factor": factor}, [x], dims, 0)
