"""A table in Markdown, for documents and pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.table import Table

FOLDS = True


def render(table: Table, **_: Any) -> str:
    """A pipe table and the caption below it."""
    lines = [
        _line([column.title for column in table.visible]),
        _line(["---:" if column.right else "---" for column in table.visible]),
    ]
    lines += [_line([_escaped(cell) for cell in cells]) for cells in table.cells]
    notes = "\n\n".join(_escaped(line) for line in table.notes)
    return "\n".join(lines) + (f"\n\n{notes}\n" if notes else "\n")


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    for mark in "\\|*_`<>[]":
        text = text.replace(mark, f"\\{mark}")
    return text
