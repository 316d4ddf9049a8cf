"""Non-max suppression: which of many boxes are kept.

The steps are those of the textbook; the boxes that can matter for a box are found by an index, so
that the time grows with the number of boxes and not with its square.
"""

from __future__ import annotations

from math import floor, frexp, inf, ldexp
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from cnncalc.calculator.boxes import Corners, Detection

RULES = {"at-least": "≥", "above": ">"}
"""Whether an IoU that equals the threshold discards."""

LEAST = 1 / 64
"""Below this threshold boxes of too many sizes and places can matter: all are looked at."""

_NEAREST = 1 / 8
"""Cells are at least so large, in units of the side of their boxes."""

_PLACES, _LEVELS = (1 << 20) - 1, (1 << 6) - 1
"""The bits of a row or column and of a level in the key of a cell. Cells that are equal in them are
one: boxes that cannot matter are then looked at as well, and found not to."""

_SLACK = 1e-9
_ROUNDING = 1e-15
"""Relative errors of sides and of places that the index allows for, far above those of floats."""


class Discarded(NamedTuple):
    """A box that was discarded, and the areas that decided it."""

    box: int
    shared: float
    union: float


class Suppressed(NamedTuple):
    """What has become of the boxes."""

    dropped: list[int]
    """Those with a score below the threshold, in their own order."""
    kept: list[int]
    """In the order picked."""
    discarded: dict[int, list[Discarded]]
    """By the box that was picked."""


Candidate = tuple[float, int, "Corners"]
"""Score, index and corners of a box."""


def by_class(
    boxes: Sequence[Detection], least: float, *, per_class: bool
) -> tuple[list[list[Candidate]], list[int]]:
    """The boxes of at least this score, class by class, the largest first; the others.

    Of equal scores the first box comes first. All boxes are one class unless `per_class`.
    """
    classes: dict[Hashable, list[Candidate]] = {}
    dropped: list[int] = []
    for index, box in enumerate(boxes):
        score = box["score"]
        if score < least:
            dropped.append(index)
            continue
        name = box.get("class") if per_class else None
        classes.setdefault(name, []).append((score, index, box["box"]))
    for candidates in classes.values():
        candidates.sort(key=itemgetter(0), reverse=True)  # equal ones keep their order
    return list(classes.values()), dropped


def suppress(
    boxes: Sequence[Detection], score: float, iou: float, *, strict: bool, per_class: bool
) -> Suppressed:
    """Pick the box of the largest score, discard what overlaps it, and so on.

    A box is discarded by the first picked box (of its class, if `per_class`) with which its IoU
    is at least `iou`, or above it if `strict`.
    """
    classes, dropped = by_class(boxes, score, per_class=per_class)
    kept: list[int] = []
    discarded: dict[int, list[Discarded]] = {}
    # One class after the other: its boxes stay in the processor's cache.
    for candidates in classes:
        picked = Picked(iou, strict=strict)
        for _, index, corners in candidates:
            found = picked.first_over(corners)
            if found is None:
                picked.add(corners, index)
                kept.append(index)
            else:
                by, shared, union = found
                discarded.setdefault(by, []).append(Discarded(index, shared, union))
    kept.sort()
    kept.sort(key=lambda index: boxes[index]["score"], reverse=True)
    return Suppressed(dropped, kept, discarded)


class Picked:
    """The boxes of one class that have been picked, found by size and place.

    With an IoU of t > 0 the shared area is at least t times the larger box. So the sides of two
    boxes differ at most by the factor 1/t, and their centres lie apart by at most (1/t − 1) / 2
    times the shorter side, as those of a box and another of t times its width at its edge.

    A picked box stands in cells by the powers of two of its sides and by its centre; a box looks
    only into the cells that can matter for it.
    """

    def __init__(self, iou: float, *, strict: bool) -> None:
        """Nothing is picked yet; see `suppress`."""
        self.iou = iou
        self.strict = strict
        self.count = 0
        self.is_indexed = iou >= LEAST
        self._share = iou * (1 - _SLACK) if iou > 0 else -inf
        self._cells: dict[int, list[tuple[float, ...]]] = {}
        self._all: list[tuple[float, ...]] = []
        self._heights: set[int] = set()
        if self.is_indexed:
            self._reach = (1 / iou - 1) / 2 * (1 + _SLACK) + _SLACK
            self._side = 2 * max(self._reach, _NEAREST)
            self._factor = (1 + _SLACK) / iou

    def add(self, corners: Corners, index: int) -> None:
        """Pick a box."""
        x1, y1, x2, y2 = corners
        width, height = x2 - x1, y2 - y1
        entry = (x1, y1, x2, y2, width * height, self.count, index)
        self.count += 1
        if not self.is_indexed:
            self._all.append(entry)
            return
        level = frexp(height)[1]
        self._heights.add(level)
        row = floor((y1 + y2) / 2 / ldexp(self._side, level)) & _PLACES | (level & _LEVELS) << 40
        # It is entered for every width of a box that it can matter for; heights are looked up.
        for wide in range(frexp(width / self._factor)[1], frexp(width * self._factor)[1] + 1):
            column = floor((x1 + x2) / 2 / ldexp(self._side, wide)) & _PLACES
            self._cells.setdefault(row | column << 20 | (wide & _LEVELS) << 46, []).append(entry)

    def first_over(self, corners: Corners) -> tuple[int, float, float] | None:
        """The first box picked whose IoU with this one is too large: index, shared area, union."""
        x1, y1, x2, y2 = corners
        area = (x2 - x1) * (y2 - y1)
        iou, strict = self.iou, self.strict
        # What is shared is at least so wide and so high: most boxes are told apart by that.
        narrow = self._share * (x2 - x1)
        low = self._share * (y2 - y1)
        first: float = inf
        found = None
        for cell in self._cells_near(x1, y1, x2, y2) if self.is_indexed else (self._all,):
            for left, top, right, bottom, other, number, index in cell:
                # This is run most often of all; a call of min or max would double its time.
                width = (x2 if x2 < right else right) - (x1 if x1 > left else left)  # noqa: FURB136
                if width < narrow:
                    continue
                height = (y2 if y2 < bottom else bottom) - (y1 if y1 > top else top)  # noqa: FURB136
                if height < low:
                    continue
                shared = width * height if width > 0 and height > 0 else 0
                union = other + area - shared
                overlap = shared / union
                if overlap > iou or (overlap == iou and not strict):
                    if number < first:
                        first, found = number, (int(index), shared, union)
                    break
        return found

    def _cells_near(
        self, x1: float, y1: float, x2: float, y2: float
    ) -> Iterator[list[tuple[float, ...]]]:
        """The cells in which the boxes stand that can matter for a box; others stand there too."""
        width, height = x2 - x1, y2 - y1
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        wide = frexp(width)[1]
        side = ldexp(self._side, wide)
        reach = self._reach * width + _ROUNDING * abs(x)
        columns = [
            (column & _PLACES) << 20 | (wide & _LEVELS) << 46
            for column in range(floor((x - reach) / side), floor((x + reach) / side) + 1)
        ]
        get = self._cells.get
        for level in range(frexp(height / self._factor)[1], frexp(height * self._factor)[1] + 1):
            if level not in self._heights:
                continue
            side = ldexp(self._side, level)
            reach = self._reach * min(height, ldexp(1.0, level)) + _ROUNDING * abs(y)
            for row in range(floor((y - reach) / side), floor((y + reach) / side) + 1):
                key = row & _PLACES | (level & _LEVELS) << 40
                for column in columns:
                    cell = get(key | column)
                    if cell is not None:
                        yield cell
