"""Which rank each item stands in, and the vertices of every rank: items, and bends of wires that pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.drawing.layered.level import Item, Wire


BENDS = 40_000
"""So many bends are laid out at most, which takes a few seconds."""


class TooManyBendsError(ValueError):
    """Wires pass so many ranks that nobody could follow them."""


class Link(NamedTuple):
    """A piece of a wire between vertices of neighbouring ranks, and where on their width it ends."""

    upper: int
    lower: int
    above: float
    below: float


class Ranked(NamedTuple):
    """A level in ranks. Vertices below `len(items)` are items, the others are bends.

    `wire_of` is the wire of each bend, and `passes` says of a wire whether it leads to several items,
    past some of them. `head` and `tail` say of each vertex how much leads to it and how much follows,
    of a bend those of the ends of its wire. `links` are between each rank and the next; `paths` are the links
    of every wire, by the rank above and the place in its list.
    """

    rank: list[int]
    ranks: list[list[int]]
    links: list[list[Link]]
    wire_of: list[int]
    passes: list[bool]
    head: list[int]
    tail: list[int]
    paths: list[list[tuple[int, int]]]


def assign_ranks(items: Sequence[Item], wires: Sequence[Wire]) -> list[int]:
    """The rank of every item: below all that leads to it, and no further than needed.

    What nothing leads to stands right above the first that it leads to.
    """
    least = int(any(item.is_entry for item in items))
    rank = [0 if item.is_entry else least for item in items]
    is_fed = [item.is_entry for item in items]
    leads: list[list[int]] = [[] for _ in items]
    for wire in wires:
        leads[wire.source] += [target for target, _ in wire.ends]
    for source, targets in enumerate(leads):
        for target in targets:
            is_fed[target] = True
            rank[target] = max(rank[target], rank[source] + 1)
    for index in range(len(items) - 1, -1, -1):
        if not is_fed[index] and leads[index]:
            rank[index] = max(rank[index], min(rank[target] for target in leads[index]) - 1)
    exits = [index for index, item in enumerate(items) if item.is_exit]
    if exits:
        inner = max((r for r, item in zip(rank, items, strict=True) if not item.is_exit), default=0)
        for index in exits:
            rank[index] = inner + 1
    return rank


def in_ranks(items: Sequence[Item], wires: Sequence[Wire]) -> Ranked:
    """The vertices of every rank in a first order, in which few wires cross.

    Items stand in their own order. Bends stand to the right of them, the wire that is longest outside.
    Raises TooManyBendsError.
    """
    rank = assign_ranks(items, wires)
    count = max(rank, default=-1) + 1
    ranks: list[list[int]] = [[] for _ in range(count)]
    for index, place in enumerate(rank):
        ranks[place].append(index)
    links: list[list[Link]] = [[] for _ in range(max(0, count - 1))]
    paths: list[list[tuple[int, int]]] = [[] for _ in wires]
    wire_of: list[int] = []
    spans = [max((rank[target] for target, _ in wire.ends), default=0) for wire in wires]
    bends = sum(max(0, end - rank[wire.source] - 1) for end, wire in zip(spans, wires, strict=True))
    if bends > BENDS:
        raise TooManyBendsError(f"{bends:,}")

    def connect(number: int, link: Link, place: int) -> None:
        paths[number].append((place, len(links[place])))
        links[place].append(link)

    # A wire that begins later and ends earlier lies within another one.
    for number in sorted(range(len(wires)), key=lambda n: (spans[n] - rank[wires[n].source], n)):
        wire = wires[number]
        upper, above = wire.source, wire.start
        place = rank[upper]
        ends = sorted(wire.ends, key=lambda end: (rank[end[0]], end))
        for target, below in ends:
            while place < rank[target] - 1:
                bend = len(items) + len(wire_of)
                wire_of.append(number)
                rank.append(place + 1)
                ranks[place + 1].append(bend)
                connect(number, Link(upper, bend, above, 0.0), place)
                upper, above, place = bend, 0.0, place + 1
            connect(number, Link(upper, target, above, below), place)
    passes = [len({rank[target] for target, _ in wire.ends}) > 1 for wire in wires]
    tail = [0] * len(items)
    for wire in sorted(wires, key=lambda wire: -wire.source):
        for target, _ in wire.ends:
            tail[wire.source] = max(tail[wire.source], tail[target] + 1)
    head = rank[: len(items)] + [rank[wires[number].source] for number in wire_of]
    tail += [max(tail[target] for target, _ in wires[number].ends) for number in wire_of]
    return Ranked(rank, ranks, links, wire_of, passes, head, tail, paths)
