"""TensorFlow's operators that change shapes: axes are those of its tensors, whose channels are last."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import moving, reducing, resizing
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import join, whole
from cnncalc.importers.base.onnx.nodes import axis_of, integer, integers, title
from cnncalc.importers.base.onnx.values import Value
from cnncalc.importers.base.onnx.walk import batch_behind
from cnncalc.importers.base.tfjs import layout
from cnncalc.importers.base.tfjs.layout import by_space, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]

_MAP, _FLAT = 4, 2
_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


def constants(node: Node, operands: Operands, index: int, what: str) -> list[int]:
    """The whole numbers of an operand; raises Unreadable that says what to do if they are not there."""
    value = tensor(node, operands, index)
    if value.is_constant and value.numbers is None:
        raise Unreadable(f"the {what} of {title(node)} stands among the weights, which are not there",
                         node.line, help="put the .bin files of the model beside its JSON")  # fmt: skip
    return whole(value, f"the {what} of {title(node)}")


def is_lost(walk: Walk, value: Value) -> bool:
    """Whether it is a weight of which the file is not there."""
    return value.is_constant and value.numbers is None and value.source in walk.graph.weights


def to_dims(walk: Walk, node: Node, x: Value, dims: Dims, batch: int | None = None) -> Value:
    """The same numbers as so long stored axes; raises Unreadable."""
    if prod(dims) != x.elements:
        raise Unreadable(f"{title(node)} makes {list(dims)} of {list(x.dims)}", node.line)
    if x.is_constant:
        return x._replace(dims=dims)
    at = batch_behind(x, dims, node) if batch is None else batch
    return walk.reshape(node._replace(op="Reshape"), x, dims, at)


def reshape(walk: Walk, node: Node, operands: Operands) -> Value:
    """Reshape: -1 is what the others leave; raises Unreadable."""
    x, said = tensor(node, operands), tensor(node, operands, 1)
    if is_lost(walk, said) and not x.is_constant and x.batch == 0:
        dims = _usual(walk, node, x, said)
        if dims is not None:
            return to_dims(walk, node, x, dims, 0)
    wanted = constants(node, operands, 1, "shape")
    if wanted.count(-1) == 1:
        rest = -prod(wanted)
        wanted[wanted.index(-1)] = x.elements // rest if rest > 0 else 0
    return to_dims(walk, node, x, tuple(wanted))


def _usual(walk: Walk, node: Node, x: Value, said: Value) -> Dims | None:
    """What a reshape makes where its numbers are not there.

    What reads it may have a note of its shape; to two axes it flattens, a vector becomes a map of one place.
    """
    n = x.dims[0]
    noted = walk.graph.stated.get(node.outputs[0], ())
    known = [m for m in noted[1:] if isinstance(m, int)]
    if known and len(known) == len(noted) - 1 and n * prod(known) == x.elements:
        return n, *known
    if said.dims == (_FLAT,):
        return n, x.elements // n
    if said.dims == (_MAP,) and len(x.dims) == _FLAT:
        return n, 1, 1, x.dims[1]
    return None


def squeeze(walk: Walk, node: Node, operands: Operands) -> Value:
    """Squeeze: without axes all of the length 1 but the batch."""
    x = tensor(node, operands)
    said = integers(node, "squeeze_dims") or integers(node, "axis")
    rank = len(x.dims)
    gone = {axis_of(n, rank, node) for n in said or ()}
    if said is None:
        gone = {axis for axis, n in enumerate(x.dims) if n == 1 and axis != x.batch}
    return drop(walk, node, tensor(node, operands), gone)


def drop(walk: Walk, node: Node, x: Value, gone: set[int]) -> Value:
    """Without stored axes of the length 1."""
    dims = tuple(n for axis, n in enumerate(x.dims) if axis not in gone)
    if x.is_constant or x.batch is None or x.batch in gone:
        return to_dims(walk, node, x, dims)
    return to_dims(walk, node, x, dims, x.batch - sum(axis < x.batch for axis in gone))


def expand(walk: Walk, node: Node, operands: Operands) -> Value:
    """ExpandDims."""
    x = tensor(node, operands)
    [number] = constants(node, operands, 1, "axis")
    axis = axis_of(number, len(x.dims) + 1, node)
    dims = (*x.dims[:axis], 1, *x.dims[axis:])
    if x.is_constant or x.batch is None:
        return to_dims(walk, node, x, dims)
    return to_dims(walk, node, x, dims, x.batch + (axis <= x.batch))


def transpose(walk: Walk, node: Node, operands: Operands) -> Value:
    """Transpose, its order an operand; raises Unreadable."""
    x = tensor(node, operands)
    wanted = constants(node, operands, 1, "order")
    if sorted(wanted) != list(range(len(x.dims))):
        raise Unreadable(f"the order of {title(node)} is {wanted}", node.line)
    return moving.transpose(walk, node._replace(attributes={"perm": wanted}), [x])


def concat(walk: Walk, node: Node, operands: Operands) -> Value:
    """ConcatV2, whose axis is its last operand, and Concat, whose is its first; raises Unreadable."""
    last = node.op != "Concat"
    *parts, said = operands if last else [*operands[1:], operands[0]]
    given = [value for value in parts if value is not None]
    rank = max((len(value.dims) for value in given), default=0)
    if said is None or not given:
        raise Unreadable(f"{title(node)} joins nothing", node.line)
    if is_lost(walk, said):
        number = _unequal(given)
    else:
        [number] = whole(said, f"the axis of {title(node)}")
    axis = axis_of(number, rank, node)
    if all(value.is_constant for value in given):
        return join(given, axis, node.outputs[0])
    level = [widen(value, rank) if value.is_constant else value for value in given]
    named = node._replace(attributes={"axis": axis})
    return moving.concat(walk, named, [*level])


def _unequal(values: Sequence[Value]) -> int:
    """The one axis along which operands differ, else the last."""
    dims = [value.dims for value in values]
    found = [axis for axis, lengths in enumerate(zip(*dims, strict=False)) if len(set(lengths)) > 1]
    return found[0] if len(found) == 1 else -1


def split(walk: Walk, node: Node, operands: Operands) -> list[Value]:
    """Split, its axis first, and SplitV, with lengths and the axis behind; raises Unreadable."""
    keys: dict[str, Any] = {}
    if node.op == "Split":
        x, [number] = tensor(node, operands, 1), constants(node, operands, 0, "axis")
        parts = max(integer(node, "num_split", 1), 1)
        axis = axis_of(number, len(x.dims), node)
        if x.dims[axis] % parts or parts > x.dims[axis]:
            raise Unreadable(f"{title(node)} splits {x.dims[axis]} into {parts}", node.line)
        keys["split"] = [x.dims[axis] // parts] * parts
    else:
        x, [number] = tensor(node, operands), constants(node, operands, 2, "axis")
        axis = axis_of(number, len(x.dims), node)
        sizes = constants(node, operands, 1, "lengths")
        if sizes.count(-1) == 1:
            sizes[sizes.index(-1)] = x.dims[axis] - sum(sizes) - 1
        keys["split"] = sizes
    keys["axis"] = axis
    outputs = node.outputs[: len(keys["split"])]
    return moving.split(walk, node._replace(op="Split", attributes=keys, outputs=outputs), [x])


def unpack(walk: Walk, node: Node, operands: Operands) -> list[Value]:
    """Unpack: every place of an axis by itself."""
    x = tensor(node, operands)
    number = integer(node, "axis", 0)
    axis = axis_of(number, len(x.dims), node)
    gone = {axis_of(number, len(x.dims), node)}
    return [
        drop(walk, node, moving.choose(walk, node, x, axis, range(i, i + 1)), gone)
        for i in range(min(x.dims[axis], len(node.outputs)))
    ]


def pack(walk: Walk, node: Node, operands: Operands) -> Value:
    """Pack: operands one behind the other along a new axis."""
    given = [tensor(node, operands, index) for index in range(len(operands))]
    number = integer(node, "axis", 0)
    rank = max(len(value.dims) for value in given) + 1
    axis = axis_of(number, rank, node)
    grown = []
    for x in given:
        batch = None if x.batch is None or x.is_constant else x.batch + (axis <= x.batch)
        grown.append(to_dims(walk, node, x, (*x.dims[:axis], 1, *x.dims[axis:]), batch))
    if all(x.is_constant for x in grown):
        return join(grown, axis, node.outputs[0])
    at = Value((), numbers=(axis,))
    return concat(walk, node._replace(op="ConcatV2"), [*grown, at])


def strided_slice(walk: Walk, node: Node, operands: Operands) -> Value:
    """StridedSlice, with the masks that say which bounds hold; raises Unreadable."""
    x = tensor(node, operands)
    begins, ends, steps = (constants(node, operands, index, "slice") for index in (1, 2, 3))
    begin, end, ellipsis, new, shrink = (integer(node, name, 0) for name in _MASKS)
    if not len(begins) == len(ends) == len(steps) or 0 in steps:
        raise Unreadable(f"{title(node)} has lists of unequal lengths", node.line)
    if new:
        raise Unreadable(f"{title(node)} makes new axes", node.line)
    return cut(walk, node, x, (begins, ends, steps), (begin, end, ellipsis, shrink))


def cut(
    walk: Walk, node: Node, x: Value, bounds: Sequence[list[int]], masks: Sequence[int]
) -> Value:
    """Some of every axis, as slices of Python."""
    begin, end, ellipsis, shrink = masks
    gone, axis = set(), 0
    for i, (first, last, step) in enumerate(zip(*bounds, strict=True)):
        if ellipsis >> i & 1:
            axis += len(x.dims) - len(bounds[0]) + 1
            continue
        length = x.dims[axis_of(axis, len(x.dims), node)]
        if shrink >> i & 1:
            places = range(length)[first : first + 1] if first != -1 else range(length)[-1:]
            gone.add(axis)
        else:
            places = range(length)[
                None if begin >> i & 1 else first : None if end >> i & 1 else last : step
            ]
        if places != range(length):
            x = moving.choose(walk, node, x, axis, places)
        axis += 1
    return drop(walk, node, x, gone) if gone else x


def slice_(walk: Walk, node: Node, operands: Operands) -> Value:
    """Slice: from where, and how much; -1 is all that is left; raises Unreadable."""
    x = tensor(node, operands)
    begins, sizes = constants(node, operands, 1, "slice"), constants(node, operands, 2, "slice")
    if not len(begins) == len(sizes) == len(x.dims):
        raise Unreadable(f"{title(node)} has lists of unequal lengths", node.line)
    ends = [
        n if size == -1 else first + size
        for first, size, n in zip(begins, sizes, x.dims, strict=True)
    ]
    return cut(walk, node, x, (begins, ends, [1] * len(ends)), (0, 0, 0, 0))


def gather(walk: Walk, node: Node, operands: Operands) -> Value:
    """GatherV2 and Gather: of a table an embedding, of data some of its places; raises Unreadable."""
    x, at = tensor(node, operands), tensor(node, operands, 1)
    number = constants(node, operands, 2, "axis")[0] if len(operands) > 2 else 0
    axis = axis_of(number, len(x.dims), node)
    named = node._replace(op="Gather", attributes={"axis": axis})
    if x.is_constant:
        return moving.gather(walk, named, [x, at])
    if not at.is_constant or at.numbers is None or len(at.dims) > 1:
        dims = (*x.dims[:axis], *at.dims, *x.dims[axis + 1 :])
        data = [value for value in (x, at) if not value.is_constant]
        batch = batch_behind(x, dims, node)
        return walk.opaque(node, data, dims, batch, params=0, macs=0)
    places = [int(n) % max(x.dims[axis], 1) for n in at.numbers]
    some = moving.choose(walk, node, x, axis, places)
    return some if at.dims else drop(walk, node, some, {axis})


def tile(walk: Walk, node: Node, operands: Operands) -> Value:
    """Tile: every axis so many times."""
    x = tensor(node, operands)
    times = constants(node, operands, 1, "repeats")
    return moving.tile(walk, node, [x, Value((len(times),), numbers=tuple(times))])


def broadcast_to(walk: Walk, node: Node, operands: Operands) -> Value:
    """BroadcastTo: axes of length 1 are repeated."""
    x, dims = tensor(node, operands), tuple(constants(node, operands, 1, "shape"))
    if not x.is_constant:
        lead = len(dims) - len(x.dims)
        x = to_dims(
            walk, node, x, (1,) * lead + x.dims, None if x.batch is None else x.batch + lead
        )
    return moving.expand(walk, node, [x, Value((len(dims),), numbers=dims)])


def pad(mode: str) -> Callable[[Walk, Node, Operands], Value]:
    """Pad, PadV2 and MirrorPad, with two amounts for each axis; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        amounts = constants(node, operands, 1, "amounts")
        if len(amounts) != 2 * len(x.dims):
            raise Unreadable(f"{title(node)} pads {len(x.dims)} axes by {amounts}", node.line)
        axes = range(len(x.dims)) if x.is_constant else layout.first(len(x.dims))
        pads = [*(amounts[2 * axis] for axis in axes), *(amounts[2 * axis + 1] for axis in axes)]
        kind = mode or {"REFLECT": "reflect"}.get(str(node.attributes.get("mode")), "edge")
        named = node._replace(attributes={"pads": pads, "mode": kind})
        found: Value = by_space(resizing.pad)(walk, named, [x])
        return found

    return read


