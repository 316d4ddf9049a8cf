"""Where the vertices of every rank stand from left to right: wires are to be straight.

Vertices of neighbouring ranks that are to stand below each other form a block, which has one place. Where it is
not clear with which of two a vertex should, or how far to a side a block may go, it is placed once as far
left and once as far right as it can be, and stands in the middle of both.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.drawing.layered.ranks import Link, Ranked


_MUCH = 2


class Room(NamedTuple):
    """What vertices need: how wide each is, and how much stays free to its left and to its right."""

    width: Sequence[float]
    left: Sequence[float]
    right: Sequence[float]

    def apart(self, left: int, right: int) -> float:
        """How far the left borders of two neighbours are apart, at least."""
        return self.width[left] + max(self.right[left], self.left[right])


def place_vertices(ranked: Ranked, room: Room, items: int) -> list[float]:
    """The left borders of all vertices, of which the first `items` are items."""
    found = []
    for to_right in (False, True):
        blocks = _Blocks(ranked, room, items, to_right=to_right)
        found.append(blocks.places(to_right=to_right))
    left, right = found
    return [(a + b) / 2 for a, b in zip(left, right, strict=True)]


class _Blocks:
    """The blocks of a level: `root` is the first vertex of each one's, `shift` how far it stands from that."""

    def __init__(self, ranked: Ranked, room: Room, items: int, *, to_right: bool) -> None:
        self.ranked = ranked
        self.room = room
        self.items = items
        count = len(room.width)
        self.place = [0] * count
        for rank in ranked.ranks:
            for place, vertex in enumerate(rank):
                self.place[vertex] = place
        self.root = list(range(count))
        self.shift = [0.0] * count
        for links in ranked.links:
            self._join(links, to_right=to_right)

    def _join(self, links: Sequence[Link], *, to_right: bool) -> None:
        """Join vertices of two ranks, of those that cross the ones that matter more."""
        keyed = {
            id(link): (self._key(link.upper, link.above), self._key(link.lower, link.below))
            for link in links
        }
        chosen = self._middles(links, keyed, to_right=to_right)
        taken: list[tuple[float, float]] = []
        used: set[int] = set()
        for link in chosen:
            if link.upper in used or link.lower in used:
                continue
            key = keyed[id(link)]
            at = bisect_left(taken, key)
            if (at and taken[at - 1][1] > key[1]) or (at < len(taken) and taken[at][1] < key[1]):
                continue
            taken.insert(at, key)
            used.update((link.upper, link.lower))
            self.root[link.lower] = self.root[link.upper]
            self.shift[link.lower] = self.shift[link.upper] + link.above - link.below

    def _key(self, vertex: int, distance: float) -> float:
        return self.place[vertex] + 0.9 * distance / (self.room.width[vertex] or 1.0)

    def _middles(
        self, links: Sequence[Link], keyed: dict[int, tuple[float, float]], *, to_right: bool
    ) -> list[Link]:
        """The links that vertices should be straight along, those first that matter most."""
        above: dict[int, list[Link]] = {}
        below: dict[int, list[Link]] = {}
        for link in links:
            above.setdefault(link.lower, []).append(link)
            below.setdefault(link.upper, []).append(link)
        votes: dict[int, int] = {}
        for side, linked in ((0, above), (1, below)):
            for group in linked.values():
                # An item follows items and whole branches: what passes by leads to it from aside.
                best = max(map(self._rating, group))
                near = [link for link in group if self._rating(link) == best]
                # Where one way is much longer than the others it is the trunk.
                long = max(self._length(link, side) for link in near)
                near = [link for link in near if self._length(link, side) > long - _MUCH]
                near.sort(key=lambda link: keyed[id(link)][side])
                middle = near[len(near) // 2 if to_right else (len(near) - 1) // 2]
                votes[id(middle)] = votes.get(id(middle), 0) + 1
        sign = -1 if to_right else 1

        def order(link: Link) -> tuple[int, float, float]:
            upper, lower = keyed[id(link)]
            return -self._weight(link) - votes[id(link)], sign * upper, sign * lower

        return sorted((link for link in links if id(link) in votes), key=order)

    def _length(self, link: Link, side: int) -> int:
        return self.ranked.tail[link.lower] if side else self.ranked.head[link.upper]

    def _rating(self, link: Link) -> int:
        """1 for what an item is one of the ways on to or from, 0 for what passes by other items."""
        bends = [vertex for vertex in (link.upper, link.lower) if vertex >= self.items]
        if len(bends) != 1:
            return 1
        return int(not self.ranked.passes[self.ranked.wire_of[bends[0] - self.items]])

    def _weight(self, link: Link) -> int:
        """How much it matters that a link is straight: bends of one wire most, then items."""
        ends = (link.upper >= self.items) + (link.lower >= self.items)
        return {2: 6, 0: 3, 1: 0}[ends]

    def places(self, *, to_right: bool) -> list[float]:
        """The left borders of all vertices, the blocks being moved to one side."""
        count = len(self.root)
        after: list[list[tuple[int, float]]] = [[] for _ in range(count)]
        waiting = [0] * count
        for rank in self.ranked.ranks:
            for left, right in pairwise(rank):
                a, b = self.root[left], self.root[right]
                far = self.room.apart(left, right) + self.shift[left] - self.shift[right]
                after[a].append((b, far))
                waiting[b] += 1
        order = _sort(after, waiting, [v for v in range(count) if self.root[v] == v])
        x = [0.0] * count
        # The border of a block is that of the vertex that stands furthest to the left.
        least = [0.0] * count
        for vertex, root in enumerate(self.root):
            least[root] = max(least[root], -self.shift[vertex])
        for block in order:
            x[block] = max(x[block], least[block])
            for other, far in after[block]:
                x[other] = max(x[other], x[block] + far)
        if to_right:
            self._move_right(x, after, order)
        else:
            for block in reversed(order):
                if after[block]:
                    x[block] = max(x[block], min(x[other] - far for other, far in after[block]))
        return [x[root] + self.shift[vertex] for vertex, root in enumerate(self.root)]

    def _move_right(
        self, x: list[float], after: Sequence[Sequence[tuple[int, float]]], order: Sequence[int]
    ) -> None:
        """Move blocks as far right as the whole is wide, then back to what is left of them."""
        count = len(x)
        ends = [0.0] * count
        for vertex, root in enumerate(self.root):
            ends[root] = max(ends[root], self.shift[vertex] + self.room.width[vertex])
        whole = max((x[block] + ends[block] for block in order), default=0.0)
        before: list[list[tuple[int, float]]] = [[] for _ in range(count)]
        for block in order:
            for other, far in after[block]:
                before[other].append((block, far))
        for block in reversed(order):
            x[block] = min([whole - ends[block], *(x[other] - far for other, far in after[block])])
        for block in order:
            if before[block]:
                x[block] = min(x[block], max(x[other] + far for other, far in before[block]))


def _sort(
    after: Sequence[Sequence[tuple[int, float]]], waiting: list[int], blocks: Sequence[int]
) -> list[int]:
    """The blocks from left to right."""
    order = [block for block in blocks if not waiting[block]]
    for block in order:
        for other, _ in after[block]:
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    return order
