"""Values for the keys of layers: most of them plausible, a few at the ends of what there is."""

from __future__ import annotations

from random import Random
from typing import Any

from cnncalc.layers.base.adaptive import SizeOrKept
from cnncalc.layers.base.key_types import (
    Axes,
    Choice,
    Flag,
    Integer,
    Kind,
    Listing,
    Number,
    Padding,
    Text,
)
from cnncalc.layers.base.margins import Margins
from cnncalc.layers.base.named_axes import GROUPS, AxesKind
from cnncalc.layers.base.ranges import RangeKind, RangesKind
from cnncalc.layers.base.reshaping import CountOrRest, TargetKind
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.base.shape_key import ShapeKind
from cnncalc.layers.group_norm import Groups

SMALL = (1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5, 7, 8)
LARGE = (
    1,
    1,
    2,
    3,
    7,
    100,
    255,
    1000,
    4099,
    65536,
    2**20,
    2**31 - 1,
    2**31,
    2**52,
    2**53 - 1,
    2**53,
)
"""Counts of networks that nobody has, but that could be."""
FRACTIONS = (0, 0.1, 0.25, 0.5, 0.5, 0.75, 1, 1.5, 2, 3)
EXTREME = (0, -1, 1, 255, 65536, 2**31 - 1, 2**31, 2**53 - 1, 2**53, 2**53 + 1, 2**63, 10**30)
ODD: tuple[Any, ...] = (
    *EXTREME, -0.0, 0.5, 1e3, 1e300, True, None, "", "none", "prev", "3", "3x3", "$", "$nope", "$(1/0)",
    "$(cin)", "$(i)", [], {}, [0], [1, 2], [[1, 0]], [[0, 1], [1, 0]], {"channels": 3}, "é", "\u202e", [[[1]]],
)  # fmt: skip
"""What stands in a few places whatever belongs there."""


SIDES = (1, 2, 3, 4, 6, 8, 8, 12, 16, 16, 24, 32)


def shape(dice: Random, sides: tuple[int, ...] = SIDES) -> dict[str, Any]:
    """A shape as a spec writes it: mostly a small map, of one to four axes."""
    number = lambda: dice.choice(sides)  # noqa: E731
    sort = dice.random()
    if sort < 0.78:
        rank = dice.choice((1, 1, 2, 2, 2, 2, 2, 3, 3, 4))
        side = number()
        size = [side if dice.random() < 0.6 else number() for _ in range(rank)]
        return {"channels": number(), "size": size}
    if sort < 0.9:
        return {"features": number()}
    length = number()
    return {"tokens": length if dice.random() < 0.8 else [length, number()]}


