"""The order of the vertices of every rank, so that few wires cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.drawing.layered.ranks import Ranked

_SWEEPS = 12
_PATIENCE = 4
"""So many sweeps without a better order, and no more are made."""
_EXCHANGED = 60
"""In ranks of at most so many vertices, neighbours are exchanged where that helps."""


def order_ranks(ranked: Ranked, widths: Sequence[float]) -> int:
    """Put the vertices of every rank in order; the number of crossings that are left."""
    spots = Spots(ranked, widths)
    best = spots.crossings()
    order = [list(rank) for rank in ranked.ranks]
    failed = 0
    for sweep in range(_SWEEPS):
        if not best or failed == _PATIENCE:
            break
        spots.sweep(down=sweep % 2 == 0)
        spots.exchange()
        found = spots.crossings()
        failed = 0 if found < best else failed + 1
        if found < best:
            best, order = found, [list(rank) for rank in ranked.ranks]
    for rank, kept in zip(ranked.ranks, order, strict=True):
        rank[:] = kept
    return best


class Spots:
    """Where the ends of links are in the order of their ranks: the place, and a part of one for ports."""

    def __init__(self, ranked: Ranked, widths: Sequence[float]) -> None:
        """`widths` are those of the vertices."""
        self.ranked = ranked
        self.place = [0] * len(widths)
        for rank in ranked.ranks:
            self._number(rank)
        self.upper: list[list[tuple[int, float, float]]] = [[] for _ in widths]
        """For each vertex what leads to it: the vertex, and where on the widths of both."""
        self.lower: list[list[tuple[int, float, float]]] = [[] for _ in widths]
        for links in ranked.links:
            for link in links:
                above = _part(link.above, widths[link.upper])
                below = _part(link.below, widths[link.lower])
                self.upper[link.lower].append((link.upper, above, below))
                self.lower[link.upper].append((link.lower, below, above))

    def _number(self, rank: Sequence[int]) -> None:
        for place, vertex in enumerate(rank):
            self.place[vertex] = place

    def crossings(self) -> int:
        """How often links cross in all."""
        return sum(map(self._crossings, self.ranked.ranks))

    def _crossings(self, rank: Sequence[int]) -> int:
        """How often links to this rank cross."""
        ends = sorted(
            (self.place[other] + above, self.place[vertex] + below)
            for vertex in rank
            for other, above, below in self.upper[vertex]
        )
        seen: list[float] = []
        found = 0
        for _, below in ends:
            found += len(seen) - bisect_right(seen, below)
            insort(seen, below)
        return found

    def sweep(self, *, down: bool) -> None:
        """Order rank after rank by the middle of what each vertex is linked with in the one before."""
        ranks = self.ranked.ranks
        for rank in ranks[1:] if down else ranks[-2::-1]:
            linked = self.upper if down else self.lower
            middles = {vertex: self._middle(linked[vertex]) for vertex in rank}
            free = [place for place, vertex in enumerate(rank) if middles[vertex] is not None]
            ordered = sorted((rank[place] for place in free), key=lambda v: middles[v] or 0.0)
            # What is linked with nothing stays where it is.
            for place, vertex in zip(free, ordered, strict=True):
                rank[place] = vertex
            self._number(rank)

    def _middle(self, linked: Sequence[tuple[int, float, float]]) -> float | None:
        if not linked:
            return None
        return sum(self.place[other] + part for other, part, _ in linked) / len(linked)

    def exchange(self) -> None:
        """Exchange neighbours wherever fewer links cross then."""
        for rank in self.ranked.ranks:
            if len(rank) <= _EXCHANGED:
                for place in range(len(rank) - 1):
                    self._exchange(rank, place)

    def _exchange(self, rank: list[int], place: int) -> None:
        left, right = rank[place], rank[place + 1]
        gain = 0
        for linked in (self.upper, self.lower):
            for other, part, _ in linked[left]:
                for another, other_part, _ in linked[right]:
                    here, there = self.place[other] + part, self.place[another] + other_part
                    gain += (here > there) - (here < there)
        if gain > 0:
            rank[place], rank[place + 1] = right, left
            self.place[left], self.place[right] = place + 1, place


def _part(distance: float, width: float) -> float:
    """Where on the width of a vertex a link ends, as a part of a place."""
    return 0.9 * distance / width if width else 0.0
