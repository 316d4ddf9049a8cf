"""The arithmetic of shapes: what nodes give whose operands are all constants.

Small constants have their numbers, flat and in their order; of the others the shape is known at most.
"""

from __future__ import annotations

import math
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.values import SMALL, FromData, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims

Numbers = tuple[float, ...]


def _divide(a: float, b: float) -> float:
    """As ONNX divides: whole numbers towards zero."""
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return a / b


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "Div": _divide,
    "FloorDiv": lambda a, b: a // b,
    "SquaredDifference": lambda a, b: (a - b) ** 2,
    "Mod": lambda a, b: a % b,
    "Pow": lambda a, b: a**b if abs(b) < 100 else math.nan,
    "Min": min,
    "Max": max,
    "Equal": lambda a, b: int(a == b),
    "Greater": lambda a, b: int(a > b),
    "GreaterOrEqual": lambda a, b: int(a >= b),
    "Less": lambda a, b: int(a < b),
    "LessOrEqual": lambda a, b: int(a <= b),
    "And": lambda a, b: int(bool(a) and bool(b)),
    "Or": lambda a, b: int(bool(a) or bool(b)),
}

_UNARY: dict[str, Callable[[Any], Any]] = {
    "Neg": lambda a: -a,
    "Abs": abs,
    "Not": lambda a: int(not a),
    "Floor": lambda a: float(math.floor(a)),
    "Ceil": lambda a: float(math.ceil(a)),
    "Round": lambda a: float(round(a)),
    "Sqrt": lambda a: math.sqrt(a) if a >= 0 else math.nan,
    "Exp": lambda a: math.exp(min(a, 700)),
    "Log": lambda a: math.log(a) if a > 0 else math.nan,
    "Reciprocal": lambda a: 1 / a if a else math.inf,
    "Identity": lambda a: a,
    "Sigmoid": lambda a: 1 / (1 + math.exp(min(-a, 700))),
    "Relu": lambda a: max(a, 0),
    "Tanh": math.tanh,
    "Erf": math.erf,
}


def indices(dims: Dims) -> Iterator[tuple[int, ...]]:
    """All places of a tensor in the order of its numbers."""
    return product(*map(range, dims))


def steps(dims: Dims) -> list[int]:
    """How far apart neighbours are along each axis."""
    return [prod(dims[axis + 1 :]) for axis in range(len(dims))]


def broadcast(*shapes: Dims) -> Dims:
    """The shape of operands that are spread over each other; raises Unreadable if they cannot be."""
    if shapes.count(shapes[0]) == len(shapes):
        return shapes[0]
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(dims)) + dims for dims in shapes]
    found = []
    for lengths in zip(*padded, strict=True):
        longest = {n for n in lengths if n != 1}
        if len(longest) > 1:
            raise Unreadable(f"operands of {' and '.join(map(str, shapes))} do not fit together")
        found.append(longest.pop() if longest else 1)
    return tuple(found)


def spread(value: Value, dims: Dims) -> Numbers:
    """The numbers of a value spread to a shape."""
    if value.dims == dims:
        return value.numbers or ()
    own = (1,) * (len(dims) - len(value.dims)) + value.dims
    strides = [0 if n == 1 else step for n, step in zip(own, steps(own), strict=True)]
    numbers = value.numbers or ()
    return tuple(
        numbers[sum(i * step for i, step in zip(at, strides, strict=True))] for at in indices(dims)
    )


def pick(value: Value, axis: int, places: Sequence[int]) -> Value:
    """Chosen places of one axis."""
    dims = (*value.dims[:axis], len(places), *value.dims[axis + 1 :])
    if value.numbers is None or prod(dims) > SMALL:
        return value._replace(dims=dims, numbers=None)
    step = steps(value.dims)
    found = tuple(
        value.numbers[sum((places[i] if a == axis else i) * step[a] for a, i in enumerate(at))]
        for at in indices(dims)
    )
    return value._replace(dims=dims, numbers=found)


