"""How a picture is to fit a page: its size, that of its letters, and how fine its dots are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_INCHES = {"": (1, 1), "in": (1, 1), "cm": (50, 127), "mm": (5, 127), "pt": (1, 72)}
"""How many inches a unit is, as a quotient; a point is 1/72 of one."""
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(in|cm|mm|pt)?")
_LEAST, _LARGEST = 1, 50
"""Of a side, in inches."""
_LETTERS = (3, 72)
LEAST_DOTS = 30
_DOTS = (LEAST_DOTS, 2400)
_PIXELS = 100_000_000
"""A picture of more is larger than programs open."""


class Paper(NamedTuple):
    """What is asked for: `size` in inches, `letters` in points, `dots` to the inch; None is the usual."""

    size: tuple[float, float] | None = None
    letters: float | None = None
    dots: int | None = None


USUAL = Paper()


def paper(size: Any = None, letters: float | None = None, dots: int | None = None) -> Paper:
    """What a person asks for: `size` is `3.5,2.5` in inches, `89mm,60mm`, or two numbers.

    Raises UsageError.
    """
    sides = None if size is None or size == "" else _sides(size)
    if sides and not all(_LEAST <= side <= _LARGEST for side in sides):
        raise UsageError(
            f"--plot-size takes {_LEAST} to {_LARGEST} inches for each side, got {_text(size)}",
            "--plot-size 3.5,2.5 or --plot-size 89mm,60mm",
        )
    for option, given, (least, most) in (("font-size", letters, _LETTERS), ("dpi", dots, _DOTS)):
        if given is not None and not least <= given <= most:
            raise UsageError(f"--{option} takes {least} to {most}, got {given}")
    if sides and dots and sides[0] * sides[1] * dots * dots > _PIXELS:
        raise UsageError(
            f"a picture has at most {_PIXELS:,} pixels", "a smaller --plot-size or --dpi"
        )
    return Paper(sides, letters, dots)


def _sides(size: str | Sequence[float]) -> tuple[float, float]:
    parts = size.replace("x", ",").split(",") if isinstance(size, str) else size
    try:
        across, up = parts
        return _inches(across), _inches(up)
    except (TypeError, ValueError):
        raise UsageError(
            f"--plot-size takes width and height, got {_text(size)}",
            "--plot-size 3.5,2.5 in inches, or --plot-size 89mm,60mm",
        ) from None


def _inches(length: str | float) -> float:
    if not isinstance(length, str):
        return float(length)
    found = _LENGTH.fullmatch(length.strip())
    if found is None:
        raise ValueError(length)
    above, below = _INCHES[found[2] or ""]
    return float(found[1]) * above / below


def _text(size: Any) -> str:
    return size if isinstance(size, str) else ",".join(map(str, size))
