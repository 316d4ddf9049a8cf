"""What the values of a column have in common, for files and frames whose columns are of one type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.sweeping.grids import write_value
from cnncalc.sweeping.job import ERROR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.sweeping.job import Row

NOTHING, TRUTH, WHOLE, WIDE, REAL, WORD, TEXT = (
    "nothing", "truth", "whole", "wide", "real", "word", "text"
)  # fmt: skip
"""The kinds: no value at all, true or false, whole numbers of 64 bits or of 38 digits, numbers with a
point, words, and values that have nothing in common but that they can be written down, as lists."""

_WHOLE, _WIDE = 1 << 63, 10**38


def kind_of(value: Any) -> str:
    """The kind of one value; what is not known has none."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return TRUTH
    if isinstance(value, int):
        return WHOLE if -_WHOLE <= value < _WHOLE else WIDE if abs(value) < _WIDE else TEXT
    return REAL if isinstance(value, float) else WORD if isinstance(value, str) else TEXT


def join(one: str, other: str) -> str:
    """The kind of values of two kinds."""
    if other in (one, NOTHING):
        return one
    if one == NOTHING:
        return other
    pair = {one, other}
    return WIDE if pair == {WHOLE, WIDE} else REAL if pair == {WHOLE, REAL} else TEXT


def kinds_of(names: Sequence[str], metrics: Iterable[str], rows: Iterable[Row]) -> dict[str, str]:
    """The kind of every column; those of `metrics` have whole numbers, also where none is known."""
    found = {**dict.fromkeys(names, NOTHING), **dict.fromkeys(metrics, WHOLE), ERROR: WORD}
    for row in rows:
        for name in names:
            value = row[name]
            # All but the first rows mostly say nothing new.
            if value is not None and (kind := kind_of(value)) != found[name]:
                found[name] = join(found[name], kind)
    return found


def columns_of(rows: Sequence[Row], kinds: Mapping[str, str]) -> dict[str, list[Any]]:
    """The values of every column, each of its kind or None."""
    return {name: [_fit(row[name], kind) for row in rows] for name, kind in kinds.items()}


def _fit(value: Any, kind: str) -> Any:
    if value is None:
        return None
    return float(value) if kind == REAL else write_value(value) if kind == TEXT else value
