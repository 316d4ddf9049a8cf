"""A table in HTML, for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.table import Column, Table

FOLDS = True


def render(table: Table, **_: Any) -> str:
    """A plain table without styles of its own, the caption on top."""
    columns = table.visible
    head = "".join(f"<th{_align(column)}>{escape(column.title)}</th>" for column in columns)
    body = "\n".join(
        "<tr>" + "".join(map(_cell, columns, cells)) + "</tr>" for cells in table.cells
    )
    caption = "<br>".join(map(escape, table.notes))
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n"
    )


def _cell(column: Column, text: str) -> str:
    return f"<td{_align(column)}>{escape(text)}</td>"


def _align(column: Column) -> str:
    return f' style="text-align:{"right" if column.right else "left"}"'
