"""Boxes: two of them as four numbers each, or thousands with scores and classes from a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.files import (
    Loaded,
    check_file,
    is_file,
    json_data,
    load,
    read_text,
    rows,
    to_number,
)
from cnncalc.calculator.kinds import VECTOR, Long, check_finite
from cnncalc.layers.base.key_types import LIMIT, Bad, Kind, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Corners = Sequence[float]
    Detection = Mapping[str, Any]

CORNERS = ("x1", "y1", "x2", "y2")
COLUMNS = (*CORNERS, "score", "class")
"""The columns of a CSV file of boxes, in their order where there is no header."""

MOST = 1_000_000
"""No file may hold more boxes."""

FARTHEST = 1e100
"""No coordinate of a box with a score may be larger: products of areas stay finite."""

_NUMBERS = frozenset((int, float))
_NAMES = frozenset((int, str))


class FourNumbers(Kind):
    """One box: four finite numbers, what they mean is the formula's business."""

    noun = "four numbers"

    def parse(self, value: Any) -> tuple[float, ...]:
        """Lists and files as of any vector; raises Bad unless they are four."""
        found: tuple[float, ...] = VECTOR.parse(value)
        if len(found) != 4:
            raise Bad(f"must be {self.noun}, got {len(found)}")
        return found

    def schema(self) -> dict[str, Any]:
        """A list, or the name of a file."""
        return VECTOR.schema()


def check_corners(corners: Corners) -> None:
    """Raise Bad unless x1 < x2 and y1 < y2."""
    x1, y1, x2, y2 = corners
    for axis, low, high, side in (("x", x1, x2, "left of"), ("y", y1, y2, "above")):
        if high < low:
            raise Bad(
                f"is inverted: {axis}2 {show(high)} is {side} {axis}1 {show(low)}",
                "corners are x1,y1,x2,y2: left, top, right, bottom",
            )
        if high == low:
            raise Bad(f"has no area: {axis}1 and {axis}2 are both {show(low)}")


