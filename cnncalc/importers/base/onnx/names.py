"""Names of a file made names of a spec: legal, unique, and as like the file's as can be."""

from __future__ import annotations

import re

_MOST = 90
_LEGAL = re.compile(
    r"[A-Za-z](?:[\w-]*[A-Za-z0-9-])?(?:\.[A-Za-z0-9-](?:[\w-]*[A-Za-z0-9-])?)*", re.ASCII
)
"""Names that stay as they are."""

_RESERVED = ("prev", "input")


class Names:
    """Hands out names, each once."""

    def __init__(self) -> None:
        """None is taken yet."""
        self._taken: dict[str, int] = dict.fromkeys(_RESERVED, 1)

    def take(self, text: str) -> str:
        """A name that is legal in a spec, and that nothing else has."""
        name = legal(text)
        key = name
        while key in self._taken:
            self._taken[name] += 1
            key = f"{name}_{self._taken[name]}"
            if key not in self._taken:
                break
        self._taken[key] = 1
        return key


def legal(text: str) -> str:
    """Letters, digits, `_` and `-` in parts with `.` between them, and a letter first.

    >>> legal("/layer1/layer1.0/conv1/Conv"), legal("0.weight"), legal("$x")
    ('layer1.layer1.0.conv1.Conv', 'n0.weight', 'x')
    """
    if len(text) <= _MOST and _LEGAL.fullmatch(text):
        return text
    parts = [re.sub(r"[^\w-]", "_", part).strip("_") for part in re.split(r"[./:]+", text[:1000])]
    name = ".".join(part for part in parts if part)[-_MOST:].lstrip(".-_")
    if not re.match(r"[^\W\d]", name):
        name = f"n{name}"
    return name
