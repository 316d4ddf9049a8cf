"""What a dialect answers to a row, and what is wrong with it."""

from typing import Any

from cnncalc.arithmetic.windows import TransposedWindow
from cnncalc.dialects.base.asked import Resizing
from cnncalc.dialects.base.dialect import find
from cnncalc.errors import Refusal

from .rows import Row


def judge(row: Row) -> str:
    """What is wrong with our answer to a row; empty if nothing is."""
    rules = find(row.dialect)
    try:
        if isinstance(row.asked, Resizing):
            sizes = rules.resize(row.asked)
            length: Any = sizes[0] if len(sizes) == 1 else list(sizes)
            return "" if length == row.length else f"{row.asked}: {length}, not {row.length}"
        length = rules.length(row.asked, row.others)
    except Refusal as refusal:
        return "" if row.length is None else f"{row.asked}: {refusal.message}, not {row.length}"
    if length != row.length:
        return f"{row.asked}: {length}, not {row.length}"
    if length < 1:
        return ""
    return next(filter(None, _differences(row, length)), "")


def _differences(row: Row, length: int) -> list[str]:
    rules, n = find(row.dialect), row.asked.n
    axis = rules.reading(row.asked, row.others)
    reads = [list(axis.taps(u, n)) for u in range(length)]
    told = []
    zeros = []
    if row.zeros is not None:
        least = {"never": 0, "alone": 1, "beside": row.asked.k}[rules.zeros_of(row.asked)]
        zeros = [u for u, read in enumerate(reads) if len(read) < least]
        reads = [[] if u in zeros else read for u, read in enumerate(reads)]
    if row.zeros is not None and zeros != row.zeros:
        told.append(f"{row.asked}: zeros win at {zeros}, not {row.zeros}")
    if row.reads is not None and reads != row.reads:
        told.append(f"{row.asked}: reads {reads}, not {row.reads}")
    padding = getattr(axis, "padding", None)
    start = padding and padding[0] * (1 if isinstance(axis, TransposedWindow) else -1)
    if row.start is not None and padding is not None and start != row.start:
        told.append(f"{row.asked}: from {start}, not {row.start}")
    if row.divisors is not None:
        divisors = rules.divisors(row.asked, row.others)
        # What is divided by shows only where something is read.
        pairs = [(a, b) for a, b, read in zip(divisors, row.divisors, reads, strict=True) if read]
        if any(ours != (tuple(theirs) if isinstance(theirs, list) else theirs) for ours, theirs in pairs):
            told.append(f"{row.asked}: divides by {divisors}, not {row.divisors}")
    return told


def answers(rows: list[Row]) -> dict[tuple[str, str], list[tuple[Row, str]]]:
    """The rows of each dialect and operator, with what is wrong."""
    found: dict[Any, list[tuple[Row, str]]] = {}
    for row in rows:
        found.setdefault((row.dialect, row.operator), []).append((row, judge(row)))
    return found