def compute(node: Node, operands: Sequence[Value], said: Sequence[int | str] = ()) -> Value:
    """What a node gives that reads constants alone; `said` is its shape as the file has it.

    Raises Unreadable if the operands do not fit together.
    """
    if node.op in _BINARY or node.op in _UNARY or node.op in _OTHERS:
        return elementwise(node, operands)
    first, second = operands[0].dims, operands[-1].dims
    dims = tuple(n for n in said if isinstance(n, int))
    if node.op == "MatMul":
        dims = _multiply(first, second)
    elif node.op.startswith("Scatter"):
        dims = first
    elif not dims or len(dims) < len(said):
        return elementwise(node, operands)
    return Value(dims, source=node.outputs[0], learnt=any(value.learnt for value in operands))


def _multiply(first: Dims, second: Dims) -> Dims:
    """The shape of a product of matrices, where a vector is one of a row or a column."""
    a, b = first if len(first) > 1 else (1, *first), second if len(second) > 1 else (*second, 1)
    if min(len(first), len(second)) < 1 or a[-1] != b[-2]:
        raise Unreadable(f"operands of {first} and {second} do not fit together")
    rows, columns = a[-2:-1][: len(first) - 1], b[-1:][: len(second) - 1]
    return (*broadcast(a[:-2], b[:-2]), *rows, *columns)


_OTHERS = ("Where", "Cast")


def elementwise(node: Node, operands: Sequence[Value]) -> Value:
    """Arithmetic of constants, element by element; raises Unreadable if they do not fit together."""
    dims = broadcast(*(value.dims for value in operands))
    learnt = any(value.learnt for value in operands)
    source = node.outputs[0]
    op = _BINARY.get(node.op)
    known = prod(dims) <= SMALL and all(value.numbers is not None for value in operands)
    if not known:
        return Value(dims, source=source, learnt=learnt)
    spreads = [spread(value, dims) for value in operands]
    try:
        if op is not None:
            found = spreads[0]
            for other in spreads[1:]:
                found = tuple(map(op, found, other))
        elif node.op == "Where":
            found = tuple(b if a else c for a, b, c in zip(*spreads, strict=True))
        elif node.op in _UNARY:
            found = tuple(map(_UNARY[node.op], spreads[0]))
        elif node.op == "Cast":
            whole = node.attributes.get("to") in _WHOLE
            found = tuple(int(a) if whole else float(a) for a in spreads[0])
        else:
            return Value(dims, source=source, learnt=learnt)
    except (ZeroDivisionError, OverflowError, ValueError):
        return Value(dims, source=source, learnt=learnt)
    return Value(dims, numbers=found, source=source, learnt=learnt)


_WHOLE = (2, 3, 4, 5, 6, 7, 9, 12, 13)


def transpose_constant(value: Value, order: Sequence[int], source: str) -> Value:
    """The axes in another order."""
    dims = tuple(value.dims[axis] for axis in order)
    numbers = None
    if value.numbers is not None:
        step = steps(value.dims)
        strides = [step[axis] for axis in order]
        numbers = tuple(
            value.numbers[sum(i * s for i, s in zip(at, strides, strict=True))]
            for at in indices(dims)
        )
    return value._replace(dims=dims, numbers=numbers, source=source)


def join(values: Sequence[Value], axis: int, source: str) -> Value:
    """One behind the other along an axis."""
    first = values[0].dims
    length = sum(value.dims[axis] for value in values)
    dims = (*first[:axis], length, *first[axis + 1 :])
    learnt = any(value.learnt for value in values)
    if prod(dims) > SMALL or any(value.numbers is None for value in values):
        return Value(dims, source=source, learnt=learnt)
    rows = prod(first[:axis])
    found: list[float] = []
    for row in range(rows):
        for value in values:
            width = prod(value.dims[axis:])
            found += (value.numbers or ())[row * width : (row + 1) * width]
    return Value(dims, numbers=tuple(found), source=source, learnt=learnt)


def whole(value: Value | None, what: str) -> list[int]:
    """The numbers of a constant as whole ones; raises Unreadable if they are not known, or are none."""
    if value is None or value.numbers is None:
        raise FromData(f"{what} is computed from data")
    if any(n != n or abs(n) == math.inf for n in value.numbers):  # noqa: PLR0124 - not a number
        raise Unreadable(f"{what} is no number")
    return [int(n) for n in value.numbers]
