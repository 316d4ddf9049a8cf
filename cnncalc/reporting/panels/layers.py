"""The table of layers: a row for every node and for every block, folded as the tables of commands are."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import registry
from cnncalc.foreign import visible
from cnncalc.tables.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Frame
    from cnncalc.reporting.base.subject import Subject
    from cnncalc.tables.table import Column, Row

PLACE = 0
"""Where it stands on the page."""

_OF_MEMORY = ("weight_bytes", "activation_bytes", "live_bytes")
_HIDDEN = ("jump", "buffers", "flops", "weight_bytes", "activation_bytes", "live_bytes")
_LATE = ("window", "field")
"""What of a layer follows the numbers that people look for first."""
_ABOUT = {
    "weight_bytes": "weight bytes",
    "activation_bytes": "writes",
    "live_bytes": "live",
}


class Line(NamedTuple):
    """A row of the page: the nodes from `first` to `last`, at a level; its frame if it is one."""

    first: int
    last: int
    level: int
    frame: Frame | None
    row: Row


def data(subject: Subject) -> dict[str, Any]:
    """Columns and rows, each row in front of those inside of it.

    A cell is its text; `numbers` has by column what cells are sorted by.
    """
    columns, rows = _columns_and_rows(subject)
    found = lines(rows, columns)
    texts = [[column.text(line.row.values.get(column.key)) for column in columns] for line in found]
    filled = [any(cells[at] for cells in texts) for at in range(len(columns))]
    kept = [at for at in range(len(columns)) if filled[at] or columns[at].key == "layer"]
    return {
        "columns": [
            {
                "key": columns[at].key,
                "title": columns[at].title,
                "right": columns[at].right,
                "shown": columns[at].key not in _HIDDEN,
            }
            for at in kept
        ],
        "cells": [[visible(cells[at]) for at in kept] for cells in texts],
        "numbers": {
            columns[at].key: [_number(line.row.values.get(columns[at].key)) for line in found]
            for at in kept
            if columns[at].right
        },
        "first": [line.first for line in found],
        "last": [line.last for line in found],
        "level": [line.level for line in found],
        "block": [line.frame is not None and not line.frame.is_layer for line in found],
    }


def _columns_and_rows(subject: Subject) -> tuple[list[Column], list[Row]]:
    """What `summary` and `memory` say of each node, side by side."""
    summary = registry.load("analyzers", "summary").analyze(subject.network)
    memory = registry.load("analyzers", "memory").analyze(subject.network)
    beside = [column for column in memory.columns if column.key in _OF_MEMORY]
    columns = [column for column in summary.columns if column.shown]
    columns += [column._replace(title=_ABOUT[column.key]) for column in beside]
    columns.sort(key=lambda column: column.key in _LATE)
    rows = [
        row._replace(values={**other.values, **row.values})
        for row, other in zip(summary.rows, memory.rows, strict=True)
    ]
    return columns, rows


def lines(rows: Sequence[Row], columns: Sequence[Column]) -> list[Line]:
    """The rows of nodes and of the frames around them: a frame is one row, and all that is in it follows."""
    found: list[Line] = []
    open_: list[tuple[Frame, int, int]] = []

    def close(depth: int, last: int) -> None:
        while len(open_) > depth:
            frame, place, first = open_.pop()
            inside = rows[first : last + 1]
            [folded] = fold(inside, columns, "", len(frame.path()), expand=False)
            found[place] = Line(first, last, len(open_), frame, folded)

    for index, row in enumerate(rows):
        path = row.frame.path() if row.frame is not None else []
        same = 0
        while same < min(len(path), len(open_)) and open_[same][0] is path[same]:
            same += 1
        close(same, index - 1)
        for frame in path[same:]:
            open_.append((frame, len(found), index))
            found.append(Line(index, index, len(open_) - 1, frame, row))
        found.append(Line(index, index, len(open_), None, row))
    close(0, len(rows) - 1)
    return found


def _number(value: Any) -> Any:
    """What a cell is sorted by: a number, the elements of a shape, the largest field; None sorts last."""
    if isinstance(value, dict):
        parts = [part if isinstance(part, (list, tuple)) else [part] for part in value.values()]
        return prod(number for part in parts for number in part)
    if isinstance(value, list):
        sizes = [side["size_max"] for side in value]
        return max((size for size in sizes if size is not None), default=None)
    return value
