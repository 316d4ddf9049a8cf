"""`budget:` – a number must not be exceeded; a failure names the layers that cost most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.quantity import Quantity, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Claim, Network, Node, Total

CODE = "X503"

_OF_NODE = {
    "params": lambda node: node.facts.params,
    "trainable": lambda node: node.trainable_params,
    "buffers": lambda node: node.facts.buffer_count,
    "macs": lambda node: node.facts.macs,
    "flops": lambda node: node.facts.flops,
}


def judge(network: Network) -> Iterator[Diagnostic]:
    """A finding for every budget that is exceeded, or may be because a part is unknown."""
    for claim in network.claims:
        if claim.kind == "budget" and judged(claim):
            yield from _verdict(network, claim)


def judged(claim: Claim) -> bool:
    """Whether there is an analysis for what the claim is about."""
    return claim.keys[-1] in _OF_NODE or claim.keys[0] == "memory"


def _verdict(network: Network, claim: Claim) -> Iterator[Diagnostic]:
    name, key = ".".join(claim.keys), claim.keys[-1]
    limit = claim.wanted if isinstance(claim.wanted, Quantity) else claim.wanted[1]
    total, ranked = _memory(network, key) if claim.keys[0] == "memory" else _sum(network, key)
    if limit is None:
        return
    if total.known > limit.value:
        over = f"{total.known:,} is over the budget {claim.text or format(limit.value, ',')}"
        yield Diagnostic(CODE, f"{network.name}: {name} {over} (by {total.known - limit.value:,})",
                         network.source, claim.span, model=network.name,
                         help=_costliest(ranked, total.known))  # fmt: skip
    elif total.gaps:
        yield Diagnostic("X502", f"{network.name}: {name} is not known: at least {total.known:,}",
                         network.source, claim.span, model=network.name,
                         help="unknown: " + ", ".join(total.gaps[:5]))  # fmt: skip


Costs = list[tuple[str, int]]
"""What parts cost, the costliest first."""


def _sum(network: Network, key: str) -> tuple[Total, Costs]:
    """A sum over the layers, and its largest terms."""

    def cost(node: Node) -> int:
        return _OF_NODE[key](node) or 0

    ranked = sorted(network.nodes, key=cost, reverse=True)[:3]
    return getattr(network, key), [(node.name, cost(node)) for node in ranked]


def _memory(network: Network, key: str) -> tuple[Total, Costs]:
    """A part of the memory, and what is largest in it."""
    from cnncalc.costs.memory import Memory
    from cnncalc.costs.needs import claimed, largest

    return claimed(network, key), largest(Memory(network), key)


def _costliest(ranked: Costs, whole: int) -> str:
    parts = [f"{name} {cost:,} ({share(cost, whole)} %)" for name, cost in ranked if cost]
    return "most is in " + ", ".join(parts)
