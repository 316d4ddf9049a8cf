"""Averages that divide by other numbers in a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.porting.promises import broken_promises
from cnncalc.porting.verdicts import AVERAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network

CODE = "W633"


def judge(network: Network) -> Iterator[Diagnostic]:
    """An error for every pool whose averages count other elements at the border in a target."""
    yield from broken_promises(
        network, CODE, AVERAGES, "`{layer}` has other averages in {targets}: {why}"
    )
