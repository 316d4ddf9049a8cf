"""Comma-separated values: a header line and raw numbers, for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.table import Column, Table

FOLDS = True


def render(table: Table, **_: Any) -> str:
    """One line per row; numbers in full, everything else as tables show it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [c for c in table.columns if c.shown and (c.data or c.flat or table.chosen)]
    writer.writerow([column.key for column in columns])
    for row in table.visible_rows:
        writer.writerow([_cell(column, row.values.get(column.key)) for column in columns])
    return out.getvalue()


def _cell(column: Column, value: Any) -> Any:
    if not (column.data or column.flat):
        return column.text(value)
    return value if value is None or isinstance(value, (int, str)) else column.show(value)
