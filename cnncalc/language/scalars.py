"""Plain scalars to values, by the core schema of YAML 1.2.

Unlike YAML 1.1, `on`, `off`, `yes`, `no` are text, `010` is ten and `1e3` is a number.
Source: YAML 1.2.2, section 10.3.2.
"""

from __future__ import annotations

import re

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+").fullmatch
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?").fullmatch
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+").fullmatch
_SPECIAL = {
    sign + dot + word: float(sign + word)
    for sign in ("", "+", "-")
    for dot, words in ((".", ("inf", "Inf", "INF")),)
    for word in words
} | {".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan")}
_FIRST = frozenset("0123456789+-.")
_DIGITS = 400  # far beyond every limit, and short enough to convert at once


def resolve(text: str) -> object:
    """The value of a plain scalar: None, a boolean, a number, or the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST or len(text) > _DIGITS:
        return text
    if _INTEGER(text):
        return int(text)
    if _FLOAT(text):
        return float(text)
    if _OTHER_BASE(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    return _SPECIAL.get(text, text)
