"""A table drawn for a terminal by Rich; what comes from a spec is never read as markup."""

from __future__ import annotations

import io
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.table import Column, Table

FOLDS = True


def render(table: Table, *, width: int | None = None, color: bool = True, **_: Any) -> str:
    """The table in at most `width` cells; long names wrap, numbers are never cropped."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    width = width or get_terminal_size().columns
    columns, left_out = _fitted(table, width)
    drawn = RichTable(
        box=box.SIMPLE_HEAD, pad_edge=False, padding=0, show_edge=False, header_style="bold"
    )
    for number, column in enumerate(shown for shown, _ in columns):
        drawn.add_column(
            Text(column.title),
            justify="right" if column.right else "left",
            no_wrap=column.right,
            overflow="fold",
            style="cyan" if number == 0 else "",
        )
    for row in zip(*(cells for _, cells in columns), strict=True):
        drawn.add_row(*map(Text, row))
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        height=100,
        force_terminal=True,
        color_system="standard" if color else None,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(drawn)
    if left_out:
        hidden = ", ".join(left_out)
        console.print(Text(f"too narrow for: {hidden} (--width and --columns help)", style="dim"))
    for note in table.notes:
        console.print(Text(note, style="bold red" if note[:1] == "✗" else "dim"))
    return out.getvalue()


def _fitted(table: Table, width: int) -> tuple[list[tuple[Column, list[str]]], list[str]]:
    """The columns with their cells, but for the least important if they do not fit; their titles."""
    columns, left_out = list(table.texts), []
    widths = {column.key: max(len(column.title), *map(len, cells), 0) for column, cells in columns}
    while sum(widths[column.key] + _GAP for column, _ in columns) - _GAP > width:
        least = max(columns, key=lambda column: column[0].minor)
        if least[0].minor == 0 or table.chosen:
            break
        columns.remove(least)
        left_out.append(least[0].title)
    # A mark has no title, and what it marks is told below the table as well.
    return columns, [title for title in left_out if title]


_GAP = 2
