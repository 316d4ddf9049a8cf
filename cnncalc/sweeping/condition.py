"""What a row must be to be wanted: `macs <= 300M and receptive_field >= 224`.

It is the expression language of specs, in which names are those of settings and numbers, and sizes
may have a unit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError
from cnncalc.language.expressions import FUNCTIONS, BadExpression, parse
from cnncalc.quantity import SIZES
from cnncalc.quantity import parse as quantity
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_WORD = re.compile(
    r"""(?P<text>'[^']*'|"[^"]*")"""
    r"|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)(?P<unit>[A-Za-z]\w*)?"
)
_DOT = "__dot__"
"""Stands for the dot of `memory.peak`: the language of specs has none in its names."""

_OF_LANGUAGE = frozenset(("and", "or", "not", "if", "else", "True", "False", *FUNCTIONS))


class Condition:
    """A condition on settings and numbers."""

    def __init__(self, text: str, known: Collection[str], option: str = "--where") -> None:
        """`known` are the names that it may use; `option` is where it was given, for messages.

        Raises UsageError if it cannot be read.
        """
        if not isinstance(text, str):
            raise UsageError(f"{option} takes a condition as a text, got {text!r}",
                             "macs <= 300M and receptive_field >= 224")  # fmt: skip
        self.text = text
        self._option = option
        names: dict[str, None] = {}

        def replace(found: re.Match[str]) -> str:
            if found["name"] is not None and found["name"] not in _OF_LANGUAGE:
                names[found["name"]] = None
                return found["name"].replace(".", _DOT)
            return self._number(found) if found["unit"] else found[0]

        plain = _WORD.sub(replace, text)
        for name in names:
            if name not in known:
                raise self._refuse(f"knows no `{name}`", suggestion(name, known)
                                   or "it may use " + ", ".join(known))  # fmt: skip
        try:
            self._expression = parse(f"$({plain})")
        except BadExpression as bad:
            message = bad.message if bad.code == "E403" else f"cannot read `{text}`"
            raise self._refuse(f": {message}", "numbers, names, comparisons, and/or/not: "
                               "macs <= 300M and receptive_field >= 224") from None  # fmt: skip
        self.names = tuple(names)

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether it is true; of what is not known it is not.

        Raises UsageError for what cannot be compared.
        """
        if self.gap(row):
            return False
        values = {name.replace(".", _DOT): row[name] for name in self.names}
        try:
            found = self._expression.value(values)
        except BadExpression as bad:
            raise self._refuse(f": {bad.message.replace(_DOT, '.')}", bad.help) from None
        if not isinstance(found, (bool, int, float)):
            raise self._refuse(f": `{self.text}` is neither true nor false")
        return bool(found)

    def gap(self, row: Mapping[str, Any]) -> str:
        """What it looks at and is not known, said in words; empty if all is known."""
        for name in self.names:
            if row[name] is None:
                return f"{self._option}: `{name}` is not known"
        return ""

    def _number(self, found: re.Match[str]) -> str:
        """A number with a unit, as all its digits."""
        known = quantity(found[0])
        if known is None:
            raise self._refuse(f"cannot read `{found[0]}`", SIZES)
        return str(known.value)

    def _refuse(self, problem: str, help: str = "") -> UsageError:
        gap = "" if problem.startswith(":") else " "
        return UsageError(f"{self._option}{gap}{problem}", help)
