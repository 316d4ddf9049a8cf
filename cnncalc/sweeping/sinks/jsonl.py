"""JSON Lines: one flat object a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.sweeping.grids import write_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def head(names: Sequence[str]) -> str:
    """Nothing: every line has the names."""
    return ""


def begin(names: Sequence[str]) -> str:
    """The first of the names in the first line."""
    return f"{{{foreign.json(names[0])}: "


def line(names: Sequence[str], row: Mapping[str, Any]) -> str:
    """A row; what is not known is null."""
    return f"{foreign.json({name: row[name] for name in names})}\n"


def read(names: Sequence[str], text: str) -> dict[str, str] | None:
    """What a line says by name, as CSV would write it; None if it is not a row of these names."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict) or list(found) != list(names):
        return None
    return {name: write_value(value) for name, value in found.items()}
