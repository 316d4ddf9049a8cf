"""What was meant by a text where a number belongs: quotes, units, tuples of Python, expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

_TIMES = {"%": 0.01, "k": 1000, "K": 1000, "M": 1_000_000}


def hint_of(text: str) -> str:
    """The fix for a text that is no number; empty if it cannot be guessed.

    >>> hint_of("(2, 2)"), hint_of("50%")
    ('lists are written in square brackets: [2, 2]', 'write 0.5')
    >>> hint_of("8k"), hint_of("2K"), hint_of("1.5M"), hint_of("7 px")
    ('write 8000', 'write 2000', 'write 1500000', 'write 7')
    """
    stripped = text.strip()
    for pattern, fix in _HINTS:
        found = re.fullmatch(pattern, stripped)
        if found:
            return fix(found)
    return ""


def _without_unit(found: re.Match[str]) -> str:
    """A number with a unit as it is written here: 50% is 0.5, 8k is 8000."""
    number = float(found[1]) * _TIMES.get(found[2], 1)
    return f"write {round(number, 6):.10g}"


def _by_axes(found: re.Match[str]) -> str:
    """`3x3` as a list."""
    return f"write [{', '.join(found[0].lower().split('x'))}]"


_HINTS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"\d{1,300}", lambda _: "leave out the quotes"),
    (r"\{[^{].*\}", lambda _: "leave out the quotes"),
    (r"\(([^()]*?),?\s*\)", lambda m: f"lists are written in square brackets: [{m[1].strip()}]"),
    (r".*\{\{.*", lambda _: "expressions are written $name or $(…), not {{…}}"),
    (f"(?i){'|'.join(_NUMERALS)}", lambda m: f"write {_NUMERALS.index(m[0].lower())}"),
    (r"None|\?|null|any", lambda _: "every size is a number; `--size` changes that of an input"),
    (r"(\d{1,18}(?:\.\d{1,18})?)\s*(%|px|pixels?|ch|[kKM])", _without_unit),
    (r"\d{1,18}(?:_\d{1,18}){1,9}", lambda m: f"write {m[0].replace('_', '')}"),
    (r"-?\d+(?:\s*,\s*-?\d+)+",
     lambda m: f"keys are named, and lists have square brackets: [{m[0]}]"),
    (r"(?i)\d+(?:x\d+){1,2}", _by_axes),
    (r"[\w.() ]+(?:[-+*/%][\w.() ]+)+", lambda m: f"expressions are written $(…): $({m[0]})"),
)  # fmt: skip
"""What a text looks like, and the fix."""
