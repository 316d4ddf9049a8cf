"""The best setting of the variables of a spec.

One variable with many values is searched by bisection, on the assumption that every number of
the goal only rises or only falls with it. The assumption cannot be proven by building a few
networks, but it can be seen to fail: the ends, places between them, everything that the search
touches and the neighbours of its result are built, and where one of them is out of order, or is
refused, every value is built instead. Several variables are searched by building everything.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.errors import UsageError
from cnncalc.solving.search.builds import Point
from cnncalc.sweeping.spaces import Product

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.solving.search.builds import Builds, Refused
    from cnncalc.solving.search.goals import Goal, Totals
    from cnncalc.sweeping.grids import Grid

MOST = 10_000
"""No more networks are built in a search."""

FEW = 32
"""Of a variable with no more values than this all are built: that is as fast, and sure."""

_PROBES = 8
"""In so many parts is a range cut to see whether the numbers rise or fall in all of it."""


class Found(NamedTuple):
    """The outcome of a search.

    `best` is None if nothing is in the budget; `closest` is then what exceeds it least. `by` is
    `bisection` or `every setting`, `settings` how many there are and `builds` how many were built;
    `why` says why bisection was given up. `refused` gave no network or no number.
    """

    best: Point | None
    closest: Point | None
    by: str
    settings: int
    builds: int
    refused: list[Refused]
    why: str = ""


def search(builds: Builds, grids: Mapping[str, Grid], goal: Goal) -> Found:
    """The best of all settings; of equally good ones, the first in the order of the grids.

    Raises UsageError if too many would have to be built, SpecError if all are refused.
    """
    builds.check(grids)
    every = Product(grids)
    count = every.count
    why = ""
    if len(grids) == 1 and count > FEW:
        ((name, grid),) = grids.items()
        try:
            best = _Line(builds, name, grid, goal).best()
            return _conclude(builds, goal, best, "bisection", count)
        except _OutOfOrder as problem:
            why = str(problem)
    if count > MOST:
        reason = f", and bisection is not possible: {why}" if why else ""
        raise UsageError(f"there are {count:,} settings, and no more than {MOST:,} are built{reason}",
                         "larger steps, or fewer variables at a time")  # fmt: skip
    best = None
    for place in range(count):
        point = builds.at(every.setting(place))
        if isinstance(point, Point) and goal.fits(point.totals):
            best = (
                point if best is None or goal.loss(point.totals) < goal.loss(best.totals) else best
            )
    return _conclude(builds, goal, best, "every setting", count, why)


def _conclude(
    builds: Builds, goal: Goal, best: Point | None, by: str, count: int, why: str = ""
) -> Found:
    points, refused = builds.points, builds.refused
    if not points:
        first = next((one.error for one in refused if one.error is not None), None)
        if first is not None:
            raise first
        raise UsageError(f"at no setting can it be said what is best: {refused[0].reason}")
    closest = min(points, key=lambda point: goal.excess(point.totals)) if best is None else None
    return Found(best, closest, by, count, builds.count, refused, why)


class _OutOfOrder(Exception):
    """Something was seen that bisection cannot be trusted with."""


class _Line:
    """One variable, along which every number is taken to rise or to fall."""

    def __init__(self, builds: Builds, name: str, grid: Grid, goal: Goal) -> None:
        self._builds = builds
        self._name = name
        self._grid = grid
        self._goal = goal
        self._seen: dict[int, Totals] = {}
        last = grid.count - 1
        for part in range(_PROBES + 1):
            self._at(last * part // _PROBES)
        self._rises = {
            metric: self._at(0)[metric] <= self._at(last)[metric] for metric in goal.metrics
        }

    def best(self) -> Point | None:
        """The best place, with the places beside it in order; None if nothing fits."""
        low, high = self._fitting()
        place = None
        if low <= high:
            place = self._nearest(low, high) if self._goal.target else self._largest(low, high)
        for beside in (low, high) if place is None else (place,):
            for near in (beside - 1, beside, beside + 1):
                self._at(min(max(near, 0), self._grid.count - 1))
        self._check()
        if place is None:
            return None
        found = self._builds.at(self._setting(place))
        return found if isinstance(found, Point) else None

    def _fitting(self) -> tuple[int, int]:
        """The first and the last place at which no budget is exceeded."""
        low, high = 0, self._grid.count - 1
        for name, bound in self._goal.budgets.items():
            if self._rises[name]:
                high = min(high, self._first(lambda n, b=bound, m=name: n[m] > b) - 1)  # type: ignore[misc]
            else:
                low = max(low, self._first(lambda n, b=bound, m=name: n[m] <= b))  # type: ignore[misc]
        return low, high

    def _largest(self, low: int, high: int) -> int:
        """The first place with the largest number."""
        chief = self._goal.chief
        if not self._rises[chief]:
            return low
        most = self._at(high)[chief]
        return max(low, self._first(lambda n: n[chief] >= most))

    def _nearest(self, low: int, high: int) -> int:
        """The first place whose number is nearest to the target."""
        chief, wanted = self._goal.target or ("", 0)
        rises = self._rises[chief]
        behind = self._first(
            lambda n: n[chief] >= wanted if rises else n[chief] <= wanted)  # fmt: skip
        sides = {min(max(place, low), high) for place in (behind - 1, behind)}
        place = min(sorted(sides), key=lambda place: self._goal.loss(self._at(place)))
        number = self._at(place)[chief]
        return max(low, self._first(lambda n: n[chief] >= number if rises else n[chief] <= number))

    def _first(self, holds: Callable[[Totals], bool]) -> int:
        """The first place from which on something holds; the number of places if it never does."""
        low, high = 0, self._grid.count
        while low < high:
            middle = (low + high) // 2
            if holds(self._at(middle)):
                high = middle
            else:
                low = middle + 1
        return low

    def _setting(self, place: int) -> dict[str, object]:
        return {self._name: self._grid.value(place)}

    def _at(self, place: int) -> Totals:
        if place not in self._seen:
            found = self._builds.at(self._setting(place))
            if not isinstance(found, Point):
                raise _OutOfOrder(f"{self._name}={self._grid.value(place)} is refused")
            self._seen[place] = found.totals
        return self._seen[place]

    def _check(self) -> None:
        """Raise if any two places that were looked at are out of order."""
        places = sorted(self._seen)
        for metric, rises in self._rises.items():
            for one, other in zip(places, islice(places, 1, None), strict=False):
                apart = self._seen[other][metric] - self._seen[one][metric]
                if (apart < 0) if rises else (apart > 0):
                    verb = "falls" if rises else "rises"
                    raise _OutOfOrder(
                        f"{metric} {verb} from {self._name}={self._grid.value(one)} "
                        f"to {self._grid.value(other)}"
                    )
