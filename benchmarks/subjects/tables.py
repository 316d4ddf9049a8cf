"""The analyses that are measured: whichever of them this version has."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import cnncalc
from cnncalc import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.network import Network

_WANTED = ("summary",)


def analyzers() -> list[Callable[[Network], Any]]:
    """The one with shapes, parameters, MACs and receptive fields."""
    return [
        partial(cnncalc.analyze, name=name)
        for name in _WANTED
        if registry.exists("analyzers", name)
    ]
