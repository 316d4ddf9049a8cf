"""Names of a model file as names of a spec: legal ones, each once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = re.compile(r"[/\\:.]+")
_ILLEGAL = re.compile(r"[^\w-]+")
_LEGAL = re.compile(
    r"[A-Za-z](?:[\w-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?)*", re.ASCII
)
"""Names that stay as they are."""
_TAKEN = ("prev", "input")
_ROOM = 13
"""So many characters are left for a letter before a long name, and the number behind it."""


class Names:
    """Gives every node of a file a name that no other has."""

    def __init__(self) -> None:
        """Two names have a meaning of their own in a spec."""
        self._used: set[str] = set(_TAKEN)
        self._next: dict[str, int] = {}

    def unique(self, text: str, default: str = "layer", parts: Sequence[str] = ()) -> str:
        """The nearest legal name that is free; `default` if nothing of the text is legal.

        What belongs to it is called `name.part`, which must be free, too.

        >>> names = Names()
        >>> names.unique("conv1/bn"), names.unique("conv1/bn"), names.unique("3x3 reduce")
        ('conv1.bn', 'conv1.bn_2', 'n3x3_reduce')
        """
        wanted = legal(text) or default
        if not parts and wanted not in self._used:
            self._used.add(wanted)
            return wanted
        name = wanted
        while name in self._used or any(f"{name}.{part}" in self._used for part in parts):
            number = self._next[wanted] = self._next.get(wanted, 1) + 1
            name = f"{wanted}_{number}"
        self._used.update((name, *(f"{name}.{part}" for part in parts)))
        return name


def legal(text: str) -> str:
    """A text as a legal name, short enough to be numbered; empty if nothing is left of it.

    Of a long one the end is kept, for what tells layers apart stands there.

    >>> legal("/layer1/1/conv1/Conv"), legal("res2a/branch 1"), legal("0.weight"), legal("$x"), legal("//")
    ('layer1.1.conv1.Conv', 'res2a.branch_1', 'n0.weight', 'x', '')
    """
    if len(text) <= NAME - _ROOM and _LEGAL.fullmatch(text):
        return text
    parts = (_ILLEGAL.sub("_", part).strip("_-") for part in _BETWEEN.split(text[-2 * NAME :]))
    name = ".".join(part for part in parts if part)[_ROOM - NAME :].strip(".-")
    # A name begins with a letter; what `\w` has beside letters are digits of many scripts.
    return f"n{name}" if name and not (name[0].isalpha() or name[0] == "_") else name


def title(text: str) -> str:
    """What a network is called, without what would be an expression in a spec."""
    return text.replace("$", "").strip()[:NAME]
