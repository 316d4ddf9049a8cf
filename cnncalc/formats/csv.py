"""Comma-separated values: a header line and raw numbers, for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.working.values import show_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.tables.table import Column, Table
    from cnncalc.working.steps import Section

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
        return foreign.cell(column.text(value))
    if value is None or isinstance(value, int):
        return value
    return foreign.cell(value if isinstance(value, str) else column.show(value))


def explain(sections: Sequence[Section], **_: Any) -> str:
    """A line for each step: where it stands, its formula, the numbers in it, its value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["section", "name", "formula", "substituted", "value", "unit", "note"])
    for section in sections:
        for step in (*section.givens, *section.steps):
            texts = [section.title, step.name, step.formula, step.substituted]
            writer.writerow([*map(foreign.cell, texts), _value(step.value),
                             foreign.cell(step.unit), foreign.cell(step.note)])  # fmt: skip
    return out.getvalue()


def _value(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return value
    return foreign.cell(value if isinstance(value, str) else show_value(value, most=None))