class Detections(Long):
    """Boxes with scores, and classes if every box has one.

    They are given as a list of `{"box": [x1, y1, x2, y2], "score": 0.9, "class": "cat"}` or of
    rows `[x1, y1, x2, y2, score, class]`, as five numbers for each box, or as a .json, .csv or
    .npy file of that. They become a tuple of mappings.
    """

    noun = 'a list of {"box": [x1, y1, x2, y2], "score": …, "class": …}, or a .json or .csv file'

    def parse(self, value: Any) -> tuple[Detection, ...]:
        """Raises Bad with the place, in a file its line, of the first fault."""
        if is_file(value):
            return check_file(str(value), self._parse_data, _load)
        return self._parse_data(value)

    def _parse_data(self, data: Any) -> tuple[Detection, ...]:
        if not isinstance(data, (list, tuple)):
            raise Bad(f"must be {self.noun}, got {show(data)}")
        if data and not any(isinstance(row, (list, tuple, dict)) for row in data):
            data = _in_rows(data)
        _check_count(len(data))
        found = tuple(_check_rows(data))
        named = sum("class" in row for row in found)
        if 0 < named < len(found):
            other = next(i for i, row in enumerate(found) if "class" not in row)
            raise Bad("has no `class`, and other boxes have one", at=(other,))
        return found

    def check_shape(self, shape: Sequence[int]) -> None:
        """Raises Bad for more boxes than `MOST`; numbers in a row are five for each."""
        if shape:
            _check_count(shape[0] if len(shape) > 1 else shape[0] // 5)

    def schema(self) -> dict[str, Any]:
        """A list, or the name of a file."""
        return {"type": ["array", "string"]}


def _in_rows(numbers: Sequence[Any]) -> list[Sequence[Any]]:
    """Five numbers of a flat list for each box; raises Bad."""
    if len(numbers) % 5:
        raise Bad("must be five numbers for each box, x1, y1, x2, y2 and score: "
                  f"got {len(numbers)} values")  # fmt: skip
    return [numbers[i : i + 5] for i in range(0, len(numbers), 5)]


def _check_count(count: int) -> None:
    if count > MOST:
        raise Bad(
            f"holds {count:,} boxes, more than {MOST:,}", "split the file: images are independent"
        )


def _check_rows(data: Sequence[Any]) -> list[Detection]:
    """Every row as a mapping; raises Bad for the first that is none.

    Nearly all rows are fine, and there are many: one comparison settles them. Only the others
    are looked at closely, to be refused by name or taken as what they mean.
    """
    found: list[Detection] = []
    for i, row in enumerate(data):
        try:
            x1, y1, x2, y2 = row["box"]
            score = row["score"]
            fine = (
                -LIMIT < x1 < x2 < LIMIT
                and -LIMIT < y1 < y2 < LIMIT
                and -LIMIT < score < LIMIT
                and type(x1) in _NUMBERS
                and type(y1) in _NUMBERS
                and type(x2) in _NUMBERS
                and type(y2) in _NUMBERS
                and type(score) in _NUMBERS
                and (x2 - x1) * (y2 - y1) > 0
                and (type(row["class"]) in _NAMES if len(row) == 3 else len(row) == 2)
                and type(row) is dict
            )
        except (TypeError, ValueError, KeyError, IndexError):
            fine = False
        found.append(row if fine else _check_unusual(row, i))
    return found


def _check_unusual(row: Any, i: int) -> Detection:
    """A row that is unusual or wrong, as a mapping; raises Bad."""
    if isinstance(row, (list, tuple)):
        row = _from_row(row, i)
    if not isinstance(row, dict):
        raise Bad(f'must be {{"box": [x1, y1, x2, y2], "score": …}}, got {show(row)}', at=(i,))
    for name in row:
        if name not in ("box", "score", "class"):
            from cnncalc.registry import suggestion

            helps = suggestion(str(name), ("box", "score", "class")) or (
                "a box has `box`, `score` and, if it has one, `class`")  # fmt: skip
            raise Bad(f"has an unknown key {show(name)}", helps, at=(i,))
    for name in ("box", "score"):
        if name not in row:
            raise Bad(f"has no `{name}`", at=(i,))
    found = {"box": _corners(row["box"], i), "score": _number(row["score"], i, "score")}
    if "class" in row:
        if row["class"] is None:
            raise Bad("is null", "leave the key out, or name the class", at=(i, "class"))
        if type(row["class"]) not in _NAMES:
            raise Bad(f"must be text or a whole number, got {show(row['class'])}", at=(i, "class"))
        found["class"] = row["class"]
    return found


def _from_row(row: Sequence[Any], i: int) -> dict[str, Any]:
    """`[x1, y1, x2, y2, score, class]` as a mapping."""
    if not 5 <= len(row) <= 6:
        raise Bad(f"must be x1, y1, x2, y2, score and perhaps a class: {len(row)} values", at=(i,))
    found = {"box": list(row[:4]), "score": row[4]}
    return found if len(row) == 5 else {**found, "class": row[5]}


def _corners(box: Any, i: int) -> list[float]:
    if not isinstance(box, (list, tuple)) or len(box) != 4:
        raise Bad(f"must be [x1, y1, x2, y2], got {show(box)}", at=(i, "box"))
    found = [_number(value, i, "box", n) for n, value in enumerate(box)]
    for n, value in enumerate(found):
        if abs(value) > FARTHEST:
            raise Bad(f"must be at most {FARTHEST:g}, got {show(value)}", at=(i, "box", n))
    try:
        check_corners(found)
        if not (found[2] - found[0]) * (found[3] - found[1]) > 0:
            raise Bad("has an area that is too small for a float")
    except Bad as bad:
        raise bad.inside(i, "box") from None
    return found


def _number(value: Any, *place: int | str) -> float:
    """A finite number; raises Bad."""
    try:
        check_finite(value)
    except Bad as bad:
        raise bad.inside(*place) from None
    return value  # type: ignore[no-any-return]


# Files ----------------------------------------------------------------------------------------------


def _load(path: str) -> Loaded:
    """The rows of a file; raises Bad, for too many of them before they are taken apart."""
    ending = os.path.splitext(path)[1].lower()
    if ending not in (".json", ".csv"):
        return load(path)
    text = read_text(path)
    # Every box begins with a bracket in JSON, and the list of them with one more.
    try:
        _check_count(text.count("[") - 1 if ending == ".json" else text.count("\n"))
    except Bad as bad:
        raise Bad(f"{path} {bad.message}", bad.help, sentence=True) from None
    return json_data(path, text) if ending == ".json" else _csv(path, text)


def _csv(path: str, text: str) -> Loaded:
    """A box a line, its columns named in the first line or in the order of `COLUMNS`."""
    found, lines = rows(path, text)
    first = [cell.strip().lower() for cell in found[0]]
    headed = not isinstance(to_number(first[0]), float | int)
    columns = first if headed else list(COLUMNS[: len(first)])
    _check_columns(f"{path}:{lines[0]}", columns, len(first))
    data = []
    for row, line in zip(found[headed:], lines[headed:], strict=True):
        if len(row) != len(columns):
            raise Bad(f"{path}:{line}: {len(row)} columns where the first line has {len(columns)}",
                      sentence=True)  # fmt: skip
        cells = dict(zip(columns, row, strict=True))
        box: dict[str, Any] = {
            "box": [to_number(cells[name]) for name in CORNERS],
            "score": to_number(cells["score"]),
        }
        if "class" in cells:
            box["class"] = cells["class"].strip()
        data.append(box)
    return Loaded(data, lambda at: lines[int(at[0]) + headed] if at else lines[0])


def _check_columns(place: str, columns: Sequence[str], count: int) -> None:
    known = f"the columns are {', '.join(COLUMNS)}; class may be left out"
    for name in columns:
        if name not in COLUMNS:
            raise Bad(f"{place}: unknown column {show(name)}", known, sentence=True)
        if columns.count(name) > 1:
            raise Bad(f"{place}: the column `{name}` stands twice", known, sentence=True)
    missing = [name for name in COLUMNS[:5] if name not in columns]
    if missing or count > len(COLUMNS):
        problem = f"no column `{missing[0]}`" if missing else f"{count} columns"
        raise Bad(f"{place}: {problem}", known, sentence=True)


FOUR = FourNumbers()
DETECTIONS = Detections()
