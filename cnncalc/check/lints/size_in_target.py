"""Maps that have another size in a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.porting.promises import broken_ends, broken_promises, join_by_layer
from cnncalc.porting.verdicts import SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network

CODE = "W631"


def judge(network: Network) -> Iterator[Diagnostic]:
    """An error for every layer whose output has another size in a target, and where that ends it."""
    said = "`{layer}` has another size in {targets}: {why}"
    yield from join_by_layer(
        (*broken_promises(network, CODE, SIZE, said), *broken_ends(network, CODE))
    )
