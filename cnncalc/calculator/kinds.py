"""The kinds of value that formulas take besides those of layers: finite numbers and arrays."""

from __future__ import annotations

from math import isfinite, prod
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.files import (
    LONG,
    check_digits,
    check_file,
    is_file,
    longest_integer,
    parse_json,
)
from cnncalc.layers.base.key_types import (
    COUNT,
    LIMIT,
    Bad,
    Choice,
    Flag,
    Kind,
    Listing,
    Padding,
    Text,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 10_000_000
"""No array may hold more numbers."""


class Finite(Kind):
    """A number that is neither infinite nor NaN, between `least` and `most`."""

    noun = "a finite number"

    def __init__(self, least: float | None = None, most: float | None = None) -> None:
        """Both ends are allowed."""
        self.least = least
        self.most = most

    def parse(self, value: Any) -> float:
        """Integers stay integers; raises Bad outside of `least` to `most`."""
        check_finite(value)
        if self.least is not None and value < self.least:
            raise Bad(f"must be at least {self.least}, got {show(value)}")
        if self.most is not None and value > self.most:
            raise Bad(f"must be at most {self.most}, got {show(value)}")
        return value  # type: ignore[no-any-return]

    def schema(self) -> dict[str, Any]:
        """A number."""
        return {"type": ["number"]}


class Several(Kind):
    """Values of an option that may be repeated; on the command line they come as a list of texts."""

    metavar = "TEXT"
    """What stands for a value in the help."""


def check_finite(value: Any) -> None:
    """Raise Bad unless `value` is a finite number that Python's floats can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Bad(f"must be a number, got {show(value)}")
    if isinstance(value, int):
        if abs(value) > LIMIT:
            raise Bad("is an integer larger than 2^53; write it as a float, such as 1e20")
    elif not isfinite(value):
        raise Bad(f"must be a finite number, got {'NaN' if value != value else show(value)}")  # noqa: PLR0124


class Long(Kind):
    """A kind whose values may be long: of those that are too long nothing but the shape is looked at."""

    def check_shape(self, shape: Sequence[int]) -> None:
        """Raise Bad for an array of this shape if it holds too much."""
        raise NotImplementedError


class Array(Long):
    """Numbers on as many axes as one of `ranks` says: lists in lists, all of one length per axis.

    With a rank of 0 a single number stays one; otherwise it is taken as a list of one.

    It is given as lists, or as the name of a .json, .csv or .npy file. It becomes tuples.
    """

    def __init__(self, *ranks: int) -> None:
        """`Array(1)` is a vector, `Array(1, 2)` a vector or a matrix."""
        self.ranks = ranks
        words = {0: "a number", 1: "a list of numbers", 2: "a list of rows of numbers"}
        self.noun = " or ".join(
            words.get(rank, f"an array of numbers on {rank} axes") for rank in ranks
        )
        self.noun += ", or a .json, .csv or .npy file of it"

    def parse(self, value: Any) -> Any:
        """Raises Bad for text, ragged rows, no numbers at all, NaN and infinities."""
        if is_file(value):
            return check_file(str(value), self._parse_data)
        return self._parse_data(value)

    def _parse_data(self, value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            if 0 in self.ranks:
                check_finite(value)
                return value
            if self.ranks[0] != 1:
                raise Bad(f"must be {self.noun}, got {show(value)}")
            value = [value]
        shape: list[int] = []
        inner: Any = value
        while isinstance(inner, (list, tuple)):
            shape.append(len(inner))
            if not inner:
                raise Bad("is empty")
            inner = inner[0]
        self.check_shape(shape)
        if len(shape) not in self.ranks:
            axes = "1 axis" if len(shape) == 1 else f"{len(shape)} axes"
            raise Bad(f"must be {self.noun}; this has {axes}")
        return _regular(value, shape, ())

    def check_shape(self, shape: Sequence[int]) -> None:
        """Raises Bad for more numbers than `MOST`."""
        if prod(shape) > MOST:
            raise Bad(f"holds {prod(shape):,} numbers, more than {MOST:,}")

    def schema(self) -> dict[str, Any]:
        """A list, or the name of a file; a number where one will do."""
        return {"type": ["array", "string", *["number"] * (0 in self.ranks)]}


def _regular(value: Any, shape: list[int], at: tuple[int, ...]) -> tuple[Any, ...]:
    """`value` as tuples; raises Bad, with the place, where it has another shape than its beginning."""
    if len(value) != shape[len(at)]:
        entries = "1 entry" if len(value) == 1 else f"{len(value)} entries"
        raise Bad(f"is ragged: it has {entries} where the first has {shape[len(at)]}", at=at)
    deeper = len(at) + 1 < len(shape)
    found = []
    for i, part in enumerate(value):
        is_list = isinstance(part, (list, tuple))
        if is_list != deeper:
            problem = "is a number where the first entry is a list" if deeper else (
                "is a list where the first entry is a number")  # fmt: skip
            raise Bad(problem if is_list or isinstance(part, (int, float)) else
                      f"must be a number, got {show(part)}", at=(*at, i))  # fmt: skip
        if deeper:
            found.append(_regular(part, shape, (*at, i)))
            continue
        try:
            check_finite(part)
        except Bad as bad:
            raise bad.inside(*at, i) from None
        found.append(part)
    return tuple(found)


class Sizes(Kind):
    """So many whole numbers from 1."""

    def __init__(self, length: int) -> None:
        """`length` is how many."""
        self.length = length
        self.noun = f"{length} whole numbers"

    def parse(self, value: Any) -> tuple[int, ...]:
        """A list becomes a tuple; raises Bad unless it has `length` entries."""
        if not isinstance(value, (list, tuple)) or len(value) != self.length:
            raise Bad(f"must be {self.noun}, got {show(value)}")
        parsed: tuple[int, ...] = Listing(COUNT, length=self.length).parse(list(value))
        return parsed

    def schema(self) -> dict[str, Any]:
        """A list of integers."""
        return Listing(COUNT, length=self.length).schema()


REAL = Finite()
POSITIVE = Finite(0)
SHARE = Finite(0, 1)
VECTOR = Array(1)
VALUES = Array(1, 2, 3, 4)
NUMBERS = Array(0, 1, 2, 3, 4)
"""A number, or an array of any."""


def from_text(text: str, kind: Kind) -> Any:
    """What stands on the command line as plain data: numbers, lists by commas or as JSON, words.

    Raises Bad for broken JSON or an integer with too many digits.

    >>> from_text("-1,2.5", VECTOR), from_text("[[1, 2], [3, 4]]", VALUES)
    ([-1, 2.5], [[1, 2], [3, 4]])
    """
    from cnncalc.language.scalars import resolve

    text = text.strip()
    if isinstance(kind, Text) or (is_file(text) and text[:1] not in ("[", "{")):
        return text
    if text[:1] in ("[", "{"):
        try:
            return parse_json(text)
        except (RecursionError, ValueError) as error:
            if type(error) is ValueError:
                raise Bad(f"holds {longest_integer(text)[1]}", LONG) from None
            inner = text.strip("[]")
            if any(bracket in inner for bracket in '[]{}"'):
                raise Bad(f"is not JSON: {show(text)}") from None
            text = f"{inner},"
    for part in text.split(","):
        check_digits(part)
    if "," in text:
        return [resolve(part.strip()) for part in text.removesuffix(",").split(",")]
    if isinstance(kind, (Choice, Flag, Padding)) or text.count("x") == 0:
        return resolve(text)
    parts = text.split("x")
    return [int(part) for part in parts] if all(p.isdecimal() for p in parts) else resolve(text)
