"""The reading of a reshape: one element each, whose place is found from those along other axes.

The questions are those of `windows.py`; an output is asked for by its place among all places of the
axes along which the reading goes on, the last of them running fastest.
"""

from __future__ import annotations

from math import lcm, prod
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Regrouped(NamedTuple):
    """An axis that is split, or put together with others.

    `to` are the axes of the output, in ascending order, and `sizes` their lengths. Output `u` of
    them all reads Σ (u // inner % length) · factor over the `terms` (inner, length, factor), and
    from there on `offsets`: what becomes channels is read together, all of it where there is no
    axis to go on.
    """

    to: tuple[int, ...]
    sizes: tuple[int, ...]
    terms: tuple[tuple[int, int, int], ...]
    offsets: Sequence[int] = (0,)

    def positions(self, n: int) -> int:
        """The places of all axes along which it goes on."""
        return prod(self.sizes)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The one place, and what is read with it.

        >>> axis = Regrouped((0,), (12,), ((4, 3, 1),))  # 3 rows of 4, one behind the other
        >>> [axis.taps(u, 3)[0] for u in range(12)]
        [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
        """
        first = sum(u // inner % length * factor for inner, length, factor in self.terms)
        return tuple([first + offset for offset in self.offsets])

    def period(self, n: int) -> tuple[int, int]:
        """The outermost term goes on for ever; the others begin anew after their length."""
        if not self.terms:
            return 1, 0
        top = max(self.terms, key=lambda term: term[0] * term[1])
        others = lcm(*(inner * length for inner, length, _ in self.terms if inner != top[0]))
        if top[0] * top[1] == prod(self.sizes) and top[0] % others == 0:
            return top[0], top[2]
        return lcm(top[0] * top[1], others), 0

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The taps of the outermost term as if the axis had no end.

        >>> axis = Regrouped((0,), (12,), ((4, 3, 1),))
        >>> [axis.reach(u, 3)[0] for u in (-5, -1, 0, 11, 12, 16)]
        [-2, -1, 0, 2, 3, 4]
        """
        outputs, inputs = self.period(n)
        rounds, u = divmod(u, outputs)
        return tuple([tap + rounds * inputs for tap in self.taps(u, n)])

    def place(self, places: Sequence[int]) -> int:
        """The place among all of the axes, given the places on every axis of the output."""
        found = 0
        for to, size in zip(self.to, self.sizes, strict=True):
            found = found * size + places[to]
        return found

    def behind(self, axes: int) -> Regrouped:
        """The same where the output has so many axes more in front."""
        return self._replace(to=tuple(to + axes for to in self.to))
