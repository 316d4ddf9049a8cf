"""Windows that lie elsewhere in a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.porting.promises import broken_promises
from cnncalc.porting.verdicts import SHIFTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network

CODE = "W632"


def judge(network: Network) -> Iterator[Diagnostic]:
    """An error for every layer with windows that lie further on, or before, in a target."""
    yield from broken_promises(network, CODE, SHIFTED, "`{layer}` is shifted in {targets}: {why}")
