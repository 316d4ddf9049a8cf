"""Windows that read something else beyond the border in a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.porting.promises import broken_promises
from cnncalc.porting.verdicts import BORDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network

CODE = "W638"


def judge(network: Network) -> Iterator[Diagnostic]:
    """An error for every layer whose padding holds other values in a target."""
    yield from broken_promises(
        network, CODE, BORDER, "`{layer}` has another border in {targets}: {why}"
    )
