"""The table of layers: a row for every node and for every block, folded as the tables of commands are."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.foreign import visible
from cnncalc.reporting.base.rows import rows_of
from cnncalc.tables.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.reporting.base.rows import Row
    from cnncalc.reporting.base.subject import Subject
    from cnncalc.tables.table import Column
    from cnncalc.tables.table import Row as Line

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


def data(subject: Subject) -> dict[str, Any]:
    """Columns and rows, each row in front of those inside of it.

    A cell is its text; `numbers` has by column what cells are sorted by.
    """
    columns, rows = _columns_and_rows(subject)
    found = rows_of(subject.network.nodes)
    values = [_values(row, rows, columns) for row in found]
    texts = [[column.text(one.get(column.key)) for column in columns] for one in values]
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
            columns[at].key: [_number(one.get(columns[at].key)) for one in values]
            for at in kept
            if columns[at].right
        },
        "first": [row.first for row in found],
        "last": [row.last for row in found],
        "level": [row.level for row in found],
        "block": [row.is_block for row in found],
    }


def _columns_and_rows(subject: Subject) -> tuple[list[Column], list[Line]]:
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


def _values(row: Row, rows: Sequence[Line], columns: Sequence[Column]) -> dict[str, Any]:
    """The values of a row: those of its node, or of all nodes of its frame as tables fold them."""
    if row.frame is None:
        return rows[row.first].values
    inside = rows[row.first : row.last + 1]
    [folded] = fold(inside, columns, "", len(row.frame.path()), expand=False)
    return folded.values


def _number(value: Any) -> Any:
    """What a cell is sorted by: a number, the elements of a shape, the largest field; None sorts last."""
    if isinstance(value, dict):
        parts = [part if isinstance(part, (list, tuple)) else [part] for part in value.values()]
        return prod(number for part in parts for number in part)
    if isinstance(value, list):
        sizes = [side["size_max"] for side in value]
        return max((size for size in sizes if size is not None), default=None)
    return value
