"""One level of a picture: items of a size, and wires between points of their borders.

Everything is in the unit of the picture, x grows to the right and y downwards.

A wire begins at one item and leads to others below it. Where it passes a rank it has a place there
as an item has, a bend, which all its branches share. Between two ranks it is a curve that is upright at
both ends; within a rank it is an upright line. So no wire crosses an item, nor goes up.

Sources: Sugiyama, Tagawa, Toda 1981, "Methods for Visual Understanding of Hierarchical System
Structures"; Gansner, Koutsofios, North, Vo 1993, "A Technique for Drawing Directed Graphs"; Brandes,
Köpf 2002, "Fast and Simple Horizontal Coordinate Assignment".
"""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """Something that is `width` wide and `height` high, and keeps `margin` free at its right.

    `is_entry` is a point of the upper border of the level, `is_exit` one of the lower.
    """

    width: float
    height: float
    margin: float = 0.0
    is_entry: bool = False
    is_exit: bool = False


class Wire(NamedTuple):
    """From an item to others: `start` is the distance from its left border, `ends` are items and distances.

    Items that a wire leads to come later than the one it begins at.
    """

    source: int
    start: float
    ends: tuple[tuple[int, float], ...]


class Spacing(NamedTuple):
    """What is kept free: between items of a rank, beside bends, between ranks, and around the level.

    `foot` is kept free besides at the end of a group with a box that nothing reads: its label hangs there.
    """

    items: float = 16.0
    bends: float = 10.0
    ranks: float = 34.0
    border: float = 12.0
    foot: float = 8.0


class Curve(NamedTuple):
    """A piece of a wire: from (x1, y1) to (x2, y2), upright at both ends; straight if x1 is x2."""

    x1: float
    y1: float
    x2: float
    y2: float


class Placed(NamedTuple):
    """Where everything lies: the upper left corners of items, and the curves of wires.

    `crossings` counts how often wires cross.
    """

    width: float
    height: float
    corners: tuple[tuple[float, float], ...]
    curves: tuple[tuple[Curve, ...], ...]
    crossings: int
