"""What `targets` of a spec promise, held against what becomes of the network there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network, Node
    from cnncalc.porting.port import PortedLayer, PortResult


@lru_cache(maxsize=2)
def result_of(network: Network) -> PortResult | None:
    """The network in its targets, for several lints to ask one after the other; None if it has none."""
    if not network.targets:
        return None
    from cnncalc.porting.port import port

    return port(network, network.targets)


def broken_promises(
    network: Network, code: str, verdict: str, said: str, *, severity: str = "error"
) -> Iterator[Diagnostic]:
    """A finding for every layer of which this becomes in a target.

    `said` is the message: `{layer}` and `{targets}` are names, `{why}` is what is different.
    """
    for node, told in _by_layer(network, verdict):
        for (why, fix), targets in told.items():
            message = said.format(layer=node.name, targets=" and ".join(targets), why=why)
            help = f"write {fix}" if fix and not fix.startswith("in ") else fix
            yield Diagnostic(code, message, network.source, node.span, layer=node.name,
                             severity=severity, help=help)  # fmt: skip


def _by_layer(
    network: Network, verdict: str
) -> Iterator[tuple[Node, dict[tuple[str, str], list[str]]]]:
    """The layers with a verdict: for what is different, and what to write, the names of targets."""
    result = result_of(network)
    found: dict[int, dict[tuple[str, str], list[str]]] = {}
    for there in result.networks if result else ():
        for layer in there.layers:
            if layer.judged.verdict == verdict:
                said = layer.judged.why, layer.judged.fix
                found.setdefault(layer.node.index, {}).setdefault(said, []).append(
                    there.target.name
                )
    for index, told in found.items():
        yield network.nodes[index], told


def breaks(network: Network) -> Iterator[tuple[PortedLayer, str]]:
    """The layers that cannot be built for the sizes before them, and the names of the targets."""
    result = result_of(network)
    for there in result.networks if result else ():
        for layer in there.breaks:
            yield layer, there.target.name
