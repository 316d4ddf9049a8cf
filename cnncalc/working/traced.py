"""Numbers that remember how they came about.

`Whole` is an integer and `Real` a float: any code that computes with numbers computes with them,
and takes the same branches. What comes out knows the operations that made it:

>>> F, I = Whole.from_name("F", 7), Whole.from_name("I", 224)
>>> (I - F) // 2 + 1
109
>>> ((I - F) // 2 + 1).expression
add(floor_divide(subtract(I, F), 2), 1)

So a working is never a second formula beside the first: it is what the program did. One operation
escapes: `0.1 * whole` is Python's own, for a float takes any integer as it is. Such a constant is
made a `given`, or stands behind.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.working.expressions import ELLIPSIS, LONG, Expression, number, symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def expression(value: float) -> Expression:
    """The expression of a number; a plain number is its own."""
    found = getattr(value, "expression", None)
    return found if isinstance(found, Expression) else number(value)


def remember(operation: str, value: Any, *operands: float, name: str = "") -> Any:
    """`value` as the result of an operation on operands, of which at least one is traced."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    made = Expression(operation, [*map(expression, operands)], value=value, name=name)
    return Whole(value, made) if isinstance(value, int) else Real(value, made)


_NEUTRAL = {"add": 0, "subtract": 0, "multiply": 1, "floor_divide": 1}
"""What changes nothing as the second operand, and in a sum or product as the first."""


def _binary(operation: str, compute: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """The operator and its reflection; what a plain 0 or 1 does not change stays what it is."""
    neutral = _NEUTRAL.get(operation)
    is_exact = operation != "floor_divide"  # ⌊x / 1⌋ is x only for a whole x

    def forward(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        if type(other) is int and other == neutral and (is_exact or isinstance(self, int)):
            return self
        return remember(operation, compute(plain_value(self), plain_value(other)), self, other)

    def backward(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        if type(other) is int and other == neutral and operation in ("add", "multiply"):
            return self
        return remember(operation, compute(plain_value(other), plain_value(self)), other, self)

    return forward, backward


def plain_value(value: float) -> float:
    """The number without its memory."""
    if isinstance(value, Whole):
        return int.__int__(value)
    return float.__float__(value) if isinstance(value, Real) else value


def without_memory(function: Any) -> Any:
    """A function to which `partial` binds plain numbers in place of those that remember."""
    if not isinstance(function, partial):
        return plain_value(function)
    args = [without_memory(bound) for bound in function.args]
    named = {name: without_memory(bound) for name, bound in function.keywords.items()}
    return partial(without_memory(function.func), *args, **named)


class _Traced:
    """The operators of both: the first operand that is traced makes the result so."""

    expression: Expression

    __add__, __radd__ = _binary("add", lambda a, b: a + b)
    __sub__, __rsub__ = _binary("subtract", lambda a, b: a - b)
    __mul__, __rmul__ = _binary("multiply", lambda a, b: a * b)
    __truediv__, __rtruediv__ = _binary("divide", lambda a, b: a / b)
    __floordiv__, __rfloordiv__ = _binary("floor_divide", lambda a, b: a // b)
    __mod__, __rmod__ = _binary("modulo", lambda a, b: a % b)
    __pow__, __rpow__ = _binary("power", lambda a, b: a**b)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __neg__(self) -> Any:
        return remember("negate", -plain_value(self), self)  # type: ignore[arg-type]

    def __abs__(self) -> Any:
        return remember("absolute", abs(plain_value(self)), self)  # type: ignore[arg-type]

    def __floor__(self) -> Any:
        return remember("floor", math.floor(plain_value(self)), self)  # type: ignore[arg-type]

    def __ceil__(self) -> Any:
        return remember("ceil", math.ceil(plain_value(self)), self)  # type: ignore[arg-type]


class Whole(_Traced, int):
    """An integer that remembers."""

    def __new__(cls, value: int, expression: Expression) -> Whole:  # noqa: PYI034
        """`expression` comes to `value`."""
        made = super().__new__(cls, value)
        made.expression = expression
        return made

    @classmethod
    def from_name(cls, name: str, value: int) -> Whole:
        """A quantity that is given: `F` of 7."""
        return cls(value, symbol(name, value))

    def __copy__(self) -> Whole:
        """Itself, as every number."""
        return self


class Real(_Traced, float):
    """A float that remembers."""

    def __new__(cls, value: float, expression: Expression) -> Real:  # noqa: PYI034
        """`expression` comes to `value`."""
        made = super().__new__(cls, value)
        made.expression = expression
        return made

    @classmethod
    def from_name(cls, name: str, value: float) -> Real:
        """A quantity that is given: `t` of 0.5."""
        return cls(value, symbol(name, value))


def rename(name: str, value: Any) -> Any:
    """A number with a name; what has a memory already gets a new one."""
    plain = plain_value(value)
    return Whole.from_name(name, plain) if isinstance(plain, int) else Real.from_name(name, plain)


def is_traced(*values: object) -> bool:
    """Whether one of these numbers remembers."""
    return any(isinstance(value, _Traced) for value in values)


# Functions that Python has not as operators: for plain numbers they are those of `math`. ----------


def _function(name: str, compute: Callable[..., float]) -> Callable[..., Any]:
    def function(*operands: float) -> Any:
        value = compute(*map(plain_value, operands))
        return remember("call", value, *operands, name=name) if is_traced(*operands) else value

    function.__doc__ = f"`{name}` of numbers, remembered if one of them is traced."
    return function


exp = _function("exp", math.exp)
log = _function("ln", math.log)
sqrt = _function("sqrt", math.sqrt)
tanh = _function("tanh", math.tanh)
erf = _function("erf", math.erf)
erfc = _function("erfc", math.erfc)
expm1 = _function("expm1", math.expm1)
atan = _function("arctan", math.atan)
absolute = _function("abs", abs)
maximum = _function("max", max)
minimum = _function("min", min)


REST = Whole(0, ELLIPSIS)
"""Takes the place of the terms of a long sum that are not written."""


def total(terms: Iterable[Any]) -> Any:
    """The sum of terms; 0 of none."""
    found = list(terms)
    value = add_up(found)
    if not is_traced(*found):
        return value
    return remember(
        "total", value, *(found if len(found) <= LONG else (*found[:2], REST, found[-1]))
    )


def add_up(numbers: Iterable[float]) -> float:
    """The sum of plain numbers: exact for integers, for floats rounded once, or infinite.

    Sums from left to right differ between versions of Python, which compensates since 3.12.
    """
    found = list(numbers)
    types = set(map(type, found))
    if not types <= {int, float}:
        found = list(map(plain_value, found))
    if all(isinstance(value, int) for value in found):
        return sum(found)
    try:
        return math.fsum(found)
    except OverflowError:
        from fractions import Fraction

        # Only a sum on the way is too large, or the sum itself.
        exact = sum(map(Fraction, found))
        try:
            return float(exact)
        except OverflowError:
            return math.inf if exact > 0 else -math.inf
    except ValueError:
        return math.nan  # ∞ − ∞
