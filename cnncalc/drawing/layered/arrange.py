"""The layout of one level: where its items lie, and how its wires run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.drawing.layered.level import Curve, Placed, Spacing
from cnncalc.drawing.layered.order import order_ranks
from cnncalc.drawing.layered.places import Room, place_vertices
from cnncalc.drawing.layered.ranks import in_ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.drawing.layered.level import Item, Wire
    from cnncalc.drawing.layered.ranks import Ranked

_STUB = 11.0
"""So far a wire runs straight down from an item before it bends."""
_STRAIGHT = 0.1
_STEEP = 0.12
_MOST = 90.0
"""Ranks between which wires go far to a side are further apart, by this part of that and at most so much."""


def arrange(items: Sequence[Item], wires: Sequence[Wire], spacing: Spacing | None = None) -> Placed:
    """Lay out items and wires, in the same way whenever it is asked for.

    Raises TooManyBendsError.

    >>> arrange([Item(40, 20), Item(60, 20)], [Wire(0, 20, ((1, 30),))]).corners
    ((10.0, 0.0), (0.0, 54.0))
    """
    space = spacing or Spacing()
    ranked = in_ranks(items, wires)
    bends = len(ranked.wire_of)
    room = Room(
        [item.width for item in items] + [0.0] * bends,
        [_beside(item, space) for item in items] + [space.bends] * bends,
        [item.margin + _beside(item, space) for item in items] + [space.bends] * bends,
    )
    crossings = order_ranks(ranked, room.width)
    x = place_vertices(ranked, room, len(items))
    if x:
        left = min(x)
        # Halves of sums differ in their last digits, and what is straight is to be.
        x = [round(place - left, 2) for place in x]
    tops, bottoms = _rows(ranked, items, x, space)
    corners = [(x[i], tops[ranked.rank[i]]) for i in range(len(items))]
    curves = tuple(
        tuple(_curves(ranked, number, (x, tops, bottoms), items)) for number in range(len(wires))
    )
    ends = [
        x[v] + room.width[v] + (items[v].margin if v < len(items) else 0) for v in range(len(x))
    ]
    height = bottoms[-1] if bottoms else 0.0
    return Placed(max(ends, default=0.0), height, tuple(corners), curves, crossings)


def _beside(item: Item, space: Spacing) -> float:
    return space.bends if item.is_entry or item.is_exit else space.items


def _rows(
    ranked: Ranked, items: Sequence[Item], x: Sequence[float], space: Spacing
) -> tuple[list[float], list[float]]:
    """The upper and the lower border of every rank."""
    tops, bottoms = [], []
    y = 0.0
    last = len(ranked.ranks) - 1
    for place, rank in enumerate(ranked.ranks):
        tops.append(y)
        y += max((items[v].height for v in rank if v < len(items)), default=0.0)
        bottoms.append(y)
        if place < last:
            aside = (
                abs(x[link.upper] + link.above - x[link.lower] - link.below)
                for link in ranked.links[place]
            )
            far = max(aside, default=0.0)
            outside = any(v < len(items) and items[v].is_entry for v in rank) or any(
                v < len(items) and items[v].is_exit for v in ranked.ranks[place + 1]
            )
            y += (space.ranks / 2 if outside else space.ranks) + min(_MOST, _STEEP * far)
            y += _STUB if far > _STRAIGHT and not outside else 0.0
    return tops, bottoms


def _curves(
    ranked: Ranked,
    number: int,
    places: tuple[Sequence[float], Sequence[float], Sequence[float]],
    items: Sequence[Item],
) -> list[Curve]:
    """The pieces of a wire: curves between ranks, upright lines within them."""
    x, tops, bottoms = places
    curves = []
    passed = set()
    for place, index in ranked.paths[number]:
        link = ranked.links[place][index]
        x1, x2 = x[link.upper] + link.above, x[link.lower] + link.below
        is_item = link.upper < len(items)
        height = items[link.upper].height if is_item else 0.0
        # Of an entry the heading is the stub.
        start = bottoms[place] + (_STUB if height else 0.0)
        if link.upper not in passed:
            passed.add(link.upper)
            top = tops[place] + height
            if start > top:
                curves.append(Curve(x1, top, x1, start))
        curves.append(Curve(x1, start, x2, tops[place + 1]))
    return curves
