"""Ranges of indices: `[start, stop]`, for `slice`."""

from __future__ import annotations

from typing import Any

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import LIMIT, Bad, Integer, Kind, a_list, either, show

_INDEX = Integer(-LIMIT)
_INDEX_OR_NULL = either(_INDEX.schema(), {"type": ["null"]})

Range = tuple["int | None", "int | None"]
"""Start and stop; None is the start or the end of what there is."""

ALL: Range = (None, None)


class RangeKind(Kind):
    """`[start, stop]`, each an index or null."""

    noun = "[start, stop]"

    def parse(self, value: Any) -> Range:
        """A tuple of the two; raises Bad unless it is a list of two."""
        if not isinstance(value, list) or len(value) != 2:
            raise Bad(f"must be {self.noun}, got {show(value)}")
        start, stop = (_index(place, item) for place, item in enumerate(value))
        return (start, stop)

    def schema(self) -> dict[str, Any]:
        """A list of two."""
        return a_list(_INDEX_OR_NULL, 2, 2)


class RangesKind(Kind):
    """`[start, stop]` for all axes, or a list with one for each, null keeping an axis."""

    noun = "[start, stop], or a list of them, one per axis"

    def parse(self, value: Any) -> Range | tuple[Range, ...]:
        """One range, or a tuple of ranges; raises Bad for more than three axes."""
        if not isinstance(value, list) or not any(isinstance(item, list) for item in value):
            return RANGE.parse(value)
        if len(value) > 3:
            raise Bad(f"takes one to three axes, got {len(value)}", code="E302")
        return tuple(_range(place, item) for place, item in enumerate(value))

    def schema(self) -> dict[str, Any]:
        """A list of indices or of ranges; a list of both is taken, too."""
        return a_list(either(_INDEX_OR_NULL, RANGE.schema()), 1, 3)


RANGE = RangeKind()
RANGES = RangesKind()


def _index(place: int, item: Any) -> int | None:
    try:
        return None if item is None else _INDEX.parse(item)
    except Bad as bad:
        raise bad.inside(place) from None


def _range(place: int, item: Any) -> Range:
    try:
        return ALL if item is None else RANGE.parse(item)
    except Bad as bad:
        raise bad.inside(place) from None


def within(n: int, given: Range, key: str) -> tuple[int, int]:
    """The range in plain indices of `n`; raises Refusal if it is empty or leaves the tensor.

    >>> within(10, (2, -1), "size")
    (2, 9)
    """
    start, stop = given
    first = 0 if start is None else start + n * (start < 0)
    last = n if stop is None else stop + n * (stop < 0)
    if not 0 <= first < last <= n:
        shown = ", ".join("null" if index is None else str(index) for index in given)
        raise Refusal("E311", f"`{key}: [{shown}]` is not a range of {n}", key=key, operands=True,
                      help=f"0 ≤ start < stop ≤ {n}; negative indices count from the end")  # fmt: skip
    return first, last
