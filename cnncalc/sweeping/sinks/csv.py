"""Comma-separated values behind a line of names."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.sweeping.grids import write_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def head(names: Sequence[str]) -> str:
    """The line of the names."""
    return _line(names)


def line(names: Sequence[str], row: Mapping[str, Any]) -> str:
    """A row; what is not known is empty."""
    return _line([_cell(row[name]) for name in names])


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    return foreign.cell(write_value(value))


def _line(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
