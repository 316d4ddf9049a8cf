"""`expect:` – a number must come out as it is written, at the precision it is written with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.check.claims.base.wording import (
    finding,
    is_field,
    name_claim,
    report_unknown,
    show_number,
)
from cnncalc.metrics import BYTES, claimed_value, of_claim
from cnncalc.quantity import Quantity, exact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.errors import Diagnostic
    from cnncalc.network import Claim, Network

CODE = "X501"
UNKNOWN = "X502"

_UPDATE = "if the network is right, `cnncalc check --update` writes its numbers into the file"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A finding for every claim that does not hold."""
    for claim in network.claims:
        if claim.kind == "expect":
            yield from _verdict(network, claim)


def _verdict(network: Network, claim: Claim) -> Iterator[Diagnostic]:
    value, total = claimed_value(network, claim)
    name = name_claim(network, claim)
    where = network.name if claim.node is None else network.nodes[claim.node].declared_name
    if total is not None and value is None:
        yield report_unknown(network, claim, where, total)
        return
    if _holds(claim.wanted, value):
        return
    shown = show_number(claim, value)
    if isinstance(value, int) and of_claim(claim).unit is BYTES:
        shown = f"{shown} ({value:,} bytes)" if value >= 1024 else f"{value:,} bytes"
    message = f"{where}: {name} is {shown}, expected {_wanted_text(claim)}"
    help = _UPDATE if isinstance(claim.wanted, (Quantity, int)) else ""
    nearest = _nearest(claim.wanted, value)
    if isinstance(value, int) and nearest is not None:
        difference = value - nearest.value
        message += f" ({difference:+,})"
        help = _explain(network, claim, difference) or help
    elif _is_list_of(claim.wanted, value):
        apart = [mine - theirs for mine, theirs in zip(value, claim.wanted, strict=True)]
        message += f" ({', '.join(f'{n:+,}' if n else '0' for n in apart)})"
        help = _UPDATE
    elif value is None:
        node = network.nodes[claim.node] if claim.node is not None else None
        shape = node.output if node else network.nodes[next(iter(network.outputs.values()))].output
        help = f"it is {shape}"
        if is_field(claim):
            message = (
                f"{where}: receptive_field is all of the input, expected {_wanted_text(claim)}"
            )
            help = "nothing is seen by windows alone: expect it of a layer before"
    yield finding(network, claim, CODE, message, help=help)


def _nearest(wanted: Any, value: Any) -> Quantity | None:
    """The number that was missed: the one expected, or the end of the range."""
    if isinstance(wanted, Quantity):
        return wanted
    if not isinstance(value, int) or not _is_bounds(wanted):
        return None
    low, high = wanted
    missed: Quantity | None = low if low is not None and value < low.low else high
    return missed


def _holds(wanted: Any, value: Any) -> bool:
    if isinstance(value, tuple) and wanted is not None and _is_bounds(wanted):
        # One number for all axes: each of them must hold.
        return all(_holds(wanted, one) for one in value)
    if isinstance(value, int) and isinstance(wanted, tuple) and not _is_bounds(wanted):
        return all(one == value for one in wanted)
    if isinstance(wanted, Quantity):
        return value in wanted
    if _is_bounds(wanted):
        low, high = wanted
        return isinstance(value, int) and (low is None or value >= low.low) and (
            high is None or value <= high.high)  # fmt: skip
    if isinstance(wanted, int):
        return value == (wanted,) if isinstance(value, tuple) else bool(value == wanted)
    return bool(wanted == value)


def _is_bounds(wanted: Any) -> bool:
    """Whether it is a number or {min, max}, and not a list of one per axis."""
    if isinstance(wanted, Quantity):
        return True
    return isinstance(wanted, tuple) and all(w is None or isinstance(w, Quantity) for w in wanted)


def _is_list_of(wanted: Any, value: Any) -> bool:
    """Whether a number is expected for each axis that there is."""
    if not isinstance(value, tuple) or not isinstance(wanted, tuple) or len(value) != len(wanted):
        return False
    return all(isinstance(one, int) for one in wanted)


def _explain(network: Network, claim: Claim, difference: int) -> str:
    """What the difference is made of, where that is the well-known confusion."""
    if claim.keys == ("params",) and difference == -network.buffers.known and difference:
        return (
            f"the difference is the {exact(-difference)} buffers (running statistics), "
            "which Keras counts among its params: expect them under `buffers`"
        )
    return ""


def _wanted_text(claim: Claim) -> str:
    if isinstance(claim.wanted, Quantity):
        return claim.text if not claim.text.isdigit() else f"{claim.wanted.value:,}"
    if isinstance(claim.wanted, tuple) and all(
        w is None or isinstance(w, Quantity) for w in claim.wanted
    ):
        low, high = claim.wanted
        parts = [f"at least {low.value:,}"] if low else []
        return " and ".join(parts + ([f"at most {high.value:,}"] if high else []))
    return show_number(claim, claim.wanted)
