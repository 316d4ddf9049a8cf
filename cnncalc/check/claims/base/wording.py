"""What a claim is about, and its numbers, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import Diagnostic
from cnncalc.metrics import BYTES, of_claim
from cnncalc.quantity import size

if TYPE_CHECKING:
    from cnncalc.network import Claim, Network, Total


def name_claim(network: Network, claim: Claim) -> str:
    """`memory.peak`, with how the network is run if that is said: `memory.peak (int8, in place)`."""
    name = ".".join(claim.keys)
    if of_claim(claim).unit is not BYTES:
        return name
    way = {**dict(network.way), **dict(claim.way)}
    words = [_WAYS.get(key, "{}").format(value) for key, value in way.items() if value]
    return f"{name} ({', '.join(words)})" if words else name


_WAYS = {
    "inplace": "in place",
    "fold_norm": "norms folded",
    "bias_dtype": "biases {}",
    "eager": "eager",
}


def show_number(claim: Claim, value: Any) -> str:
    """A number of the claim: `618`, `[30, 30]`, `13.3 KiB`, `missing`."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    if value is None:
        return "missing"
    return size(value) if of_claim(claim).unit is BYTES else f"{value:,}"


def report_unknown(network: Network, claim: Claim, where: str, total: Total) -> Diagnostic:
    """The finding about a number of which a part is not known."""
    name = name_claim(network, claim)
    # Of a field there is no least size that would be known.
    least = (
        f": at least {show_number(claim, total.known)}"
        if total.known or not is_field(claim)
        else ""
    )
    return finding(network, claim, "X502", f"{where}: {name} is not known{least}",
                   help="unknown: " + ", ".join(total.gaps[:5]))  # fmt: skip


def is_field(claim: Claim) -> bool:
    """Whether it is about a receptive field, which may be all of the input."""
    return claim.keys[-1] == "receptive_field"


def finding(network: Network, claim: Claim, code: str, message: str, help: str = "") -> Diagnostic:
    """A finding at the place of a claim."""
    layer = network.nodes[claim.node].name if claim.node is not None else None
    return Diagnostic(code, message, network.source, claim.span, help=help,
                      model=network.name, layer=layer)  # fmt: skip
