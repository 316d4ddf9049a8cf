"""The analyses that are measured: whichever of them this version has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.network import Network

_WANTED = ("summary",)


def analyzers() -> list[Callable[[Network], Any]]:
    """The one with shapes, parameters, MACs and receptive fields."""
    return [
        registry.load("analyzers", name).analyze
        for name in _WANTED
        if registry.exists("analyzers", name)
    ]
