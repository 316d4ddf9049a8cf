"""Widths and heights of boxes: lists of them, and the files in which datasets are labelled."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.boxes import check_corners
from cnncalc.calculator.files import ENDINGS
from cnncalc.calculator.kinds import Finite, Long, check_finite
from cnncalc.layers.base.key_types import COUNT, Bad, Kind, a_list, either, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.working.steps import Plain

    Size = tuple[float, float]

MOST = 1_000_000
"""No more boxes are read."""

_FARTHEST = 1e100


class Labelled(tuple["Size", ...]):  # noqa: SLOT001 - of slots a tuple has only empty ones
    """The sizes in a file of labels that may have boxes without area."""

    left_out = 0
    """How many such boxes there were besides."""


def tell_left_out(w: Plain, boxes: Sequence[Size]) -> None:
    """Remark how many boxes of a file are left out, if any are."""
    count = boxes.left_out if isinstance(boxes, Labelled) else 0
    if count:
        w.remark(f"{count:,} box{'es' * (count > 1)} without area left out")


class Sizes(Long):
    """Widths and heights: `[[w, h], …]`, also flat, or boxes `[[x1, y1, x2, y2], …]`.

    Or the name of a file or folder of labels, see `labels`. They become a tuple of pairs.
    """

    noun = "a list of [w, h], or a file or folder of labelled boxes"

    def parse(self, value: Any) -> tuple[Size, ...]:
        """Raises Bad, with file and line, for what is no size."""
        if isinstance(value, (str, os.PathLike)):
            path = os.fspath(value)
            if not os.path.isdir(path) and not path.lower().endswith(ENDINGS):
                raise Bad(f"must be {self.noun}, got {show(path)}")
            from cnncalc.calculator.labels import read

            found: Sequence[Size] = read(path)
        else:
            found = rows(value)
        left_out = found.left_out if isinstance(found, Labelled) else 0
        if not found:
            raise Bad(f"holds no boxes{' with an area' * bool(left_out)}")
        return found if isinstance(found, Labelled) else tuple(found)

    def check_shape(self, shape: Sequence[int]) -> None:
        """Raises Bad for more boxes than `MOST`; numbers in a row are two for each."""
        if shape:
            _check_count(shape[0] if len(shape) > 1 else shape[0] // 2)

    def schema(self) -> dict[str, Any]:
        """A list, or the name of a file or folder."""
        return {"type": ["array", "string"]}


def _check_count(count: int) -> None:
    if count > MOST:
        raise Bad(f"holds {count:,} boxes, more than {MOST:,}")


def rows(data: Any) -> list[Size]:
    """The sizes of plain data; raises Bad with the place of a fault."""
    if not isinstance(data, (list, tuple)):
        raise Bad(f"must be a list of [w, h], got {show(data)}")
    _check_count(len(data))
    if data and not any(isinstance(row, (list, tuple, dict)) for row in data):
        if len(data) % 2:
            raise Bad(f"must be pairs of width and height, got {len(data)} numbers")
        return [size(data[i : i + 2], i) for i in range(0, len(data), 2)]
    return [_row(row, i) for i, row in enumerate(data)]


def _row(row: Any, i: int) -> Size:
    """A row `[w, h]` or `[x1, y1, x2, y2]`, or a mapping with a `box`, as `nms` takes it."""
    if isinstance(row, dict):
        if "box" not in row:
            raise Bad("has no `box`", at=(i,))
        return of_corners(row["box"], i, "box")
    if isinstance(row, (list, tuple)) and len(row) == 4:
        return of_corners(row, i)
    return size(row, i)


def size(row: Any, *place: int | str) -> Size:
    """A width and a height above 0; raises Bad."""
    width, height = _numbers(row, 2, "[w, h] or [x1, y1, x2, y2]", place)
    for name, value in (("width", width), ("height", height)):
        if not 0 < value <= _FARTHEST:
            raise Bad(f"has a {name} of {show(value)}", "sides are above 0", at=place)
    if not width * height > 0:
        raise Bad("has an area that is too small for a float", at=place)
    return width, height


def of_corners(row: Any, *place: int | str) -> Size:
    """The size of a box x1, y1, x2, y2; raises Bad."""
    found = _numbers(row, 4, "[x1, y1, x2, y2]", place)
    try:
        check_corners(found)
    except Bad as bad:
        raise bad.inside(*place) from None
    return size((found[2] - found[0], found[3] - found[1]), *place)


def _numbers(row: Any, count: int, noun: str, place: Sequence[int | str]) -> Sequence[float]:
    if not isinstance(row, (list, tuple)) or len(row) != count:
        raise Bad(f"must be {noun}, got {show(row)}", at=tuple(place))
    for n, value in enumerate(row):
        try:
            check_finite(value)
        except Bad as bad:
            raise bad.inside(*place, n) from None
    return row


class Sides(Kind):
    """Two numbers above 0, across and down; one stands for both."""

    def __init__(self, each: Kind, noun: str) -> None:
        """`each` is the kind of one side."""
        self.each = each
        self.noun = noun

    def parse(self, value: Any) -> tuple[Any, Any]:
        """A pair; raises Bad."""
        if not isinstance(value, (list, tuple)):
            value = (value, value)
        if len(value) != 2:
            raise Bad(f"must be {self.noun}, got {show(value)}")
        for side in value:
            if not self.each.parse(side) > 0:
                raise Bad(f"must be above 0, got {show(side)}")
        return self.each.parse(value[0]), self.each.parse(value[1])

    def schema(self) -> dict[str, Any]:
        """One side, or a list of two."""
        each = self.each.schema()
        return either(each, a_list(each, 2, 2))


SIZES = Sizes()
IMAGE = Sides(Finite(0, 1e9), "width and height of the image")
GRID = Sides(COUNT, "columns and rows of the grid")
