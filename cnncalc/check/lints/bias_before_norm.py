"""A bias that the norm after it removes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W605"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every layer with a bias that only a norm of each channel's mean reads."""
    outputs = set(network.outputs.values())
    for index, node in enumerate(network.nodes):
        weights = node.facts.weights
        if not weights or "bias" not in weights or index in outputs:
            continue
        bias = weights["bias"]
        if node.layer is None or node.layer.role:
            continue
        behind = [network.nodes[reader] for reader in network.readers[index]]
        if behind and all(getattr(reader.layer, "removes_mean", False) for reader in behind):
            norms = " or ".join(sorted({reader.op for reader in behind}))
            yield Diagnostic(CODE, f"the {bias[0]:,} biases of `{node.name}` have no effect: the "
                             f"{norms} after it subtracts the mean",
                             network.source, node.place_of("bias"), layer=node.name, severity="warning",
                             help="bias: false")  # fmt: skip