class Values:
    """Draws values for a layer on an input of a given shape."""

    def __init__(self, dice: Random, x: Shape, odd: float, counts: tuple[int, ...] = SMALL) -> None:
        """`odd` is the share of values that are drawn whatever belongs there."""
        self.dice = dice
        self.x = x
        self.counts = counts
        self.rank = len(x.size) or 1
        self.odd = odd

    def of(self, kind: Kind) -> Any:
        """A value for a key of this kind."""
        if self.dice.random() < self.odd:
            return self.dice.choice(ODD)
        for base in type(kind).__mro__:
            if base in _RULES:
                return _RULES[base](self, kind)
        return self.dice.choice(ODD)

    def count(self) -> int:
        """A count; now and then one that fits the input."""
        if self.dice.random() < 0.15:
            return self.dice.choice((self.x.channels, *self.x.size, 2 * self.x.channels))
        return self.dice.choice(self.counts)

    def axes(self, each: Kind) -> Any:
        """One value, or one for each axis, now and then for too few or too many."""
        if self.dice.random() < 0.65:
            return self.of(each)
        rank = self.rank if self.dice.random() < 0.9 else self.dice.randint(1, 4)
        return [self.of(each) for _ in range(rank)]

    def index(self) -> int | None:
        """An index of a range: from the start, from the end, or none."""
        return self.dice.choice((None, 0, 1, 2, 3, -1, -2, self.x.channels, *self.x.size))

    def word(self, kind: Kind) -> Any:
        """A word of a choice, or what else there may be."""
        other = getattr(kind, "other", None)
        if other is not None and self.dice.random() < 0.4:
            return self.of(other)
        return self.dice.choice(kind.words)

    def padding(self, kind: Kind, least: int = 0) -> Any:
        """A word, a number, a list of either, or pairs."""
        form = self.dice.random()
        amounts = (least, 0, 0, 1, 1, 2, 3) if self.counts is SMALL else (least, 0, *self.counts)
        side = lambda: self.dice.choice(amounts)  # noqa: E731
        if form < 0.5 and kind.words:
            return self.dice.choice(kind.words)
        if form < 0.75:
            return side()
        if form < 0.85:
            return [side() for _ in range(self.rank)]
        return [[side(), side()] for _ in range(self.rank)]

    def named_axes(self) -> Any:
        """Axes by their names, most of them names that the input has."""
        names = {1: "l", 2: "hw", 3: "dhw", 4: "tdhw"}.get(len(self.x.size), "")
        known = ["c", *names] if self.dice.random() < 0.9 else ["channels", *"cltdhw"]
        if self.dice.random() < 0.4:
            return self.dice.choice((*GROUPS, "channels", *known))
        return self.dice.sample(known, self.dice.randint(1, len(known)))

    def target(self) -> Any:
        """Another shape with as many elements, if the dice are kind."""
        if self.dice.random() < 0.5:
            rest = shape(self.dice, (1, 2, 4, 8))
            key = self.dice.choice(list(rest))
            rest[key] = [-1, *rest[key][1:]] if isinstance(rest[key], list) else -1
            return rest
        if self.dice.random() < 0.4 or not self.x.size:
            return {"features": self.x.elements}
        numbers = [self.x.channels, *self.x.size]
        self.dice.shuffle(numbers)
        return {"channels": numbers[0], "size": numbers[1:4]}

    def permutation(self, kind: Any) -> Any:
        """A list of words: all axes in another order, or as many as are asked for."""
        names = ["c", *{1: "l", 2: "hw", 3: "dhw", 4: "tdhw"}.get(len(self.x.size), "")]
        self.dice.shuffle(names)
        return names[: kind.length] if kind.length else names

    def listing(self, kind: Any) -> Any:
        """A list of as many values as it takes."""
        if isinstance(kind.each, Choice) and "h" in kind.each.words:
            return self.permutation(kind)
        found = [self.of(kind.each) for _ in range(kind.length or self.dice.randint(1, 3))]
        return found[0] if kind.single and self.dice.random() < 0.5 else found


_RULES: dict[type[Kind], Any] = {
    Integer: lambda v, kind: max(kind.minimum, v.count() - (kind.minimum < 1)),
    Number: lambda v, _: v.dice.choice(FRACTIONS),
    Flag: lambda v, _: v.dice.random() < 0.5,
    Choice: lambda v, kind: v.word(kind),
    Axes: lambda v, kind: v.axes(kind.each),
    Listing: lambda v, kind: v.listing(kind),
    Padding: lambda v, kind: v.padding(kind),
    Margins: lambda v, kind: v.padding(kind, -1 if v.dice.random() < 0.2 else 0),
    Text: lambda v, _: v.dice.choice(("a", "b c", "x.y", 7)),
    AxesKind: lambda v, _: v.named_axes(),
    RangeKind: lambda v, _: [v.index(), v.index()],
    RangesKind: lambda v, _: [v.index(), v.index()],
    ShapeKind: lambda v, _: shape(v.dice),
    TargetKind: lambda v, _: v.target(),
    CountOrRest: lambda v, _: v.count(),
    SizeOrKept: lambda v, _: v.dice.choice((None, 1, 2, 3, 7)),
    Groups: lambda v, _: v.dice.choice((-1, 1, 1, 2, 4)),
}  # fmt: skip
