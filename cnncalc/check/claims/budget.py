"""`budget:` – a number must not be exceeded; a failure names the layers that cost most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.metrics import of_claim
from cnncalc.quantity import Quantity, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.metrics import Costs, Metric
    from cnncalc.network import Claim, Network

CODE = "X503"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A finding for every budget that is exceeded, or may be because a part is unknown."""
    for claim in network.claims:
        metric = of_claim(claim)
        if claim.kind == "budget" and metric is not None and metric.may_be_limited:
            yield from _verdict(network, claim, metric)


def has_analysis(claim: Claim) -> bool:
    """Whether there is an analysis for what the claim is about."""
    metric = of_claim(claim)
    return metric is not None and metric.may_be_limited


def _verdict(network: Network, claim: Claim, metric: Metric) -> Iterator[Diagnostic]:
    name, total = ".".join(claim.keys), metric.compute(network)
    limit = claim.wanted if isinstance(claim.wanted, Quantity) else claim.wanted[1]
    if limit is None:
        return
    if total.known > limit.value:
        over = f"{total.known:,} is over the budget {claim.text or format(limit.value, ',')}"
        yield Diagnostic(CODE, f"{network.name}: {name} {over} (by {total.known - limit.value:,})",
                         network.source, claim.span, model=network.name,
                         help=_costliest(metric.costliest(network), total.known))  # fmt: skip
    elif total.gaps:
        yield Diagnostic("X502", f"{network.name}: {name} is not known: at least {total.known:,}",
                         network.source, claim.span, model=network.name,
                         help="unknown: " + ", ".join(total.gaps[:5]))  # fmt: skip


def _costliest(ranked: Costs, whole: int) -> str:
    parts = [f"{name} {cost:,} ({share(cost, whole)} %)" for name, cost in ranked if cost]
    return "most is in " + ", ".join(parts)
