"""Maps that have another size in a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.porting.promises import breaks, broken_promises
from cnncalc.porting.verdicts import SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W631"


def judge(network: Network) -> Iterator[Diagnostic]:
    """An error for every layer whose output has another size in a target, and where that ends it."""
    yield from broken_promises(
        network, CODE, SIZE, "`{layer}` has another size in {targets}: {why}"
    )
    for layer, target in breaks(network):
        node = layer.node
        yield Diagnostic(CODE, f"`{node.name}` cannot be built in {target}: {layer.breaks}",
                         network.source, node.span, layer=node.name)  # fmt: skip
