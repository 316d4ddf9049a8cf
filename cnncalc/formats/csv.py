"""Comma-separated values: a header line and raw numbers, for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.tables.plain import flatten, number
from cnncalc.working.values import show_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Failure
    from cnncalc.tables.table import Column, Table
    from cnncalc.working.steps import Section

FOLDS = True


def render(table: Table, **_: Any) -> str:
    """One line per row: what tables show, numbers in full, then all else that JSON has as plain columns.

    Of chosen columns there are no others. Where a network is incomplete, a last row is the layer that
    failed: its code stands in a column of its own.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [c for c in table.columns if c.shown and (c.data or c.flat or table.chosen)]
    names = {column.key for column in columns}
    rows = table.visible_rows
    plain = [{} if table.chosen else _plain(table.columns, row.values, names) for row in rows]
    more = list(dict.fromkeys(name for record in plain for name in record))
    failed = [] if table.failure is None else [""]
    head = [*(column.key for column in columns), *map(foreign.cell, more)]
    writer.writerow([*head, *("failed" for _ in failed)])
    for row, record in zip(rows, plain, strict=True):
        cells = [_cell(column, row.values.get(column.key)) for column in columns]
        writer.writerow([*cells, *(_plain_cell(record.get(name)) for name in more), *failed])
    if table.failure is not None:
        writer.writerow([*_last_row(head, table.failure)])
    return out.getvalue()


def _last_row(head: Sequence[str], failure: Failure) -> list[str]:
    """The row of the layer that failed; in a table of other things than layers all stands at the end."""
    if "layer" not in head:
        told = f"{failure.name} ({failure.op}): {failure.code}"
        return ["" for _ in head] + [foreign.cell(told)]
    values = {"layer": failure.name, "op": failure.op}
    return [foreign.cell(values.get(name, "")) for name in head] + [failure.code]


def _plain(columns: Sequence[Column], values: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """What JSON has of a row besides the columns of these names, each number by itself."""
    found: dict[str, Any] = {}
    for column in columns:
        value = values.get(column.key)
        if column.plain is not None:
            found |= column.plain(value) if value is not None else {}
        elif column.data or column.flat:
            found |= flatten(column.key, value)
    if values.get("shared_with"):
        found["shared_with"] = values["shared_with"]
    return {name: value for name, value in found.items() if name not in names}


def _plain_cell(value: Any) -> Any:
    return foreign.cell(value) if isinstance(value, str) else value


def _cell(column: Column, value: Any) -> Any:
    if not (column.data or column.flat):
        text = column.text(value)
        return foreign.cell(text if isinstance(value, str) else _ascii_minus(text))
    value = number(value)
    if value is None or isinstance(value, (int, float)):
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
