"""What becomes of every size from 1 on: runs of sizes, the last of which repeat themselves for ever.

A tensor behind a stride of 16 has the same shape for 16 sizes, and after 16 more it is one element
longer. So what a network makes of all sizes is written down in a few runs, whatever its strides.
"""

from __future__ import annotations

from bisect import bisect_right
from math import lcm
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Aperiodic(Exception):
    """What a network does to all sizes cannot be said in runs that repeat themselves."""


Values = tuple[Any, ...]
"""One value of each of several columns."""


class Column(NamedTuple):
    """A value for every size: run `i` begins at `firsts[i]` and has `values[i]`.

    The runs reach from 1 to `start + period`. From `start` on they repeat themselves: what is
    `period` further has the same value, moved by `shift`, one number for each axis of a shape.
    """

    firsts: tuple[int, ...]
    values: Values
    start: int
    period: int
    shift: tuple[int, ...] = ()

    def run(self, n: int) -> tuple[Any, int]:
        """The value at size `n`, and the next size at which a run begins.

        >>> Column((1, 3), (False, True), 3, 2).run(7)
        (True, 9)
        """
        end = self.start + self.period
        rounds = (n - self.start) // self.period if n >= end else 0
        moved = rounds * self.period
        at = bisect_right(self.firsts, n - moved)
        value = self.values[at - 1]
        following = self.firsts[at] if at < len(self.firsts) else end
        return (move(value, self.shift, rounds) if rounds else value), following + moved

    def at(self, n: int) -> Any:
        """The value at size `n`."""
        return self.run(n)[0]


def move(value: Any, shift: Sequence[int], rounds: int) -> Any:
    """A shape that has grown by `shift` in each of so many rounds; anything else stays."""
    if not any(shift) or value is None:
        return value
    channels, *size = [
        n + rounds * by for n, by in zip((value.channels, *value.size), shift, strict=True)
    ]
    return value._replace(channels=channels, size=tuple(size))


def constant(value: Any) -> Column:
    """The same for every size."""
    return Column((1,), (value,), 1, 1)


def common(columns: Sequence[Column]) -> tuple[int, int]:
    """From where on, and after how many sizes, all of the columns repeat themselves.

    Raises Aperiodic if that is too far.
    """
    period = lcm(*{column.period for column in columns})
    if period > FURTHEST:
        raise Aperiodic
    return max(column.start for column in columns), period


def runs(columns: Sequence[Column], stop: int) -> Iterator[tuple[int, Values]]:
    """The runs of several columns at once, up to size `stop`: where one begins, and the values.

    What is None in one of them is None in all. Raises Aperiodic if there are too many.
    """
    n, count = 1, 0
    while n < stop:
        values, end = [], stop
        for column in columns:
            value, following = column.run(n)
            values.append(value)
            if value is None:
                values, end = [None] * len(columns), following
                break
            end = min(end, following)
        yield n, tuple(values)
        count += 1
        if count > MOST_RUNS:
            raise Aperiodic
        n = end


MOST_RUNS, FURTHEST = 1 << 16, 1 << 48
"""So many runs are looked at for a layer, and no size is larger than the second."""


def merge(columns: Sequence[Column], join: Callable[..., object]) -> Column:
    """A column, each value of which is joined from the values of several columns.

    Raises Aperiodic if it takes too many runs.
    """
    start, period = common(columns)
    found = [(first, join(*values)) for first, values in runs(columns, start + period)]
    return shorten(found, start, period)


def shorten(
    found: Sequence[tuple[int, Any]], start: int, period: int, shift: tuple[int, ...] = ()
) -> Column:
    """The column of runs that repeat themselves from `start` on, in as few as it takes.

    The runs may go on for longer; then they are said to repeat themselves as early as they do.
    """
    firsts, values = join_equal(found)
    whole = Column(firsts, values, start, period, shift)
    ends = {n for first in firsts for n in (first, first - period) if 1 < n < start}
    for n in sorted({*ends, start}, reverse=True):
        # Between two ends neither n nor what is a period further changes.
        if n > 1 and whole.at(n - 1 + period) != move(whole.at(n - 1), shift, 1):
            start = n
            break
    else:
        start = 1
    kept = bisect_right(firsts, start + period - 1)
    return Column(firsts[:kept], values[:kept], start, period, shift)


def join_equal(found: Sequence[tuple[int, Any]]) -> tuple[tuple[int, ...], Values]:
    """Runs without those that only go on with the one before."""
    firsts: list[int] = []
    values: list[Any] = []
    for first, value in found:
        if not values or values[-1] != value:
            firsts.append(first)
            values.append(value)
    return tuple(firsts), tuple(values)
