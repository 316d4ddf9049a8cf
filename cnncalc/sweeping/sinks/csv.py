"""Comma-separated values behind a line of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.sweeping.grids import write_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_QUOTED = frozenset(',"\r\n')


def head(names: Sequence[str]) -> str:
    """The line of the names."""
    return f"{','.join(map(_quote, names))}\n"


def line(names: Sequence[str], row: Mapping[str, Any]) -> str:
    """A row; what is not known is empty, and a text without a letter is `""`."""
    return f"{','.join([_cell(row[name]) for name in names])}\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return _quote(foreign.cell(write_value(value)))


def _quote(text: str) -> str:
    # The writer of Python 3.10 and 3.11 cannot tell nothing from an empty text.
    if text and _QUOTED.isdisjoint(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