def reduce(kind: str) -> Callable[[Walk, Node, Operands], Value]:
    """Mean, Max, Min and Sum; without a `kind` the others, which are opaque."""

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        x, said = tensor(node, operands), tensor(node, operands, 1)
        rank = len(x.dims)
        if is_lost(walk, said) and said.elements == rank - 2 and rank > _FLAT:
            # Nothing but the axes of space is as many.
            axes = set(range(1, rank - 1))
        else:
            axes = {axis_of(n, rank, node) for n in constants(node, operands, 1, "axes")}
        keep = bool(node.attributes.get("keep_dims") or node.attributes.get("keepdims"))
        places = sorted(axis for axis in axes)
        space = not x.is_constant and axes == set(range(1, rank - 1)) and rank > _FLAT
        keys = {"axes": places, "keepdims": int(keep or not space)}
        made = reducing.reduce(kind)(walk, node._replace(attributes=keys), [x])
        return made if keep or space else drop(walk, node, made, axes)

    return read


def resize(mode: str) -> Callable[[Walk, Node, Operands], Value]:
    """ResizeBilinear and ResizeNearestNeighbor, to a size; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        size = constants(node, operands, 1, "size")
        if len(x.dims) != _MAP or len(size) != _FLAT:
            raise Unreadable(f"{title(node)} needs a map of two axes, and its size", node.line)
        dims = (x.dims[0], x.dims[-1], *size)
        way = "asymmetric"
        if node.attributes.get("align_corners"):
            way = "align_corners"
        elif node.attributes.get("half_pixel_centers"):
            way = "half_pixel"
        keys = {"mode": mode, "coordinate_transformation_mode": way}
        target = Value((_MAP,), numbers=dims)
        named = node._replace(op="Resize", attributes=keys)
        found: Value = by_space(resizing.resize)(walk, named, [x, None, None, target])
        return found

    return read


def depth_to_space(walk: Walk, node: Node, operands: Operands) -> Value:
    """DepthToSpace and SpaceToDepth."""
    keys = {"blocksize": integer(node, "block_size", 1)}
    named = node._replace(attributes=keys)
    found: Value = by_space(moving.depth_to_space)(walk, named, operands)
    return found


def shape(walk: Walk, node: Node, operands: Operands) -> Value:
    """Shape: the lengths as they are stored."""
    dims = tensor(node, operands).dims
    return Value((len(dims),), numbers=dims, source=node.outputs[0])


def arg(walk: Walk, node: Node, operands: Operands) -> Value:
    """ArgMax and ArgMin: a place along an axis."""
    x = tensor(node, operands)
    said = operands[1] if len(operands) > 1 else None
    number = -1 if said is None or said.numbers is None else int(said.numbers[0])
    axis = axis_of(number, len(x.dims), node)
    dims = tuple(1 if i == axis else n for i, n in enumerate(x.dims))
    made = walk.opaque(node, [x], dims, x.batch, params=0, macs=0)
    return drop(walk, node, made, {axis_of(number, len(x.dims), node)})
