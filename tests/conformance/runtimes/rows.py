"""A row of a measurement: what was asked, in the words of a runtime, as its dialect is asked; and the answer.

A form is a function of an operator and one row of a file, which yields a `Row`. What it knows is how the
columns are called, and which of our questions the words of the runtime ask: no lengths and no rules.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from cnncalc.dialects.base.asked import Asked, Resizing
from cnncalc.dialects.base.dialect import find


class Row(NamedTuple):
    """One configuration and its answer: `length` is None where it is refused.

    `reads` are the inputs that each output reads, `divisors` what averages divide by; None where that was
    not measured, or is not defined. `others` are the other axes of the same map. `start` is the first input of
    the first window, or what a transposed window cuts off before; None where it cannot be said. `zeros` are the outputs of a max pool in which the zeros of the padding win: what else these
    read does not show.
    """

    dialect: str
    operator: str
    id: int
    asked: Asked | Resizing
    length: Any
    reads: list[list[int]] | None = None
    divisors: list[Any] | None = None
    start: int | None = None
    others: tuple[Asked, ...] = ()
    zeros: list[int] | None = None


def word(dialect: str, said: object) -> str:
    """Our word for the padding that a runtime calls so; a word that it has not is asked of it all the same."""
    pairs = (pair.split(": ") for pair in find(dialect).words_for_padding.split(", ") if pair)
    return dict(pairs).get(str(said), str(said).lower())


def padding(dialect: str, said: Any) -> dict[str, Any]:
    """Padding as a question has it: a word, a number or a pair."""
    if isinstance(said, str):
        return {"mode": word(dialect, said)}
    if isinstance(said, list):
        return {"sides": tuple(said)}
    return {"sides": (said, said), "single": True}


class Form(NamedTuple):
    """How a file is read: a mapping of operators to rows, and what yields the `Row`s of one of these."""

    dialect: str
    rows: Callable[[str, Any], Iterator[Row]]
    tables: Callable[[dict[str, Any]], dict[str, list[Any]]]


def operators(found: dict[str, Any]) -> dict[str, list[Any]]:
    """The rows of a file by operator."""
    return {op: measured["rows"] if isinstance(measured, dict) else measured for op, measured in found["ops"].items()}
