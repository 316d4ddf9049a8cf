"""Values in a working: as plain data, as text and for TeX."""

from __future__ import annotations

from typing import Any

from cnncalc.working.expressions import LONG
from cnncalc.working.notation import LATEX, latex_shape, show_number
from cnncalc.working.tex import words
from cnncalc.working.vectors import plain_values


def is_number(value: object) -> bool:
    """Whether a value is one number; True and False are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def plain(value: Any) -> Any:
    """A value as plain data for JSON: no traced numbers, no tuples."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in plain_values(value)]
    return str(value)


def _holds_numbers(values: Any) -> bool:
    """Whether the first thing inside nested tuples is a number; `Array` has seen to the others."""
    while isinstance(values, (list, tuple)):
        values = next(plain_values(values), None)
    return is_number(values)


def latex_value(value: Any) -> str:
    r"""A value for TeX: numbers as they are, lists in brackets, words in `\text`."""
    if is_number(value):
        return LATEX.number(value)
    if not _holds_numbers(value):
        text = show_value(value)
        # Of text only a shape is mathematics: a name of one letter is still a name.
        return latex_shape(text) if text[:1].isdecimal() else words(text)
    long = len(value) > LONG
    parts = [latex_value(part) for part in ((*value[:2], value[-1]) if long else value)]
    shown = [*parts[:2], LATEX.name("…"), parts[2]] if long else parts
    return rf"\left[{', '.join(shown)}\right]"


def show_value(value: Any, most: int | None = LONG) -> str:
    """A value in words: numbers with digits in groups, lists in brackets, text as it is.

    Of a list with more than `most` entries the first two and the last are shown. Commas separate
    entries there, so digits are not grouped.

    >>> show_value([1000, 0.5]), show_value([1, 2, 3, 4, 5, 6, 7]), show_value({"a": [True]})
    ('[1000, 0.5]', '[1, 2, …, 7]', 'a [true]')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return show_number(value)
    if isinstance(value, (list, tuple)):
        long = most is not None and len(value) > most
        parts = [_entry(part, most) for part in ((*value[:2], value[-1]) if long else value)]
        return f"[{', '.join([*parts[:2], '…', parts[2]] if long else parts)}]"
    if isinstance(value, dict):
        return ", ".join(f"{key} {show_value(part, most)}" for key, part in value.items())
    return "" if value is None else str(value)


def _entry(value: Any, most: int | None) -> str:
    """A value in a list."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} {_entry(part, most)}' for key, part in value.items())}}}"
    shown = show_value(value, most)
    return shown.replace(",", "") if is_number(value) else shown
