"""Layers that a target refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.porting.promises import broken_promises
from cnncalc.porting.verdicts import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network

CODE = "W636"


def judge(network: Network) -> Iterator[Diagnostic]:
    """An error for every layer that a target refuses."""
    yield from broken_promises(network, CODE, REFUSED, "`{layer}` is refused in {targets}: {why}")
