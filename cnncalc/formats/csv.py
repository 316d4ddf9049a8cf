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
        text = column.text(value)
        return foreign.cell(text if isinstance(value, str) else _ascii_minus(text))
    if value is None or isinstance(value, int):
        return value
    return foreign.cell(value if isinstance(value, str) else _ascii_minus(column.show(value)))


def _ascii_minus(text: str) -> str:
    """A text of ours with the minus that spreadsheets and programs read."""
    return text.replace("−", "-")


def explain(sections: Sequence[Section], **_: Any) -> str:
    """A line for each step: where it stands, its formula, the numbers in it, its value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["section", "name", "formula", "substituted", "value", "unit", "note"])
    for section in sections:
        for step in (*section.givens, *section.steps):
            texts = [_escape(text) for text in (step.name, step.formula, step.substituted)]
            rest = [_value(step.value), _escape(step.unit), _escape(step.note)]
            writer.writerow([foreign.cell(section.title), *texts, *rest])
    return out.getvalue()


def _value(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return value
    return foreign.cell(value) if isinstance(value, str) else _escape(show_value(value, most=None))


def _escape(text: str) -> str:
    return foreign.cell(_ascii_minus(text))
