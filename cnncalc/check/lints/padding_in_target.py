"""Padding for which a target needs a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.porting.promises import broken_promises
from cnncalc.porting.verdicts import PADDED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network

CODE = "W634"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note for every layer before which a converter puts another one."""
    yield from broken_promises(
        network, CODE, PADDED, "`{layer}` needs a layer of padding in {targets}", severity="note"
    )
