"""Which settings a sweep looks at, by their places: a grid, a sample of one, or a list.

No space is written out: a setting is made of its place when it is its turn, so a grid of a million
settings takes no more room than one of ten.
"""

from __future__ import annotations

from math import prod
from random import Random
from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.sweeping.grids import Grid

MOST = 100_000_000
"""No sweep looks at more settings."""

MOST_DRAWN = 10_000_000
"""No sample is larger: which places it has is kept."""

Setting = dict[str, Any]
"""A value for every name of a space."""


class Space:
    """Settings of the same names, each at a place from 0."""

    names: tuple[str, ...]
    count: int

    def setting(self, place: int) -> Setting:
        """The setting at a place."""
        raise NotImplementedError

    def pieces(self) -> Iterator[str]:
        """What distinguishes it from other spaces, piece by piece: no two have the same pieces."""
        raise NotImplementedError

    def part(self, start: int, stop: int) -> Space:
        """The settings from one place to another as a space of their own."""
        raise NotImplementedError


class Product(Space):
    """Every combination of the values of several names, those of the last one changing fastest."""

    def __init__(self, grids: Mapping[str, Grid]) -> None:
        """Without a name there is one setting, which says nothing."""
        self.grids = dict(grids)
        self.names = tuple(grids)
        self.count = prod(grid.count for grid in grids.values())

    def setting(self, place: int) -> Setting:
        """See Space."""
        found: Setting = {}
        for name in reversed(self.names):
            grid = self.grids[name]
            place, at = divmod(place, grid.count)
            found[name] = grid.value(at)
        return {name: found[name] for name in self.names}

    def pieces(self) -> Iterator[str]:
        """See Space."""
        yield repr(self.grids)

    def part(self, start: int, stop: int) -> Space:
        """See Space."""
        return Some(self, range(start, stop))


class Some(Space):
    """The settings at some places of a product."""

    def __init__(self, whole: Product, places: Sequence[int]) -> None:
        """The `places` rise."""
        self.names = whole.names
        self.count = len(places)
        self._whole = whole
        self._places = places

    def setting(self, place: int) -> Setting:
        """See Space."""
        return self._whole.setting(self._places[place])

    def pieces(self) -> Iterator[str]:
        """See Space."""
        yield from self._whole.pieces()
        yield from map(repr, self._places)

    def part(self, start: int, stop: int) -> Space:
        """See Space."""
        return Some(self._whole, self._places[start:stop])


def sample(whole: Product, count: int, seed: int) -> Space:
    """So many different settings of a product by chance, in its order; all if there are no more.

    The same seed gives the same ones everywhere. Raises UsageError for a number that is none.
    """
    if not 1 <= count <= MOST_DRAWN:
        raise UsageError(f"a sample has 1 to {MOST_DRAWN:,} settings, got {count:,}")
    return Some(whole, sorted(_draw(whole, min(count, whole.count), seed)))


class Listed(Space):
    """Settings one by one."""

    def __init__(self, settings: Sequence[Setting]) -> None:
        """Raises UsageError if there is none, or not all are about the same names."""
        if not settings:
            raise UsageError("the list of settings is empty")
        self.names = tuple(settings[0])
        for place, setting in enumerate(settings, 1):
            if set(setting) != set(self.names):
                raise UsageError(f"setting {place} of the list is about {_join(setting)}, "
                                 f"the first about {_join(self.names)}",
                                 "give all of them the same names")  # fmt: skip
        self.count = len(settings)
        self._settings = settings

    def values(self) -> dict[str, list[Any]]:
        """The different values of every name."""
        return {
            name: list({repr(one[name]): one[name] for one in self._settings}.values())
            for name in self.names
        }

    def setting(self, place: int) -> Setting:
        """See Space."""
        found = self._settings[place]
        return {name: found[name] for name in self.names}

    def pieces(self) -> Iterator[str]:
        """See Space."""
        yield from map(repr, self._settings)

    def part(self, start: int, stop: int) -> Space:
        """See Space."""
        return Listed(self._settings[start:stop])


def within_reason(space: Space) -> Space:
    """A space that can be looked at; raises UsageError if it has too many settings."""
    if space.count > MOST:
        raise UsageError(f"there are {space.count:,} settings, and a sweep looks at {MOST:,} at most",
                         "--sample N looks at some of them; larger steps make fewer")  # fmt: skip
    return space


def _join(names: object) -> str:
    listed = list(names)  # type: ignore[call-overload]
    return ", ".join(listed) or "nothing"


def _draw(whole: Product, count: int, seed: int) -> set[int] | list[int]:
    """So many different places.

    Python promises the same numbers in every version of `random()` alone, so all is made of that.
    """
    chance = Random(seed)  # noqa: S311 - nothing here is a secret
    if whole.count <= 4 * count:
        places = list(range(whole.count))
        for at in range(count):
            other = at + int(chance.random() * (whole.count - at))
            places[at], places[other] = places[other], places[at]
        return places[:count]
    found: set[int] = set()
    counts = [grid.count for grid in whole.grids.values()]
    while len(found) < count:
        place = 0
        # One number would not reach all places of a space with more than 2^53.
        for values in counts:
            place = place * values + int(chance.random() * values)
        found.add(place)
    return found
