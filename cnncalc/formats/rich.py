"""A table drawn for a terminal by Rich; what comes from a spec is never read as markup."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.table import Table

FOLDS = True


def render(table: Table, *, width: int | None = None, color: bool = True, **_: Any) -> str:
    """The table in at most `width` cells; long names wrap, numbers are never cropped."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    from cnncalc.formats.text import cell, failure_lines

    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False,
                      header_style="bold")  # fmt: skip
    for number, column in enumerate(table.visible):
        drawn.add_column(
            Text(column.title),
            justify="right" if column.right else "left",
            no_wrap=column.right,
            overflow="fold",
            style="cyan" if number == 0 else "",
        )
    for row in table.visible_rows:
        drawn.add_row(*(Text(cell(column, row.values.get(column.key))) for column in table.visible))
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
    for line in failure_lines(table):
        console.print(Text(line, style="bold red"))
    head, *notes = table.caption.split("\n")
    console.print(Text(head, style="bold"))
    for note in notes:
        console.print(Text(note, style="dim"))
    return out.getvalue()
