"""The layout of boxes in groups: each group is laid out by itself and is an item of the level around it.

What leads into a group or out of it has a point on its border, where the wires inside and outside meet.
So nothing that is not in a group lies within it. Groups that are alike are laid out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.drawing.layered.arrange import arrange
from cnncalc.drawing.layered.level import Curve, Item, Spacing, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.drawing.layered.level import Placed


class Size(NamedTuple):
    """A box: its width and height, where on its width each net begins, and what stays free at its right."""

    width: float
    height: float
    starts: tuple[float, ...] = ()
    margin: float = 0.0

    @property
    def end(self) -> float:
        """Where on its width nets end: in the middle, or above the first of several that begin at it.

        So what goes on from box to box is straight where each gives something else besides.
        """
        return self.starts[0] if len(self.starts) > 1 else self.width / 2


class Net(NamedTuple):
    """What leads from a box to others: `port` says which of the `starts` of the box it begins at."""

    source: int
    port: int
    targets: tuple[int, ...]


class Frame(NamedTuple):
    """A group: the group around it or -1, how wide it is at least, how high its heading is."""

    parent: int
    least: float = 0.0
    heading: float = 0.0


class Rectangle(NamedTuple):
    """The upper left corner, the width and the height."""

    x: float
    y: float
    width: float
    height: float


class Layout(NamedTuple):
    """Where everything lies: boxes, groups, the curves of every net; and how often nets cross."""

    width: float
    height: float
    boxes: tuple[Rectangle, ...]
    groups: tuple[Rectangle, ...]
    nets: tuple[tuple[Curve, ...], ...]
    crossings: int


def layout(
    boxes: Sequence[Size],
    homes: Sequence[int],
    groups: Sequence[Frame],
    nets: Sequence[Net],
    spacing: Spacing | None = None,
) -> Layout:
    """Lay out boxes from top to bottom; `homes` is the innermost group of each box, or -1.

    Boxes stand in an order in which nets lead to later ones, those of a group next to each other, and
    a group comes after the one around it. Raises TooManyBendsError.

    >>> found = layout([Size(40, 20, (20,)), Size(40, 20)], [-1, -1], [], [Net(0, 0, (1,))])
    >>> [box.y for box in found.boxes], found.nets[0][-1]
    ([0.0, 54.0], Curve(x1=20.0, y1=31.0, x2=20.0, y2=54.0))
    """
    return _Nested(boxes, homes, groups, nets, spacing or Spacing()).layout()


class _Inside(NamedTuple):
    """What lies directly in a group, by the order of boxes: boxes are numbers from 0, groups below 0."""

    parts: list[int]
    wires: dict[int, tuple[int | None, dict[int | None, None]]]
    """By net where it comes from and where it goes to; None is the border."""


class _Made(NamedTuple):
    """A group that is laid out: its size, what is in it, and where nets cross its border."""

    placed: Placed
    width: float
    height: float
    dx: float
    dy: float
    entries: dict[int, float]
    exits: dict[int, float]
    crossings: int


class _Nested:
    def __init__(
        self, boxes: Sequence[Size], homes: Sequence[int], groups: Sequence[Frame],
        nets: Sequence[Net], spacing: Spacing,
    ) -> None:  # fmt: skip
        self.boxes = boxes
        self.groups = groups
        self.nets = nets
        self.spacing = spacing
        # The last one is the picture itself, which -1 leads to.
        self.inside = [_Inside([], {}) for _ in range(len(groups) + 1)]
        self.paths = [self._path(home) for home in homes]
        seen = set()
        for box, path in enumerate(self.paths):
            for outer, group in zip([-1, *path], path, strict=False):
                if group not in seen:
                    seen.add(group)
                    self.inside[outer].parts.append(~group)
            self.inside[path[-1] if path else -1].parts.append(box)
        self.depth = [0] * len(boxes)
        """How many boxes lead to each one, at most."""
        for net in nets:
            for target in net.targets:
                self.depth[target] = max(self.depth[target], self.depth[net.source] + 1)
        self.first = [0] * len(groups)
        for box in range(len(boxes) - 1, -1, -1):
            for group in self.paths[box]:
                self.first[group] = box
        self.ends = {net.source for net in nets if not net.targets}
        """The boxes of which something is read by no other."""
        self.come_from: dict[tuple[int, int], int] = {}
        """By group and net how far down the part begins that leads into the group."""
        for number, net in enumerate(nets):
            for target in net.targets:
                self._lead(number, net.source, target)
        self.known: dict[object, Placed] = {}
        self.made: list[_Made] = []

    def _path(self, home: int) -> list[int]:
        """The groups around a box, the outermost first."""
        path = []
        while home >= 0:
            path.append(home)
            home = self.groups[home].parent
        return path[::-1]

    def _lead(self, number: int, source: int, target: int) -> None:
        """Note in every group that a net passes where it comes from and where it goes to there."""
        out, into = self.paths[source], self.paths[target]
        common = 0
        while common < min(len(out), len(into)) and out[common] == into[common]:
            common += 1
        for depth in range(len(out), common, -1):
            part = source if depth == len(out) else ~out[depth]
            self._note(out[depth - 1], number, part, None)
        here = out[common - 1] if common else -1
        first = source if common == len(out) else ~out[common]
        last = target if common == len(into) else ~into[common]
        self._note(here, number, first, last)
        for depth in range(common + 1, len(into) + 1):
            part = target if depth == len(into) else ~into[depth]
            self._note(into[depth - 1], number, None, part)
            begin = self.first[~first] if first < 0 else first
            self.come_from[into[depth - 1], number] = self.depth[begin]

    def _note(self, group: int, number: int, source: int | None, target: int | None) -> None:
        self.inside[group].wires.setdefault(number, (source, {}))[1][target] = None

    def layout(self) -> Layout:
        """See the function."""
        made: list[_Made | None] = [None] * len(self.groups)
        for group in range(len(self.groups) - 1, -1, -1):
            made[group] = self._make(group, made)
        whole = self._make(-1, made)
        boxes: list[Rectangle] = [Rectangle(0, 0, 0, 0)] * len(self.boxes)
        groups: list[Rectangle] = [Rectangle(0, 0, 0, 0)] * len(self.groups)
        curves: list[list[Curve]] = [[] for _ in self.nets]
        waiting: list[tuple[int, _Made, float, float]] = [(-1, whole, 0.0, 0.0)]
        crossings = 0
        for group, found, x, y in waiting:
            crossings += found.placed.crossings
            inside = self.inside[group]
            for part, (left, top) in zip(inside.parts, found.placed.corners, strict=False):
                at = x + found.dx + left, y + found.dy + top
                inner = made[~part] if part < 0 else None
                if inner is not None:
                    groups[~part] = Rectangle(*at, inner.width, inner.height)
                    waiting.append((~part, inner, *at))
                else:
                    boxes[part] = Rectangle(*at, self.boxes[part].width, self.boxes[part].height)
            for number, pieces in zip(inside.wires, found.placed.curves, strict=True):
                curves[number] += [_move(c, x + found.dx, y + found.dy) for c in pieces]
            self._add_stubs(group, found, (x, y), curves)
        paths = tuple(map(tuple, curves))
        return Layout(whole.width, whole.height, tuple(boxes), tuple(groups), paths, crossings)

    def _add_stubs(
        self, group: int, found: _Made, at: tuple[float, float], curves: list[list[Curve]]
    ) -> None:
        """Draw what crosses the border through the heading and the margin."""
        x, y = at
        for number, place in found.entries.items():
            curves[number].append(Curve(x + place, y, x + place, y + found.dy))
        end = y + found.dy + found.placed.height
        for number, place in found.exits.items():
            curves[number].append(Curve(x + place, end, x + place, y + found.height))

    def _make(self, group: int, made: Sequence[_Made | None]) -> _Made:
        """Lay out a group whose inner groups are."""
        inside = self.inside[group]
        items: list[Item] = []
        for part in inside.parts:
            inner = made[~part] if part < 0 else None
            if inner is not None:
                items.append(Item(inner.width, inner.height))
            else:
                box = self.boxes[part]
                items.append(Item(box.width, box.height, box.margin))
        place_of = {part: index for index, part in enumerate(inside.parts)}
        # Entries come first in the order of items, exits last: wires lead to later ones.
        entering = [n for n, (source, _) in inside.wires.items() if source is None]
        # What comes from further up passes further to the right, as bends do.
        entering.sort(key=lambda n: (-self.come_from[group, n], n))
        leaving = [n for n, (_, targets) in inside.wires.items() if None in targets]
        entry_of = {n: index for index, n in enumerate(entering)}
        exit_of = {n: len(entering) + len(items) + index for index, n in enumerate(leaving)}
        wires = []
        for number, (source, targets) in inside.wires.items():
            start = entry_of[number] if source is None else len(entering) + place_of[source]
            ends = tuple(
                (exit_of[number], 0.0) if target is None
                else (len(entering) + place_of[target], self._end(number, target, made))
                for target in targets
            )  # fmt: skip
            wires.append(Wire(start, self._start(number, source, made), ends))
        every = [
            *(Item(0, 0, is_entry=True) for _ in entering),
            *items,
            *(Item(0, 0, is_exit=True) for _ in leaving),
        ]
        placed = self._arrange(every, wires)
        return self._surround(group, placed, entering, leaving)

    def _arrange(self, items: list[Item], wires: list[Wire]) -> Placed:
        key = (tuple(items), tuple(wires))
        if key not in self.known:
            self.known[key] = arrange(items, wires, self.spacing)
        return self.known[key]

    def _start(self, number: int, source: int | None, made: Sequence[_Made | None]) -> float:
        """Where on the width of an item a net begins."""
        if source is None:
            return 0.0
        inner = made[~source] if source < 0 else None
        if inner is not None:
            return inner.exits[number]
        return self.boxes[source].starts[self.nets[number].port]

    def _end(self, number: int, target: int, made: Sequence[_Made | None]) -> float:
        """Where on the width of an item a net ends."""
        inner = made[~target] if target < 0 else None
        return inner.entries[number] if inner is not None else self.boxes[target].end

    def _surround(
        self, group: int, placed: Placed, entering: list[int], leaving: list[int]
    ) -> _Made:
        """The border around what is laid out."""
        corners = placed.corners
        parts = corners[len(entering) : len(corners) - len(leaving)]
        inner = placed._replace(corners=parts)
        border = self.spacing.border if group >= 0 else 0.0
        heading = self.groups[group].heading if group >= 0 else 0.0
        hangs = group >= 0 and not self.ends.isdisjoint(self.inside[group].parts)
        foot = border + (self.spacing.foot if hangs else 0.0)
        width = placed.width + 2 * border
        dx = border
        if group >= 0 and width < self.groups[group].least:
            dx += (self.groups[group].least - width) / 2
            width = self.groups[group].least
        return _Made(
            inner, width, placed.height + heading + foot, dx, heading,
            {n: dx + corners[i][0] for i, n in enumerate(entering)},
            {n: dx + corners[len(corners) - len(leaving) + i][0] for i, n in enumerate(leaving)},
            placed.crossings,
        )  # fmt: skip


def _move(curve: Curve, x: float, y: float) -> Curve:
    return Curve(curve.x1 + x, curve.y1 + y, curve.x2 + x, curve.y2 + y)
