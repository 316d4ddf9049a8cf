"""Numbers that remember how they came about.

`Whole` is an integer and `Real` a float: any code that computes with numbers computes with them,
and takes the same branches. What comes out knows the operations that made it:

>>> F, I = Whole.named("F", 7), Whole.named("I", 224)
>>> (I - F) // 2 + 1
109
>>> ((I - F) // 2 + 1).expression
add(floor_divide(subtract(I, F), 2), 1)

So a working is never a second formula beside the first: it is what the program did.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cnncalc.working.expressions import Expression, number, symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def expression(value: float) -> Expression:
    """How a number came about; a plain number stands for itself."""
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

    def forward(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        if type(other) is int and other == neutral:
            return self
        return remember(operation, compute(_plain(self), _plain(other)), self, other)

    def backward(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        if type(other) is int and other == neutral and operation in ("add", "multiply"):
            return self
        return remember(operation, compute(_plain(other), _plain(self)), other, self)

    return forward, backward


def _plain(value: float) -> float:
    """The number without its memory."""
    if isinstance(value, Whole):
        return int.__int__(value)
    return float.__float__(value) if isinstance(value, Real) else value


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
        return remember("negate", -_plain(self), self)  # type: ignore[arg-type]

    def __abs__(self) -> Any:
        return remember("absolute", abs(_plain(self)), self)  # type: ignore[arg-type]

    def __floor__(self) -> Any:
        return remember("floor", math.floor(_plain(self)), self)  # type: ignore[arg-type]

    def __ceil__(self) -> Any:
        return remember("ceil", math.ceil(_plain(self)), self)  # type: ignore[arg-type]


class Whole(_Traced, int):
    """An integer that remembers."""

    def __new__(cls, value: int, expression: Expression) -> Whole:  # noqa: PYI034
        """`expression` comes to `value`."""
        made = super().__new__(cls, value)
        made.expression = expression
        return made

    @classmethod
    def named(cls, name: str, value: int) -> Whole:
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
    def named(cls, name: str, value: float) -> Real:
        """A quantity that is given: `t` of 0.5."""
        return cls(value, symbol(name, value))


def rename(name: str, value: Any) -> Any:
    """A number with a name; what has a memory already gets a new one."""
    plain = _plain(value)
    return Whole.named(name, plain) if isinstance(plain, int) else Real.named(name, plain)


def is_traced(*values: object) -> bool:
    """Whether one of these numbers remembers."""
    return any(isinstance(value, _Traced) for value in values)


# Functions that Python has not as operators: for plain numbers they are those of `math`. ----------


def _function(name: str, compute: Callable[..., float]) -> Callable[..., Any]:
    def function(*operands: float) -> Any:
        value = compute(*map(_plain, operands))
        return remember("call", value, *operands, name=name) if is_traced(*operands) else value

    function.__doc__ = f"`{name}` of numbers, remembered if one of them is traced."
    return function


exp = _function("exp", math.exp)
log = _function("ln", math.log)
sqrt = _function("sqrt", math.sqrt)
tanh = _function("tanh", math.tanh)
erf = _function("erf", math.erf)
atan = _function("arctan", math.atan)
absolute = _function("abs", abs)
maximum = _function("max", max)
minimum = _function("min", min)


def total(terms: Iterable[Any]) -> Any:
    """The sum of terms from left to right; 0 of none."""
    found: Any = None
    for term in terms:
        found = term if found is None else found + term
    return 0 if found is None else found
