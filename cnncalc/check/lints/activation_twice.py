"""An activation directly after an activation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W608"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every activation whose only input is an activation: mostly one is left over."""
    for node in network.nodes:
        if node.layer is None or node.layer.role != "activation" or len(node.inputs) != 1:
            continue
        before = network.nodes[node.inputs[0]]
        if before.layer is None or before.layer.role != "activation":
            continue
        if "identity" not in (node.op, before.op):
            yield Diagnostic(CODE, f"`{node.name}`: {node.op} directly after {before.op}", network.source,
                             node.span, layer=node.name, severity="warning",
                             help="take one of them out; `activation: none` switches a default off")  # fmt: skip
