"""The values that a variable may take: `0.25:2:0.05`, or `16,24,32`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.errors import UsageError
from cnncalc.language.given import setting
from cnncalc.language.scalars import resolve
from cnncalc.layers.base.key_types import LIMIT, Bad, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DIGITS = 30
"""No number of a range may be written longer, or be nearer to zero than 10 to minus this."""

_PART = re.compile(r"(?:\[[^\]]*\]|[^,])+")
"""What stands between commas that are not in brackets."""


class Grid:
    """The values of one variable in their order; a range is not written out."""

    def __init__(
        self, values: Sequence[Any] = (), steps: tuple[Fraction, Fraction, int] | None = None, *,
        whole: bool = False,
    ) -> None:  # fmt: skip
        """`steps` are the start, the step and the number of the values of a range."""
        self._values = values
        self._steps = steps
        self._whole = whole
        self.count = steps[2] if steps else len(values)

    def value(self, index: int) -> Any:
        """The value at a place, from 0; whole numbers where the range is written in such."""
        if self._steps is None:
            return self._values[index]
        start, step, _ = self._steps
        number = start + index * step
        return int(number) if self._whole else float(number)

    def __repr__(self) -> str:
        """All that distinguishes it: `Grid([0.5, 1], None)`."""
        whole = ", whole=True" * self._whole
        return f"Grid({self._values!r}, {self._steps!r}{whole})"

    def __iter__(self) -> Iterator[Any]:
        """All values, one after the other."""
        return map(self.value, range(self.count))


def write_value(value: Any) -> str:
    """A value as a cell: words as they are, all else as in JSON."""
    return value if isinstance(value, str) else foreign.json(value)


def grid(given: Any) -> Grid:
    """The values of `start:stop:step` (both ends included), `a,b,c`, anything of values, or one value.

    A value may be a list itself: `[3,5],[1,1]` has two.

    Decimals are taken exactly: 0.25:2:0.05 has 36 values, and the eleventh is 0.75. Raises Bad,
    whose message continues what is given.
    """
    given = plain(given)
    if isinstance(given, str):
        if ":" in given:
            return _range(given)
        given = [setting(part) for part in _PART.findall(given) if part.strip()]
    elif isinstance(given, Iterable) and not isinstance(given, Mapping):
        given = list(given)
    else:
        given = [given]
    if not given:
        raise Bad("has no values", "start:stop:step, or values separated by commas")
    found: dict[str, Any] = {}
    for value in map(plain, given):
        _check(value)
        # 1, 1.0 and true are equal and yet three settings.
        found.setdefault(repr(value), value)
    return Grid(list(found.values()))


def plain(value: Any) -> Any:
    """A value as Python has it: a number of NumPy is one of Python, a tuple or an array a list."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


def pairs(
    texts: Iterable[str],
    option: str = "--var",
    form: str = "NAME=VALUES",
    example: str = "w=0.25:2:0.05",
) -> dict[str, str]:
    """NAME=VALUES by name; raises UsageError for a text that is none, and for a name given twice."""
    found: dict[str, str] = {}
    for text in texts:
        name, mark, values = text.partition("=")
        if not mark or not name.strip():
            raise UsageError(f"{option} takes {form}, got {text}", f"{option} {example}")
        if name.strip() in found:
            raise UsageError(f"{option} is given twice for `{name.strip()}`")
        found[name.strip()] = values.strip()
    return found


def size_grid(given: Any, where: str = "--size") -> Grid:
    """The sizes of an input: `96,96;128,128`, or a list of them; each is written `96x96`.

    `where` they stand is for messages. Raises UsageError for what is no size.
    """
    if isinstance(given, str):
        parts: list[Any] = given.split(";")
    else:
        parts = list(given) if isinstance(given, (list, tuple)) else [given]
    found = []
    for part in parts:
        axes = plain(part)
        if isinstance(axes, str):
            axes = [resolve(axis.strip()) for axis in axes.replace("x", ",").split(",")]
        numbers = axes if isinstance(axes, list) else [axes]
        if not numbers or not all(map(_is_length, map(plain, numbers))):
            got = f"{given}" if isinstance(given, str) else show(part)
            raise UsageError(f"{where} takes sizes of whole numbers from 1, got {got}",
                             "--size '96,96;128,128'")  # fmt: skip
        found.append("x".join(map(str, numbers)))
    if not found:
        raise UsageError("--size has no sizes", "--size '96,96;128,128'")
    return Grid(list(dict.fromkeys(found)))


def _is_length(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number <= LIMIT


def _check(value: Any) -> None:
    if isinstance(value, list) and value:
        for one in value:
            _check(one)
        return
    if value is None or isinstance(value, (list, dict)):
        raise Bad(f"has a value that is no number and no word: {show(value)}")
    is_word = isinstance(value, str) and value.lower().lstrip("+-.") in ("nan", "inf")
    if is_word or (isinstance(value, float) and not isfinite(value)):
        raise Bad("has a value that is not finite")


def _range(text: str) -> Grid:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) != 3:
        raise Bad("is no range", "start:stop:step, for example 0.25:2:0.05")
    start, stop, step = map(_exact, parts)
    if step == 0:
        raise Bad("has a step of 0")
    count = (stop - start) // step + 1
    if count < 1:
        raise Bad("is an empty range", "a range that falls has a negative step")
    if count > LIMIT:
        raise Bad("has more than 2^53 values")
    whole = all(isinstance(resolve(part), int) for part in (parts[0], parts[2]))
    return Grid(steps=(start, step, int(count)), whole=whole)


def _exact(part: str) -> Fraction:
    """A number exactly as it is written."""
    value = resolve(part)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise Bad(f"has `{part}` where a finite number should be", "start:stop:step")
    exact = Decimal(part) if isinstance(value, float) else Decimal(value)
    # What is written with an exponent far from zero would take long to be written out.
    if len(part) > _DIGITS or abs(value) > LIMIT or (exact and exact.adjusted() < -_DIGITS):
        raise Bad(f"has a number that is too long, too large or too small: {part[:_DIGITS]}")
    return Fraction(exact)
