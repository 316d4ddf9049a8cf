"""Fields that differ along several axes at once, as where an axis of the input was split.

Such a field counts the units of all of these axes as one row, the last axis running fastest.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.intervals import MOST, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.receptive_field.axis_map import Way
    from cnncalc.work import Work

Along = int | None | tuple[int, ...]
"""The axis of a tensor along which a field goes on, or several of them; None is none."""

_Span = tuple["int | None", "int | None"]


def axes_of(along: Along) -> tuple[int, ...]:
    """The axes, however many there are."""
    return along if isinstance(along, tuple) else () if along is None else (along,)


def along_of(axes: Sequence[int]) -> Along:
    """So many axes, as a view has them."""
    return None if not axes else axes[0] if len(axes) == 1 else tuple(axes)


def place_of(along: Along, unit: Sequence[int], size: Sequence[int]) -> int:
    """Which of the units of a field a unit of a tensor of that size is."""
    found = 0
    for axis in axes_of(along):
        found = found * size[axis] + unit[axis]
    return found


def settle(
    field: Field, to: Sequence[int], size: Sequence[int], work: Work
) -> tuple[Field, Along] | None:
    """A field along several axes as one along fewer of them, in as few units as it takes.

    `size` is that of the tensor. None if there are too many units to find out; `work` counts them,
    raises TooMuch.
    """
    axes = [axis for axis in to if size[axis] > 1]
    if len(axes) == 1 and field.shift is not None:
        return field, axes[0]
    if not axes:
        work.spend(1)
        return _only(field.bounds(0)), None
    inner = prod(size[axis] for axis in axes[1:])
    if field.shift is not None and inner % field.period == 0 and inner <= MOST:
        # From one place of the outermost axis to the next all units move alike.
        further = inner // field.period * field.shift
        work.spend(inner)
        row = [_span(field, u) for u in range(inner)]
        if not further:
            return _settle_spans(row, axes[1:], size)
        if len(set(row)) == 1:
            first, last = row[0]
            return Field((first,), (last,), further), axes[0]
    units = inner * size[axes[0]]
    if units > MOST:
        return None
    work.spend(units)
    return _settle_spans([_span(field, u) for u in range(units)], axes, size)


def through_several(
    field: Field, along: tuple[int, ...], size: Sequence[int], led: Sequence[Way],
    output: Sequence[int], work: Work,
) -> tuple[Field, Along] | None:  # fmt: skip
    """The field of an output that reads a tensor, of that `size`, along the axes of a field.

    `led` are the ways of the tensor's axes. None if there are too many units to say it of each;
    `work` counts what they read, raises TooMuch.
    """
    goals = sorted({axis for t in along for axis in axes_of(led[t][1])})
    units = prod(output[axis] for axis in goals)
    if units > MOST:
        return None
    read = [_Reading(led[t][0], led[t][1], size[t], goals, output) for t in along]
    work.spend(units * prod(one.most for one in read))
    spans = []
    for place in product(*(range(output[axis]) for axis in goals)):
        first: int | None = None
        last: int | None = None
        for taps in product(*(one.taps(place) for one in read)):
            u = 0
            for t, tap in zip(along, taps, strict=True):
                u = u * size[t] + tap
            bounds = field.bounds(u)
            if bounds is not None:
                first = bounds[0] if first is None else min(first, bounds[0])
                last = bounds[1] if last is None else max(last, bounds[1])
        spans.append((first, last))
    return _settle_spans(spans, goals, output)


class _Reading:
    """One axis of a tensor, asked by the places along the axes of the output."""

    def __init__(
        self, axis: Axis, to: Along, n: int, goals: Sequence[int], output: Sequence[int]
    ) -> None:
        own = axes_of(to)
        self.at = [goals.index(goal) for goal in own]
        self.sizes = [output[goal] for goal in own]
        self.known = [axis.taps(u, n) for u in range(prod(self.sizes))]
        self.most = max(map(len, self.known), default=1) or 1

    def taps(self, place: Sequence[int]) -> Sequence[int]:
        found = 0
        for at, size in zip(self.at, self.sizes, strict=True):
            found = found * size + place[at]
        return self.known[found]


def _settle_spans(
    spans: list[_Span], axes: Sequence[int], size: Sequence[int]
) -> tuple[Field, Along]:
    """What all units see, one by one, along the axes on which it depends."""
    left = list(axes)
    for axis in axes:
        lengths = [size[other] for other in left]
        at = left.index(axis)
        n, step = lengths[at], prod(lengths[at + 1 :])
        heads = [u for u in range(len(spans)) if u // step % n == 0]
        if all(spans[u] == spans[u + i * step] for u in heads for i in range(1, n)):
            spans = [spans[u] for u in heads]
            left.remove(axis)
    if not left:
        return _only(spans[0]), None
    return _shortest(spans), along_of(left)


def _shortest(spans: Sequence[_Span]) -> Field:
    """All units there are, as a field that repeats itself if they do."""
    first, last = (tuple(bounds) for bounds in zip(*spans, strict=True))
    start = first[0]
    for period in range(1, min(_LONGEST, len(spans) // 2) + 1):
        after = first[period]
        if start is None or after is None:
            continue
        shift = after - start
        if all(
            b == (None if a is None else a + shift)
            for bounds in (first, last)
            for a, b in zip(bounds, bounds[period:], strict=False)
        ):
            return Field(first[:period], last[:period], shift)
    return Field(first, last, None)


_LONGEST = 64
"""Periods that are looked for where all units are known."""


def _only(bounds: tuple[int, int] | _Span | None) -> Field:
    """The field of the only unit there is."""
    first, last = bounds or (None, None)
    return Field((first,), (last,), 0)


def _span(field: Field, u: int) -> _Span:
    return field.bounds(u) or (None, None)
