"""Layers that a target does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.porting.promises import broken_promises
from cnncalc.porting.verdicts import INEXPRESSIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network

CODE = "W635"


def judge(network: Network) -> Iterator[Diagnostic]:
    """An error for every layer that cannot be written in a target."""
    yield from broken_promises(
        network, CODE, INEXPRESSIBLE, "`{layer}` cannot be written in {targets}: {why}"
    )
