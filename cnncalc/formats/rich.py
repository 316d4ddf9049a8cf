"""A table drawn for a terminal by Rich; what comes from a spec is never read as markup."""

from __future__ import annotations

import io
import re
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.formats.base import workings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable

    from cnncalc.tables.table import Column, Table
    from cnncalc.working.steps import Section

FOLDS = True
STEPS = workings.STEPS
CONSOLE = True
"""For people alone: in the encoding of their console."""


def render(
    table: Table,
    *,
    width: int | None = None,
    color: bool = True,
    helps: str = "--width helps",
    **_: Any,
) -> str:
    """The table in at most `width` cells, if there is room for numbers in it.

    Long names wrap, and columns give way: the most minor, then those at the right. What is left out
    is said, and what `helps`. Numbers are never cropped, and wrap only in columns that were asked for.
    """
    from rich.console import Console
    from rich.text import Text

    width = width or get_terminal_size().columns
    columns, left_out = _fit(table, width)
    out = io.StringIO()
    console = Console(
        file=out,
        width=max(width, len(columns) * (1 + _GAP)),  # a digit of each
        height=100,
        force_terminal=True,
        color_system="standard" if color else None,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    _print_rows(console, out, columns, is_wide=_least(columns) > width, color=color)
    if left_out:
        hidden = ", ".join(map(foreign.visible, left_out))
        console.print(Text(f"too narrow for: {hidden} ({helps})", style="dim"))
    for note, style in _style_notes(table, [column for column, _ in columns]):
        console.print(Text(foreign.visible(note), style=style))
    return foreign.lines(out.getvalue())


def _print_rows(
    console: Console, out: io.StringIO, columns: _Columns, *, is_wide: bool, color: bool
) -> None:
    """Write the rows of a table to `out`, to which the console prints."""
    from rich import box

    rows = list(zip(*(cells for _, cells in columns), strict=True))
    if len(rows) < LONG:
        console.print(_draw(columns, rows, box.SIMPLE_HEAD, is_wide=is_wide))
        return
    # Rich takes a third of a millisecond for a row: it lays the columns out, and draws what wraps.
    console.print(_draw(columns, _longest(columns), box.MINIMAL, is_wide=is_wide))
    widths = _widths(out.getvalue())
    out.seek(0)
    out.truncate()
    console.print(_draw(columns, [], box.SIMPLE_HEAD, widths, is_wide=is_wide))
    right = [column.right for column, _ in columns]
    cyan = "\x1b[36m{}\x1b[0m" if color else "{}"
    for row in rows:
        line = _line(row, widths, right, cyan)
        if line is not None:
            out.write(line)
        else:
            drawn = _draw(columns, [row], box.SIMPLE_HEAD, widths, head=False, is_wide=is_wide)
            console.print(drawn)


def _draw(
    columns: _Columns,
    rows: Iterable[Sequence[str]],
    lines: box.Box,
    widths: Sequence[int] = (),
    *,
    head: bool = True,
    is_wide: bool,
) -> RichTable:
    """Rows as Rich draws them; what `is_wide` wraps in every column."""
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(box=lines, pad_edge=False, padding=0, show_edge=False,
                      header_style="bold", show_header=head)  # fmt: skip
    for number, (column, _cells) in enumerate(columns):
        drawn.add_column(
            Text(foreign.visible(column.title)),
            justify="right" if column.right else "left",
            no_wrap=column.right and not is_wide,
            overflow="fold",
            style="cyan" if number == 0 else "",
            width=widths[number] if widths else None,
        )
    for row in rows:
        drawn.add_row(*map(Text, row))
    return drawn


def explain(
    sections: Sequence[Section], *, width: int | None = None, color: bool = True, **_: Any
) -> str:
    """Each working under its title: what is given, a line for each step, the result."""
    return workings.tell(sections, width or get_terminal_size().columns, color=color)


def _style_notes(table: Table, shown: Sequence[Column]) -> Iterator[tuple[str, str]]:
    """The lines below a table, what was asked for brighter than what explains it."""
    answers = table.answers
    for note in table.notes_for(shown):
        if note[:1] == "✗" or note.startswith(_NO):
            yield note, "bold red"
        elif note.startswith(_YES):
            yield note, "bold green"
        else:
            yield note, "bold" if answers > 0 else "dim"
            answers -= 1


_NO, _YES = "fits: no", "fits: yes"
"""How the line begins that says whether a network fits into a device."""

_Columns = list[tuple["Column", list[str]]]


def _fit(table: Table, width: int) -> tuple[_Columns, list[str]]:
    """The columns with their cells, but for the least important if they do not fit; their titles."""
    columns = [(column, list(map(foreign.visible, cells))) for column, cells in table.texts]
    left_out = []
    while not table.chosen and sum(bool(column.title) for column, _ in columns) > 1:
        # A mark has no title, takes little room, and is what the row is looked for.
        titled = [column for column in columns if column[0].title]
        least = max(titled, key=lambda column: column[0].minor)
        if least[0].minor == 0:
            if _least(columns) <= width:
                break
            least = titled[-1]
        elif _whole(columns) <= width:
            break
        columns.remove(least)
        left_out.append(least[0].title)
    return columns, left_out


def _whole(columns: _Columns) -> int:
    """How wide a table is in which nothing wraps."""
    return sum(_wide(column, cells) + _GAP for column, cells in columns) - _GAP


def _least(columns: _Columns) -> int:
    """How wide a table is in which names wrap, and numbers do not."""
    widths = [(_wide(*column), column[0].right) for column in columns]
    return sum((wide if right else min(wide, _NAME)) + 1 for wide, right in widths) - 1


def _wide(column: Column, cells: list[str]) -> int:
    from rich.cells import cell_len

    return max(cell_len(foreign.visible(column.title)), *map(cell_len, cells), 0)


LONG = 200
"""Tables of so many rows are put together here, the same as Rich would draw them."""


def _longest(columns: _Columns) -> list[list[str]]:
    """Two rows that are as wide as all of them: of each column the widest cell, and the widest word."""
    cells = [texts for _, texts in columns]
    whole = [max(texts, key=_cells_of, default="") for texts in cells]
    words = [
        max((word for text in {*texts} for word in text.split(" ")), key=_cells_of, default="")
        for texts in cells
    ]
    return [whole, words]


def _cells_of(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _widths(drawn: str) -> list[int]:
    """The widths of the columns of a table with crosses between them below its head."""
    rule = next(line for line in re.sub(r"\x1b\[[0-9;]*m", "", drawn).split("\n") if "─" in line)
    return list(map(len, rule.split("┼")))


def _line(
    row: Sequence[str], widths: Sequence[int], right: Sequence[bool], cyan: str
) -> str | None:
    """A row in one line; None if a cell is wider than its column."""
    parts = []
    for text, width, aligned in zip(row, widths, right, strict=True):
        gap = width - _cells_of(text)
        if gap < 0:
            return None
        parts.append(" " * gap + text if aligned else text + " " * gap)
    parts[0] = cyan.format(parts[0])
    return " ".join(parts) + "\n"


_GAP = 2
"""Columns give way before they touch: one cell stands between them, two are asked for."""
_NAME = 8
"""So much room there is for names, however narrow the terminal is."""
