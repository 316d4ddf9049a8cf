"""Amounts at the sides of a map: for `pad` and `crop`."""

from __future__ import annotations

from typing import Any

from cnncalc.layers.base.key_types import AMOUNT, LIMIT, Bad, Integer, Kind, Listing, a_list, either

SIGNED = Integer(-LIMIT)
"""A number that may be negative."""


class Margins(Kind):
    """A number for all sides, a number per axis, or (before, after) pairs."""

    noun = "a number, a list of one per axis, or [before, after] pairs"

    def __init__(self, side: Kind = AMOUNT) -> None:
        """`side` is the kind of one side's amount."""
        self._side = side
        self._pair = Listing(side, length=2)

    def parse(self, value: Any) -> Any:
        """Lists become tuples; raises Bad unless it is for one to three axes."""
        if not isinstance(value, list):
            return self._side.parse(value)
        if not 1 <= len(value) <= 3:
            raise Bad(f"takes one to three axes, got {len(value)}",
                      "write [before, after] for each axis, from the first to the last", "E302")  # fmt: skip
        return tuple(self._axis(place, item) for place, item in enumerate(value))

    def schema(self) -> dict[str, Any]:
        """One side for all, or a list of sides and pairs."""
        axis = either(self._side.schema(), self._pair.schema())
        return either(self._side.schema(), a_list(axis, 1, 3))

    def _axis(self, place: int, item: Any) -> Any:
        try:
            return (self._pair if isinstance(item, list) else self._side).parse(item)
        except Bad as bad:
            raise bad.inside(place) from None


class Side(Kind):
    """A number for both sides, or a [before, after] pair, of one axis."""

    noun = "a number, or [before, after]"

    def parse(self, value: Any) -> Any:
        """A pair becomes a tuple."""
        return (_PAIR if isinstance(value, list) else SIGNED).parse(value)

    def schema(self) -> dict[str, Any]:
        """A number or a pair."""
        return either(SIGNED.schema(), _PAIR.schema())


_PAIR = Listing(SIGNED, length=2)

SIDE = Side()
