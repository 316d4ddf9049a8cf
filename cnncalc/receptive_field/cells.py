"""Sets of units in one to four dimensions.

A union of boxes is not a box, so a set is kept cell by cell: for every place on all axes but the last
a whole number, whose bit `i` says whether place `i` of the last axis belongs to the set. Without
borders places may be negative: bit `i` then means place `i - bias`.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.work import Work

Cells = dict[tuple[int, ...], int]
"""Places on the leading axes, and the bits of the last one; a vector has one place and one bit."""

Box = tuple[tuple[int, int], ...]
"""First and last place on each axis, both inclusive."""


def cell(place: Sequence[int], bias: int = 0) -> Cells:
    """The set of one place."""
    return {tuple(place[:-1]): 1 << (place[-1] + bias)} if place else {(): 1}


def union(sets: Iterable[Cells]) -> Cells:
    """All that is in any of the sets."""
    found: Cells = {}
    for cells in sets:
        if not found:
            found = dict(cells)
            continue
        for lead, bits in cells.items():
            found[lead] = found.get(lead, 0) | bits
    return found


def count(cells: Cells) -> int:
    """How many places belong to the set."""
    return sum(bits.bit_count() for bits in cells.values())


def box(cells: Cells, bias: int = 0) -> Box | None:
    """The smallest box around the set; None if it is empty."""
    if not cells:
        return None
    leads = [(min(places), max(places)) for places in zip(*cells, strict=True)]
    every = 0
    for bits in cells.values():
        every |= bits
    return (*leads, ((every & -every).bit_length() - 1 - bias, every.bit_length() - 1 - bias))


def boxes(cells: Cells, bias: int = 0) -> list[Box]:
    """The set as boxes that do not overlap: equal rows one below the other are one box."""
    found: list[Box] = []
    open_: dict[tuple[int, ...], tuple[int, int]] = {}
    for lead in sorted(cells):
        outer, row = lead[:-1], lead[-1:]
        if row and outer in open_ and cells[lead] == open_[outer][1]:
            first, _ = open_[outer]
            if (*outer, row[0] - 1) in cells:
                length = sum(1 for _ in runs(cells[lead]))
                for i in range(len(found) - length, len(found)):
                    *before, _, last = found[i]
                    found[i] = (*before, (first, row[0]), last)
                continue
        if row:
            open_[outer] = (row[0], cells[lead])
        sides = tuple((place, place) for place in lead)
        found += [(*sides, (a - bias, b - bias)) for a, b in runs(cells[lead])]
    return found


def runs(bits: int) -> Iterator[tuple[int, int]]:
    """The stretches of ones in a number, each (first, last)."""
    start = 0
    while bits:
        skip = (bits & -bits).bit_length() - 1
        bits >>= skip
        length = (~bits & (bits + 1)).bit_length() - 1
        yield start + skip, start + skip + length - 1
        start += skip + length
        bits >>= length


def places(bits: int) -> Iterator[int]:
    """The indices of the ones in a number."""
    for first, last in runs(bits):
        yield from range(first, last + 1)


def rows_of(bits: int) -> int:
    """How many steps it takes to move a row: a long one counts more than once."""
    return bits.bit_length() // ROW + 1


ROW = 1024
"""So many places of a row are one step."""


def whole(size: tuple[int, ...]) -> Cells:
    """Every place of a tensor."""
    if not size:
        return {(): 1}
    bits = (1 << size[-1]) - 1
    return dict.fromkeys(product(*map(range, size[:-1])), bits)


def move_by_each(cells: Cells, at: int, steps: Sequence[int], work: Work, *, last: bool) -> Cells:
    """The union of a set moved by each of the ascending steps along one axis, from the first on."""
    apart = steps[1] - steps[0] if len(steps) > 1 else 0
    if any(b - a != apart for a, b in pairwise(steps)):
        return union(move(cells, at, step - steps[0], work, last=last) for step in steps)
    taps = 1
    while taps < len(steps):
        # Taps that are equally far apart double.
        more = min(taps, len(steps) - taps)
        cells = union((cells, move(cells, at, more * apart, work, last=last)))
        taps += more
    return cells


def move(cells: Cells, at: int, step: int, work: Work, *, last: bool) -> Cells:
    """A set moved along one axis."""
    longest = max(cells.values(), default=0).bit_length() + (step if last else 0)
    work.spend(len(cells) * (longest // ROW + 1))
    if last:
        known = {bits: bits << step for bits in set(cells.values())}
        return {lead: known[bits] for lead, bits in cells.items()}
    return {(*lead[:at], lead[at] + step, *lead[at + 1 :]): bits for lead, bits in cells.items()}
