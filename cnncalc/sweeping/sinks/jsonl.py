"""JSON Lines: one flat object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def head(names: Sequence[str]) -> str:
    """Nothing: every line has the names."""
    return ""


def line(names: Sequence[str], row: Mapping[str, Any]) -> str:
    """A row; what is not known is null."""
    return f"{foreign.json({name: row[name] for name in names})}\n"
