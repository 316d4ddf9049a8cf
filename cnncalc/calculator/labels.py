"""The files in which boxes are labelled: CSV, COCO's JSON, YOLO's text, Pascal VOC's XML.

Only the sizes of the boxes are read. Nothing that a file names is opened.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.files import (
    Loaded,
    bad_line,
    check_file,
    json_data,
    load,
    read_text,
    to_number,
)
from cnncalc.calculator.files import rows as csv_rows
from cnncalc.calculator.sizes import MOST, Labelled, of_corners, rows, size
from cnncalc.layers.base.key_types import Bad, show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.calculator.sizes import Size

_COLUMNS = (("w", "h"), ("x1", "y1", "x2", "y2"))
_SKIPPED = ("classes.txt", "labels.txt")
"""Files beside YOLO's labels that hold the names of classes."""


def read(path: str) -> Sequence[Size]:
    """The sizes in a file, or in all the .txt or .xml files of a folder; raises Bad."""
    if os.path.isdir(path):
        return _folder(path)
    readers: dict[str, Callable[[str], Sequence[Size]]] = {
        ".csv": lambda path: check_file(path, _table, _csv),
        ".json": lambda path: check_file(path, _json, _load_counted_json),
        ".txt": lambda path: check_file(path, _yolo, _lines),
        ".xml": _voc,
    }
    reader = readers.get(os.path.splitext(path)[1].lower())
    return reader(path) if reader else check_file(path, rows, load)


def _folder(path: str) -> list[Size]:
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        raise Bad(f"cannot read {path}: {error.strerror}", sentence=True) from None
    wanted = [name for name in names if name.lower().endswith((".txt", ".xml"))
              and name not in _SKIPPED]  # fmt: skip
    if not wanted:
        raise Bad(f"{path} holds no .txt or .xml files of labels", sentence=True)
    found: list[Size] = []
    for name in wanted:
        file = os.path.join(path, name)
        # In YOLO's folders an image without objects has an empty file.
        found += [] if _is_blank(file) else read(file)
        _check_count(path, len(found))
    if not found:
        raise Bad(f"{path} holds no boxes", sentence=True)
    return found


def _is_blank(path: str) -> bool:
    return path.lower().endswith(".txt") and os.path.isfile(path) and not os.path.getsize(path)


def _check_count(path: str, count: int) -> None:
    if count > MOST:
        raise Bad(
            f"{path} holds {count:,} boxes or more, more than {MOST:,}",
            "a sample of them gives the same anchors", sentence=True,
        )  # fmt: skip


# CSV ----------------------------------------------------------------------------------------------


def _csv(path: str) -> Loaded:
    """The columns w, h or x1, y1, x2, y2, by a header or by their number."""
    text = read_text(path)
    _check_count(path, text.count("\n"))
    found, lines = csv_rows(path, text)
    first = [cell.strip().lower() for cell in found[0]]
    headed = isinstance(to_number(first[0]), str)
    if headed:
        columns = next((c for c in _COLUMNS if set(c) <= set(first)), None)
        if columns is None:
            raise Bad(f"{path}:{lines[0]}: no columns w, h or x1, y1, x2, y2", sentence=True)
        places = [first.index(column) for column in columns]
    else:
        places = [*range(len(first))]
    cells = []
    for row, line in zip(found[headed:], lines[headed:], strict=True):
        if len(row) != len(first):
            raise Bad(f"{path}:{line}: {len(row)} columns where the first line has {len(first)}",
                      sentence=True)  # fmt: skip
        cells.append([to_number(row[place]) for place in places])
    return Loaded(cells, lambda at: lines[int(at[0]) + headed] if at else lines[0])


def _table(cells: Sequence[Any]) -> list[Size]:
    return [(of_corners if len(row) == 4 else size)(row, i) for i, row in enumerate(cells)]


# COCO ---------------------------------------------------------------------------------------------


def _load_counted_json(path: str) -> Loaded:
    text = read_text(path)
    # A box of COCO is the list of a `bbox`, beside lists of other things.
    is_coco = text.lstrip()[:1] == "{"
    _check_count(path, text.count('"bbox"') if is_coco else text.count("[") - 1)
    return json_data(path, text)


