"""OpenVINO's operators that change shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import elementwise, moving, norms, products, recurrent, reducing
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import transpose_constant
from cnncalc.importers.base.onnx.nodes import axis_of, title
from cnncalc.importers.base.onnx.values import Value
from cnncalc.importers.base.openvino.attributes import (
    integer,
    integers,
    is_set,
    number,
    numbers,
    opset,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]
    Read = Callable[[Walk, Node, Operands], Any]


_ROWS = 3
"""A batch of rows of features has so many axes: what is normalised along the last is a row."""


def reshape(walk: Walk, node: Node, operands: Operands) -> Value:
    """Reshape, whose 0 keeps a length if its zeros are special."""
    numbers(node, operands, 1, "shape")
    keys = {"allowzero": int(not is_set(node, "special_zero"))}
    return moving.reshape(walk, node._replace(attributes=keys), operands)


def plain(read: Read) -> Read:
    """An operator as ONNX has it, its numbers operands."""

    def inner(walk: Walk, node: Node, operands: Operands) -> Any:
        if len(operands) > 1:
            numbers(node, operands, 1, "numbers")
        return read(walk, node._replace(attributes={}), operands)

    return inner


def transpose(walk: Walk, node: Node, operands: Operands) -> Value:
    """Transpose: all axes in reverse if its order is empty; raises Unreadable."""
    x = tensor(node, operands)
    order = numbers(node, operands, 1, "order")
    return moving.transpose(walk, node._replace(attributes={"perm": order} if order else {}), [x])


def concat(walk: Walk, node: Node, operands: Operands) -> Value:
    """Concat; raises Unreadable."""
    return moving.concat(
        walk, node._replace(attributes={"axis": integer(node, "axis", 1)}), operands
    )


def split(walk: Walk, node: Node, operands: Operands) -> list[Value]:
    """Split into equal parts, and VariadicSplit into such that are said; raises Unreadable."""
    x = tensor(node, operands)
    [at] = numbers(node, operands, 1, "axis")
    axis = axis_of(at, len(x.dims), node)
    if node.op == "Split":
        parts = integer(node, "num_splits", 1)
        if parts < 1 or x.dims[axis] % parts:
            raise Unreadable(f"{title(node)} splits {x.dims[axis]} into {parts}", node.line)
        sizes = [x.dims[axis] // parts] * parts
    else:
        sizes = numbers(node, operands, 2, "lengths")
        if sizes.count(-1) == 1:
            sizes[sizes.index(-1)] = x.dims[axis] - sum(sizes) - 1
    return moving.split(walk, node._replace(attributes={"axis": axis, "split": sizes}), [x])


def gather(walk: Walk, node: Node, operands: Operands) -> Value:
    """Gather, its axis an operand; raises Unreadable."""
    axis = numbers(node, operands, 2, "axis")[0] if len(operands) > 2 else 0
    if integer(node, "batch_dims", 0):
        raise Unreadable(
            f"{title(node)} gathers for each example by itself, which is not known here", node.line
        )
    return moving.gather(walk, node._replace(attributes={"axis": axis}), operands[:2])


def slice_(walk: Walk, node: Node, operands: Operands) -> Value:
    """Slice: from, to, step, and along which axes; raises Unreadable."""
    x = tensor(node, operands)
    starts, ends, steps = (numbers(node, operands, index, "slice") for index in (1, 2, 3))
    axes = numbers(node, operands, 4, "axes") if len(operands) > 4 else list(range(len(starts)))
    given = [x, *(Value((len(part),), numbers=tuple(part)) for part in (starts, ends, axes, steps))]
    return moving.slice_(walk, node._replace(attributes={}), [*given])


def strided_slice(walk: Walk, node: Node, operands: Operands) -> Value:
    """StridedSlice, with masks that say which bounds do not hold; raises Unreadable."""
    x = tensor(node, operands)
    begins, ends = (numbers(node, operands, index, "slice") for index in (1, 2))
    steps = numbers(node, operands, 3, "steps") if len(operands) > 3 else [1] * len(begins)
    masks = [
        integers(node, f"{name}_mask")
        for name in ("begin", "end", "new_axis", "shrink_axis", "ellipsis")
    ]
    begin, end, new, shrink, ellipsis = ([*mask, *[0] * len(begins)] for mask in masks)
    if not len(begins) == len(ends) == len(steps) or 0 in steps or any(new):
        raise Unreadable(f"{title(node)} has bounds that are not read", node.line)
    gone, axis = [], 0
    for i, (first, last, step) in enumerate(zip(begins, ends, steps, strict=True)):
        if ellipsis[i]:
            axis += len(x.dims) - len(begins) + 1
            continue
        row = range(x.dims[axis_of(axis, len(x.dims), node)])
        if shrink[i]:
            places = row[first : first + 1] if first != -1 else row[-1:]
            gone.append(axis)
        else:
            places = row[None if begin[i] else first : None if end[i] else last : step]
        x = moving.choose(walk, node, x, axis, places)
        axis += 1
    if not gone:
        return x
    return moving.squeeze(walk, node._replace(attributes={"axes": gone}), [x])


def broadcast(walk: Walk, node: Node, operands: Operands) -> Value:
    """Broadcast: axes of length 1 are repeated; raises Unreadable."""
    x, target = tensor(node, operands), tuple(numbers(node, operands, 1, "shape"))
    if word(node, "mode", "numpy") == "explicit":
        mapping = numbers(node, operands, 2, "axes")
        dims = [1] * len(target)
        for own, axis in zip(x.dims, mapping, strict=True):
            dims[axis_of(axis, len(target), node)] = own
        shaped = Value((len(dims),), numbers=tuple(dims))
        x = moving.reshape(walk, node._replace(attributes={}), [x, shaped])
    return moving.expand(
        walk, node._replace(attributes={}), [x, Value((len(target),), numbers=target)]
    )


def depth_to_space(walk: Walk, node: Node, operands: Operands) -> Value:
    """DepthToSpace and SpaceToDepth; raises Unreadable."""
    keys: Data = {"blocksize": integer(node, "block_size", 1)}
    if word(node, "mode") == "depth_first":
        keys["mode"] = "CRD"
    return moving.depth_to_space(walk, node._replace(attributes=keys), operands)


def shuffle(walk: Walk, node: Node, operands: Operands) -> Value:
    """ShuffleChannels; raises Unreadable."""
    x = tensor(node, operands)
    axis = axis_of(integer(node, "axis", 1), len(x.dims), node)
    groups = integer(node, "group", 1)
    if x.batch != 0 or axis != 1 or len(x.dims) < 3 or groups < 1:
        return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)
    return walk.add(node, "channel_shuffle", {"groups": groups}, [x], x.dims, 0)


def reduce(kind: str) -> Read:
    """ReduceMean, ReduceMax, ReduceMin, ReduceSum; without a `kind` the others, which are opaque."""
    inner = reducing.reduce(kind)

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        axes = numbers(node, operands, 1, "axes")
        keys = {"axes": axes, "keepdims": int(is_set(node, "keep_dims")), "noop_with_empty_axes": 1}
        return inner(walk, node._replace(attributes=keys), operands[:1])

    return read


def shape(walk: Walk, node: Node, operands: Operands) -> Value:
    """ShapeOf."""
    dims = tensor(node, operands).dims
    return Value((len(dims),), numbers=dims, source=node.outputs[0])


def matmul(walk: Walk, node: Node, operands: Operands) -> Value:
    """MatMul, whose operands may be transposed; raises Unreadable."""
    given = []
    for index, name in enumerate(("transpose_a", "transpose_b")):
        x = tensor(node, operands, index)
        if is_set(node, name) and len(x.dims) > 1:
            rank = len(x.dims)
            order = [*range(rank - 2), rank - 1, rank - 2]
            x = (
                transpose_constant(x, order, x.source)
                if x.is_constant
                else walk.permute(node, x, order)
            )
        given.append(x)
    return products.matmul(walk, node, [*given])


def normalise_batch(walk: Walk, node: Node, operands: Operands) -> Value:
    """BatchNormInference, of which the first version reads its weights first."""
    if opset(node) < 5:
        operands = [operands[2], *operands[:2], *operands[3:]]
    return norms.batch_norm(walk, node, operands)


def normalise(walk: Walk, node: Node, operands: Operands) -> Value:
    """MVN: by the mean and variance of some axes, without weights."""
    x = tensor(node, operands)
    rank = len(x.dims)
    if opset(node) < 6:
        found = set(range(1 if is_set(node, "across_channels") else 2, rank))
    else:
        found = {axis_of(n, rank, node) for n in numbers(node, operands, 1, "axes")}
    if x.batch == 0 and rank > _ROWS and found == set(range(2, rank)):
        return walk.add(node, "instance_norm", {}, [x], x.dims, 0)
    if not found or x.batch in found:
        return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)
    keys = {"axes": [x.axis(axis) for axis in sorted(found)], "scale": False, "center": False}
    return walk.add(node, "layer_norm", keys, [x], x.dims, x.batch)


def normalise_group(walk: Walk, node: Node, operands: Operands) -> Value:
    """GroupNormalization; raises Unreadable."""
    keys = {"num_groups": integer(node, "num_groups", 1)}
    return norms.group_norm(walk, node._replace(attributes=keys), operands)


def normalise_length(walk: Walk, node: Node, operands: Operands) -> Value:
    """NormalizeL2, along some axes."""
    x = tensor(node, operands)
    found = sorted({axis_of(n, len(x.dims), node) for n in numbers(node, operands, 1, "axes")})
    if not found or x.batch in found:
        return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)
    return walk.add(
        node, "l2_norm", {"axes": [x.axis(axis) for axis in found]}, [x], x.dims, x.batch
    )


def respond(walk: Walk, node: Node, operands: Operands) -> Value:
    """LRN, over channels."""
    x = tensor(node, operands)
    if numbers(node, operands, 1, "axes") != [1]:
        return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)
    keys = {"size": integer(node, "size", 1)}
    return norms.local_response_norm(walk, node._replace(attributes=keys), operands[:1])


def softmax(kind: str) -> Read:
    """Softmax and LogSoftmax."""
    inner: Any = norms.softmax(kind)

    def read(walk: Walk, node: Node, operands: Operands) -> Any:
        default = 1 if opset(node) < 8 else -1
        return inner(
            walk, node._replace(attributes={"axis": integer(node, "axis", default)}), operands
        )

    return read


def recur(kind: str) -> Read:
    """LSTMSequence, GRUSequence and RNNSequence, the batch first; raises Unreadable."""
    inner = recurrent.recurrent(kind)
    states = 2 if kind == "lstm" else 1

    def read(walk: Walk, node: Node, operands: Operands) -> list[Value]:
        x, before = operands[0], operands[1 : 1 + states]
        # Behind the states stands how long each example is.
        weights = operands[2 + states : 5 + states]
        keys = {"layout": 1, "direction": word(node, "direction", "forward"),
                "linear_before_reset": int(is_set(node, "linear_before_reset"))}  # fmt: skip
        if kind == "gru" and keys["linear_before_reset"] and weights[2:3] != [None]:
            # It has four biases for three gates, as no layer of a spec has.
            return _known_recurrence(walk, node, tensor(node, operands), weights)
        before = [_behind(walk, node, value) for value in before]
        everything, *last = inner(
            walk, node._replace(attributes=keys), [x, *weights, None, *before]
        )
        if len(everything.dims) < 4:
            return [everything, *last]
        n, steps, directions, units = everything.dims
        if directions == 1:
            turned = walk.reshape(node, everything, (n, 1, steps, units), everything.batch)
        else:
            turned = walk.permute(node, everything, (0, 2, 1, 3))
        return [turned, *last]

    return read


def _known_recurrence(walk: Walk, node: Node, x: Value, weights: Operands) -> list[Value]:
    """A recurrent layer of which the shapes and the counts are known; raises Unreadable."""
    held = [value for value in weights if value is not None]
    if len(held) < 2 or len(x.dims) != 3 or len(held[1].dims) != 3:
        raise Unreadable(f"{title(node)} needs three axes", node.line)
    n, steps = x.dims[:2]
    directions, _, units = held[1].dims
    macs = steps * (held[0].elements + held[1].elements)
    params = walk.count(held)
    dims, last = (n, directions, steps, units), (n, directions, units)
    read = [bool(walk.reads.get(name)) for name in node.outputs]
    if not read[0]:
        return [x, walk.opaque(node, [x], last, x.batch, params=params, macs=macs)]
    made = walk.opaque(node, [x], dims, x.batch, params=params, macs=macs)
    end = walk.opaque(node, [made], last, x.batch, params=0, macs=0) if any(read[1:]) else made
    return [made, end]


def _behind(walk: Walk, node: Node, value: Value | None) -> Value | None:
    """A state, if it is data: zeros that are computed are none."""
    return value if value is not None and not value.is_constant else None


def step(walk: Walk, node: Node, operands: Operands) -> list[Value]:
    """LSTMCell, GRUCell and RNNCell: one step."""
    x, state = tensor(node, operands), tensor(node, operands, 1)
    weights = [
        value for value in operands[3 if node.op == "LSTMCell" else 2 :] if value is not None
    ]
    data = [value for value in operands if value is not None and not value.is_constant]
    held = [value for value in weights if value.is_constant]
    macs = sum(value.elements for value in weights[:2])
    dims = (x.dims[0], state.dims[-1])
    made = walk.opaque(node, data or [x], dims, x.batch, params=walk.count(held), macs=macs)
    return [made] * len(node.outputs)


def threshold(walk: Walk, node: Node, operands: Operands) -> Value:
    """Clamp, from 0 to 6 a relu6."""
    x = tensor(node, operands)
    low, high = number(node, "min", 0), number(node, "max", 0)
    return elementwise.clip(walk, node._replace(attributes={"min": low, "max": high}), [x])
