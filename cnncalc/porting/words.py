"""What is different, and what to write instead, in words of the spec."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.shape import LETTERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from cnncalc.porting.reading import Moved
    from cnncalc.porting.way import Way


def in_words(way: Way) -> str:
    """How a layer is written: `pad: 3, then padding: valid`."""
    parts = [f"{key}: {in_yaml(value)}" for key, value in way.keys if value is not None]
    parts += [f"without {key}" for key, value in way.keys if value is None]
    told = ", ".join(parts)
    if way.pad is not None:
        amount, mode = in_yaml(way.pad.__dict__["amount"]), way.pad.__dict__["mode"]
        pad = amount if mode == "zeros" else f"{{amount: {amount}, mode: {mode}}}"
        told = f"pad: {pad}, then {told}"
    if way.crop is not None:
        told += f", then crop: {in_yaml(way.crop.__dict__['amount'])}"
    return told


def in_yaml(value: Any) -> str:
    """A value as a spec has it: `[[0, 1], [0, 1]]`, `false`, `valid`."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(in_yaml, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


NOTES_ON_PADS = {
    "max_pool": "a max_pool is padded with the lowest value; zeros do where nothing is negative",
    "avg_pool": "an avg_pool behind a pad counts the zeros",
}
"""What to know of a layer that pads before a layer of a kind."""


def in_one(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def tell_move(moves: Sequence[Moved]) -> str:
    """`windows 1 element further on`, an axis each where they differ."""
    told = [_far(move.by) for move in moves]
    if len(set(told)) == 1:
        return f"windows {told[0]}"
    names = LETTERS[len(told)] if len(told) < len(LETTERS) else "?" * len(told)
    axes = (f"{far} along {name}" for far, name in zip(told, names, strict=True) if far != STAY)
    return f"windows {', '.join(axes)}"


STAY = "where they are"


def _far(by: Fraction | None) -> str:
    if by is None:
        return "over other elements"
    if by == 0:
        return STAY
    elements = "element" if abs(by) == 1 else "elements"
    return f"{abs(by)} {elements} {'further on' if by > 0 else 'before'}"


def tell_divisors(here: Sequence[Sequence[Any]], there: Sequence[Sequence[Any]]) -> str:
    """`divided by 4, not 9, at the border`: of the first border that differs, over all axes."""
    pairs = [_first(a, b) for a, b in zip(here, there, strict=True)]
    if any(isinstance(side, tuple) for pair in pairs for side in pair):
        return "inputs have unequal shares at the border"
    old, new = (prod(pair[side] for pair in pairs) for side in (0, 1))
    return f"divided by {new}, not {old}, at the border"


def tell_borders(here: Sequence[str], there: Sequence[str]) -> str:
    """`reads zeros, not nothing, beyond the border`, of the first axis that differs."""
    old, new = _first(here, there)
    return f"reads {new or 'nothing'}, not {old or 'nothing'}, beyond the border"


def _first(a: Sequence[Any], b: Sequence[Any]) -> tuple[Any, Any]:
    return next(((x, y) for x, y in zip(a, b, strict=True) if x != y), (a[0], b[0]))
