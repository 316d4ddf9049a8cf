"""Names of a file as names of a spec: legal ones, each given once."""

from __future__ import annotations

import re

from cnncalc.foreign import NAME

_TAKEN = ("prev", "input")
"""What these words mean in a spec is settled."""


def legal(text: str) -> str:
    """The nearest name that a spec takes: slashes become dots, what else is foreign `_`."""
    words = [re.sub(r"[^\w-]", "_", word) for word in re.split(r"[/.]+", text) if word]
    name = ".".join(words)[: NAME - 10].rstrip(".") or "layer"
    return name if re.match(r"[^\W\d]", name) else f"_{name}"


class Names:
    """The names that are given already."""

    def __init__(self) -> None:
        """None but those that a spec keeps for itself."""
        self._given = set(_TAKEN)
        self._next: dict[str, int] = {}

    def unique(self, text: str, parts: tuple[str, ...] = ()) -> str:
        """A legal name like `text` that is not given yet, nor is it with any of the `parts` behind it."""
        wanted = name = legal(text)
        while any(full in self._given for full in (name, *(f"{name}.{part}" for part in parts))):
            self._next[wanted] = self._next.get(wanted, 1) + 1
            name = f"{wanted}_{self._next[wanted]}"
        self._given |= {name, *(f"{name}.{part}" for part in parts)}
        return name
