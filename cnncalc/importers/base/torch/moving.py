"""Operators that move elements, merge operands, and reduce axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.numbers import rescaling, rescaling_by
from cnncalc.importers.base.onnx import elementwise, moving, norms, reducing
from cnncalc.importers.base.onnx.nodes import axis_of, title
from cnncalc.importers.base.onnx.values import Value, without
from cnncalc.importers.base.torch.program import Ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.torch.bound import Bound


def alias(b: Bound) -> Value:
    """What hands on what it is given."""
    return b.tensor("self" if "self" in b.args else "input")


def reshape(b: Bound) -> Value:
    """view, reshape, flatten, squeeze, unsqueeze."""
    return b.reshape(b.tensor(), b.dims)


def permute(b: Bound) -> Value:
    """permute, transpose and their like; raises Unreadable."""
    x = b.tensor()
    rank = len(x.dims)
    order = list(range(rank))
    if b.op in ("permute", "movedim"):
        order = [axis_of(n, rank, b.node) for n in b.get("dims", [])]
    elif b.op in ("t", "numpy_T"):
        order = order[::-1]
    else:
        names = ("dim0", "dim1") if "dim0" in b.args else ("axis0", "axis1")
        one, other = (b.axis(x, name, place) for name, place in zip(names, (-2, -1), strict=True))
        order[one], order[other] = other, one
    if sorted(order) != list(range(rank)) or b.op == "movedim":
        raise Unreadable(f"{title(b.node)} has the order {order}", b.node.line)
    turned = b.walk.turn_back(x, order) if b.is_read_once("self") else None
    return turned or b.walk.turn(b.node, x, order)


def expand(b: Bound) -> Value:
    """expand, whose axes of -1 are as they are."""
    x = b.tensor()
    return moving.expand(b.walk, b.node, [x, Value((len(b.dims),), numbers=b.dims)])


def repeat(b: Bound) -> Value:
    """repeat: every axis so many times, new ones in front."""
    x = b.tensor()
    times = tuple(b.get("repeats", []))
    own = (1,) * (len(times) - len(x.dims)) + x.dims
    x = b.reshape(x, own)
    return moving.tile(b.walk, b.node, [x, Value((len(times),), numbers=times)])


def repeat_interleave(b: Bound) -> Value:
    """repeat_interleave: each place of an axis so many times; raises Unreadable."""
    x = b.tensor()
    axis, times = b.axis(x, default=len(x.dims)), b.integer("repeats", 1)
    apart = b.reshape(x, (*x.dims[: axis + 1], 1, *x.dims[axis + 1 :]))
    many = [1] * len(apart.dims)
    many[axis + 1] = times
    made = moving.tile(b.walk, b.node, [apart, Value((len(many),), numbers=tuple(many))])
    return b.reshape(made, b.dims)


def roll(b: Bound) -> Value:
    """roll: the last places of an axis in front of the others; raises Unreadable."""
    x = b.tensor()
    shifts, axes = b.get("shifts", []), b.get("dims", [])
    if len(shifts) != len(axes):
        raise Unreadable(f"{title(b.node)} is along no axes", b.node.line)
    for shift, said in zip(shifts, axes, strict=True):
        axis = axis_of(said, len(x.dims), b.node)
        many = x.dims[axis]
        at = many - shift % many
        if at < many:
            parts = [_node_of_part(b, f"{part}{axis}") for part in ("last", "first")]
            last = moving.choose(b.walk, parts[0], x, axis, range(at, many))
            first = moving.choose(b.walk, parts[1], x, axis, range(at))
            x = moving.concat(b.walk, b.like("Concat", axis=axis), [last, first])
    return x


def _node_of_part(b: Bound, part: str) -> Node:
    return b.node._replace(name=f"{b.node.name}.{part}")


def concat(b: Bound) -> Value:
    """Cat."""
    given = [b.value(ref.name) for ref in b.args["tensors"]]
    given = [b.walk.data(value, b.node) for value in given if value.elements]
    axis = b.axis(given[0])
    return moving.concat(b.walk, b.like("Concat", axis=axis), [*given])


def stack(b: Bound) -> Value:
    """stack: side by side along an axis of its own."""
    axis = axis_of(b.integer("dim", 0), len(b.dims), b.node)
    one = (*b.dims[:axis], 1, *b.dims[axis + 1 :])
    given = []
    for value in b.tensors("tensors"):
        at = None if value.batch is None else value.batch + (axis <= value.batch)
        given.append(b.walk.reshape(b.node._replace(op="Unsqueeze"), value, one, at))
    return moving.concat(b.walk, b.like("Concat", axis=axis), [*given])


def split(b: Bound) -> list[Value]:
    """Split and chunk."""
    x = b.tensor()
    axis = b.axis(x)
    sizes = [dims[axis] for dims in b.given if dims is not None]
    node = b.like("Split", axis=axis, split=sizes)
    return moving.split(b.walk, node, [x])


def unbind(b: Bound) -> list[Value]:
    """unbind: every place of an axis by itself."""
    x = b.tensor()
    axis = b.axis(x)
    node = b.like("Split", axis=axis, split=[1] * x.dims[axis])
    parts = moving.split(b.walk, node, [x])
    return [moving.drop_axes(b.walk, b.like("Squeeze"), part, {axis}) for part in parts]


def slice_(b: Bound) -> Value:
    """slice: a part of an axis."""
    x = b.tensor()
    axis = b.axis(x)
    start, end = b.integer("start", 0), b.integer("end", 2**62)
    places = range(x.dims[axis])[start : end : b.integer("step", 1)]
    return moving.choose(b.walk, b.node, x, axis, places)


def narrow(b: Bound) -> Value:
    """narrow: so many places of an axis."""
    x = b.tensor()
    axis, start = b.axis(x), b.integer("start", 0)
    places = range(start, start + b.integer("length", 1))
    return moving.choose(b.walk, b.node, x, axis, places)


def select(b: Bound) -> Value:
    """select: one place of an axis, which is gone then."""
    x = b.tensor()
    axis, place = b.axis(x), b.integer("index", 0)
    if axis == x.batch and x.dims[axis] == 1:
        return b.reshape(x, b.dims)
    some = moving.choose(b.walk, b.node, x, axis, [place % x.dims[axis]])
    batch = some.batch
    if batch is not None:
        batch -= axis < batch
    return b.walk.reshape(b.node._replace(op="Reshape"), some, b.dims, batch)


def activation(kind: str, **keys: str) -> Callable[[Bound], Value]:
    """An operator that keeps the shape; `keys` are arguments by what a spec calls them."""

    def read(b: Bound) -> Value:
        x = b.tensor("self" if "self" in b.args else "input")
        said: Data = {}
        for key, name in keys.items():
            value = b.args.get(name)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                said[key] = value
        return b.walk.add(b.node, kind, said, [x], x.dims, x.batch)

    return read


def clip(b: Bound) -> Value:
    """Clamp and hardtanh."""
    low, high = ("min_val", "max_val") if b.op == "hardtanh" else ("min", "max")
    usual = (-1, 1) if b.op == "hardtanh" else (None, None)
    bounds = [b.get(name, number) for name, number in zip((low, high), usual, strict=True)]
    return elementwise.clip(b.walk, b.like("Clip", min=bounds[0], max=bounds[1]), [b.tensor()])


def dropout(b: Bound) -> Value:
    """dropout, which hands on what it is given in evaluation."""
    x, rate = b.tensor("self" if "self" in b.args else "input"), b.number("p", 0.5)
    if not 0 < rate < 1:
        return x
    return b.walk.add(b.node, "dropout", {"rate": rate}, [x], x.dims, x.batch)


def merge(kind: str) -> Callable[[Bound], Value]:
    """add, mul and their like: of two results, of one and a learnt factor, of one and a number."""

    def read(b: Bound) -> Value:
        names = [name for name in b.args if isinstance(b.args[name], Ref)]
        held = {name: b.value(b.args[name].name) for name in names}
        learnt = {n: v for n, v in held.items() if v.is_constant and b.walk.origin(v)}
        data = [v for v in held.values() if not v.is_constant]
        if kind == "multiply" and len(data) == 1 and len(learnt) == 1 and data[0].dims == b.dims:
            factor = next(iter(learnt.values()))
            if b.walk.is_weight(factor):
                return _scale(b, data[0], factor)
        given = [
            b.walk.data(v, b.node) for n, v in held.items() if not v.is_constant or n in learnt
        ]
        if len(given) < 2:
            x = given[0]
            made = _with_number(b, x) if x.dims == b.dims else None
            local = bool(x.axes[1:]) and x.dims == b.dims
            return made or b.opaque(local=local)
        return elementwise.merge(kind)(b.walk, b.node, [*given])

    return read


_ARITHMETIC = {
    "add": "add", "sub": "subtract", "subtract": "subtract", "mul": "multiply", "multiply": "multiply",
    "div": "divide", "divide": "divide", "true_divide": "divide", "rsub": "subtract",
}  # fmt: skip


def _with_number(b: Bound, x: Value) -> Value | None:
    """The result of arithmetic with a number; None if it is no such, or of ids."""
    if b.op == "pow":
        return x if b.args.get("exponent") == 1 and isinstance(b.args.get("self"), Ref) else None
    operands = [b.args.get("self"), b.args.get("other")]
    number = next((n for n in operands if not isinstance(n, Ref)), None)
    alpha = b.number("alpha", 1)
    if not isinstance(number, (int, float)) or b.get("rounding_mode", ""):
        return None
    if b.op == "rsub":
        operands.reverse()
    op, is_first = _ARITHMETIC.get(b.op, ""), isinstance(operands[1], Ref)
    if is_first and alpha != 1:
        # A sum, or a difference, and alpha is by what the second operand is multiplied.
        keys = rescaling_by(alpha if op == "add" else -alpha, number)
    else:
        keys = rescaling(op, number * alpha, is_first=is_first)
    return elementwise.rescale(b.walk, b.node, x, keys)


def negate(b: Bound) -> Value:
    """neg: the product with -1."""
    return elementwise.negate(b.walk, b.node, [b.tensor()])


def power(b: Bound) -> Value:
    """Pow and square: a square is a product."""
    if b.op == "pow" and b.args.get("exponent") != 2:
        return merge("")(b)
    x = b.tensor()
    return b.walk.add(b.node, "multiply", {}, [x, x], x.dims, x.batch)


def _scale(b: Bound, x: Value, factor: Value) -> Value:
    axes = _spread_axes(x, factor)
    name = factor.source if "(" not in factor.source else b.node.name
    return b.walk.add_weighted(
        b.node, "scale", {"axes": axes}, x, [factor], x.dims, x.batch, name=name
    )


def scale_and_shift(b: Bound) -> Value:
    """addcmul: a product and a summand, which are one layer where both are learnt; raises Unreadable."""
    x, factor, summand = b.weight("tensor2"), b.weight("tensor1"), b.weight("self")
    if x is None or factor is None or summand is None or b.get("value", 1) != 1:
        raise Unreadable(f"{title(b.node)} is another sum", b.node.line)
    x, factor = (factor, x) if x.is_constant else (x, factor)
    held = [factor, summand]
    if (
        x.is_constant
        or x.dims != b.dims
        or not all(v.is_constant and b.walk.is_weight(v) for v in held)
    ):
        raise Unreadable(f"{title(b.node)} has operands that are not learnt", b.node.line)
    axes, others = (_spread_axes(x, value) for value in held)
    if axes != others:
        raise Unreadable(f"{title(b.node)} has operands of two shapes", b.node.line)
    keys = {"axes": axes, "shift": True}
    return b.walk.add_weighted(b.node, "scale", keys, x, held, x.dims, x.batch)


def _spread_axes(x: Value, factor: Value) -> list[int]:
    """The axes along which a constant has numbers of its own."""
    own = without((1,) * (len(x.dims) - len(factor.dims)) + factor.dims, x.batch)
    return [number for number, n in enumerate(own, 1) if n > 1]


def function(b: Bound) -> Value:
    """Arithmetic that no kind is, element by element."""
    x = b.tensor("self" if "self" in b.args else "input")
    return b.opaque(local=bool(x.axes[1:]))


def reduce(kind: str) -> Callable[[Bound], list[Value]]:
    """mean, sum, amax and their like."""

    def read(b: Bound) -> list[Value]:
        x = b.tensor()
        said = b.get("dim", [])
        axes = [said] if isinstance(said, int) else list(said)
        keep = int(bool(b.get("keepdim", False)))
        node = b.like("Reduce", axes=axes or None, keepdims=keep)
        return [reducing.reduce(kind)(b.walk, node, [x])] * len(b.call.outputs)

    return read


def extreme(kind: str) -> Callable[[Bound], list[Value]]:
    """Max and min along an axis, where nothing asks for the places; raises Unreadable."""

    def read(b: Bound) -> list[Value]:
        if "dim" not in b.args or any(b.walk.reads.get(name) for name in b.call.outputs[1:]):
            raise Unreadable(f"{title(b.node)} has places", b.node.line)
        return reduce(kind)(b)

    return read


def softmax(kind: str) -> Callable[[Bound], Value]:
    """Softmax and log_softmax along an axis."""

    def read(b: Bound) -> Value:
        x = b.tensor()
        node = b.like("Softmax", axis=b.axis(x, default=-1))
        found: Value = norms.softmax(kind)(b.walk, node, [x])  # type: ignore[operator]
        return found

    return read


def glu(b: Bound) -> Value:
    """glu: half of an axis gates the other."""
    x = b.tensor()
    axis = b.axis(x, default=-1)
    if axis == x.batch or x.axis(axis) != 1:
        return b.opaque()
    return b.walk.add(b.node, "glu", {}, [x], b.dims, x.batch)