def _json(data: Any) -> Sequence[Size]:
    """The `bbox` [x, y, w, h] of COCO's `annotations` that are no crowds; or a plain list.

    A few boxes of COCO are 0 wide or high: they are left out and counted.
    """
    if not isinstance(data, dict):
        return rows(data)
    annotations = data.get("annotations")
    if not isinstance(annotations, list):
        raise Bad("is no COCO file: it has no list of `annotations`")
    found, left_out = [], 0
    for i, annotation in enumerate(annotations):
        place = ("annotations", i)
        if not isinstance(annotation, dict) or "bbox" not in annotation:
            raise Bad("has no `bbox`", at=place)
        if annotation.get("iscrowd") == 1:
            continue
        box = annotation["bbox"]
        if not isinstance(box, list) or len(box) != 4:
            raise Bad(f"must be [x, y, w, h], got {show(box)}", at=(*place, "bbox"))
        # A side of 0 is taken as 1 for the check: the other one may still be wrong.
        sides = [1 if side == 0 and side is not False else side for side in box[2:]]
        checked = size(sides, *place, "bbox")
        if sides == box[2:]:
            found.append(checked)
        else:
            left_out += 1
    labelled = Labelled(found)
    labelled.left_out = left_out
    return labelled


# YOLO ---------------------------------------------------------------------------------------------


def _lines(path: str) -> Loaded:
    """The words of every line that is not blank."""
    text = read_text(path)
    _check_count(path, text.count("\n"))
    found = [(n, line.split()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    return Loaded([words for _, words in found], lambda at: found[int(at[0])][0] if at else 0)


def _yolo(lines: Sequence[Sequence[str]]) -> list[Size]:
    """`class cx cy w h`, shares of the image's sides."""
    found = []
    for i, words in enumerate(lines):
        if len(words) != 5:
            raise Bad(f"must be class, cx, cy, w, h; it has {len(words)} words", at=(i,))
        width, height = size([to_number(word) for word in words[3:]], i)
        if max(width, height) > 1:
            raise Bad(f"has a side of {show(max(width, height))}",
                      "YOLO's sides are shares of the image, at most 1", at=(i,))  # fmt: skip
        found.append((width, height))
    return found


# Pascal VOC ---------------------------------------------------------------------------------------


def _voc(path: str) -> list[Size]:
    """xmin, ymin, xmax, ymax of each `object`'s `bndbox`; its `part`s are no boxes of their own."""
    from xml.parsers import expat

    text = read_text(path)
    reader = _Voc()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        problem = expat.errors.messages[error.code]
        raise Bad(f"{path}:{error.lineno}: not XML: {problem}", sentence=True) from None
    except Bad as bad:
        raise bad_line(path, parser.CurrentLineNumber, bad) from None
    return reader.found


def _no_doctype(*_: object) -> None:
    """Labels have no declarations, which could name other files or swell to any length."""
    raise Bad(
        "a document type is declared, which labels have not", "remove <!DOCTYPE …>", sentence=True
    )


class _Voc:
    """What the parser hands over, piece by piece."""

    SIDES = ("xmin", "ymin", "xmax", "ymax")

    def __init__(self) -> None:
        self.found: list[Size] = []
        self._path: list[str] = []
        self._corners: dict[str, str] = {}

    def start(self, name: str, _: object) -> None:
        """An element begins."""
        self._path.append(name)
        if self._is_box():
            self._corners = {}

    def text(self, data: str) -> None:
        """Text, perhaps a part of it."""
        if self._path[-1] in self.SIDES and self._path[-3:-1] == ["object", "bndbox"]:
            self._corners[self._path[-1]] = self._corners.get(self._path[-1], "") + data

    def end(self, name: str) -> None:
        """An element ends; raises Bad for a box that is none."""
        if self._is_box():
            missing = next((side for side in self.SIDES if side not in self._corners), None)
            if missing:
                raise Bad(f"a bndbox has no {missing}", sentence=True)
            try:
                box = of_corners([to_number(self._corners[side]) for side in self.SIDES])
            except Bad as bad:
                side = f" {self.SIDES[int(bad.at[0])]}" if bad.at else ""
                raise Bad(f"a bndbox{side} {bad.message}", bad.help, sentence=True) from None
            self.found.append(box)
        self._path.pop()

    def _is_box(self) -> bool:
        return self._path[-2:] == ["object", "bndbox"]
