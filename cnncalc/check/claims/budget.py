"""`budget:` – a number must stay within its bounds; a failure names the layers that cost most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.check.claims.base.wording import (
    finding,
    is_field,
    name_claim,
    report_unknown,
    show_number,
)
from cnncalc.metrics import claimed_value, of_claim
from cnncalc.quantity import Quantity, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Claim, Network

CODE = "X503"

_Number = int | tuple[int, ...]


def judge(network: Network) -> Iterator[Diagnostic]:
    """A finding for every number out of its bounds, or that may be because a part is unknown."""
    for claim in network.claims:
        if claim.kind == "budget":
            yield from _verdict(network, claim)


def _verdict(network: Network, claim: Claim) -> Iterator[Diagnostic]:
    value, total = claimed_value(network, claim)
    known = value if total is None else total.known
    low, high = _bounds(claim.wanted)
    name = f"{network.name}: {name_claim(network, claim)}"
    shown = show_number(claim, known)
    gaps = total is not None and bool(total.gaps)
    if total is not None and gaps and (is_field(claim) or not _is_beyond(known, high)):
        # What is known may reach the least, but never shows that the most is not exceeded.
        if is_field(claim) or high is not None or _is_beyond(low, known):
            yield report_unknown(network, claim, network.name, total)
    elif known is None or _differs_in_axes(known, high) or _differs_in_axes(known, low):
        limit = _limit(claim, low if high is None else high)
        shown = "all of the input" if is_field(claim) else shown
        yield finding(network, claim, CODE, f"{name} is {shown}, the budget {limit}")
    elif _is_beyond(known, high):
        over = f"over the budget {_limit(claim, high)} (by {_gap(claim, known, high)})"
        yield finding(
            network,
            claim,
            CODE,
            f"{name} {shown} is {over}",
            help=_costliest(network, claim, known),
        )
    elif _is_beyond(low, known):
        under = f"under the budget {_limit(claim, low)} (by {_gap(claim, low, known)})"
        yield finding(network, claim, CODE, f"{name} {shown} is {under}")


def _bounds(wanted: Any) -> tuple[_Number | None, _Number | None]:
    """The least and the most that a number may be; one number, or one for each axis, is the most."""
    if isinstance(wanted, Quantity):
        return None, wanted.value
    if any(isinstance(one, Quantity) for one in wanted):
        low, high = (None if one is None else one.value for one in wanted)
        return low, high
    return None, wanted


def _axes(number: _Number, like: _Number) -> tuple[int, ...]:
    """A number for each axis: one stands for all that `like` has."""
    if isinstance(number, tuple):
        return number
    return (number,) * (len(like) if isinstance(like, tuple) else 1)


def _is_beyond(number: Any, limit: Any) -> bool:
    """Whether a number is above a limit along one of the axes."""
    if number is None or limit is None:
        return False
    return any(n > most for n, most in zip(_axes(number, limit), _axes(limit, number), strict=True))


def _differs_in_axes(number: _Number, limit: _Number | None) -> bool:
    both = isinstance(number, tuple) and isinstance(limit, tuple)
    return both and len(number) != len(limit)  # type: ignore[arg-type]


def _limit(claim: Claim, limit: _Number | None) -> str:
    """A limit as the spec writes it, unless that has digits alone."""
    return claim.text if claim.text and not claim.text.isdigit() else show_number(claim, limit)


def _gap(claim: Claim, number: Any, limit: Any) -> str:
    """How far a number is beyond its limit, where it is."""
    apart = [
        max(0, n - most) for n, most in zip(_axes(number, limit), _axes(limit, number), strict=True)
    ]
    return show_number(claim, tuple(apart) if len(apart) > 1 else apart[0])


def _costliest(network: Network, claim: Claim, whole: Any) -> str:
    """Where most of a number comes from, if that adds up."""
    ranked = of_claim(claim).costliest(network, **dict(claim.way))
    parts = [
        f"{name} {show_number(claim, cost)} ({share(cost, whole)} %)"
        for name, cost in ranked
        if cost
    ]
    return "most is in " + ", ".join(parts) if parts else ""
