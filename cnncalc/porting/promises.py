"""What `targets` of a spec promise, held against what becomes of the network there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.porting.verdicts import PADDED, SAME
from cnncalc.porting.words import NOTES_ON_PADS, in_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnncalc.network import Network, Node
    from cnncalc.porting.port import PortResult


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
    """A finding for every layer of which this becomes in a target, with all the targets.

    `said` is the message: `{layer}` and `{targets}` are names, `{why}` is what is different. Where targets
    have reasons of their own, the rest of it behind `{targets}` is repeated.
    """
    for node, told in _by_layer(network, verdict):
        begin, _, end = said.format(layer=node.name, targets="\0", why="{why}").partition("\0")
        whys: dict[str, list[str]] = {}
        fixes: dict[str, list[str]] = {}
        for (why, fix), targets in told.items():
            whys.setdefault(why, []).extend(targets)
            if fix:
                fixes.setdefault(fix, []).extend(targets)
        parts = [in_one(targets) + end.format(why=why) for why, targets in whys.items()]
        note = NOTES_ON_PADS.get(node.op, "") if verdict == PADDED else ""
        help = "; ".join(filter(None, (_help(fixes), note)))
        yield Diagnostic(code, begin + "; in ".join(parts), network.source, node.span,
                         layer=node.name, severity=severity, help=help)  # fmt: skip


def _help(fixes: Mapping[str, list[str]]) -> str:
    """What to write, and for which targets if it is not the same for all."""
    told = {fix if fix.startswith("in ") else f"write {fix}": names for fix, names in fixes.items()}
    if len(told) == 1:
        return next(iter(told))
    return "; ".join(
        fix if fix.startswith("in ") else f"{fix} ({in_one(names)})" for fix, names in told.items()
    )


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


def broken_ends(network: Network, code: str) -> Iterator[Diagnostic]:
    """A finding for every layer that cannot be built for the sizes before it, with all the targets."""
    result = result_of(network)
    found: dict[int, dict[str, list[str]]] = {}
    for there in result.networks if result else ():
        for layer in there.breaks:
            told = found.setdefault(layer.node.index, {})
            told.setdefault(layer.breaks, []).append(there.target.name)
    for index, told in found.items():
        node = network.nodes[index]
        why = "; in ".join(f"{in_one(names)}: {breaks}" for breaks, names in told.items())
        yield Diagnostic(code, f"`{node.name}` cannot be built in {why}",
                         network.source, node.span, layer=node.name)  # fmt: skip


def unknown_averages(network: Network, code: str) -> Iterator[Diagnostic]:
    """A note for every pool that may divide by other numbers in a target: nobody says what they count."""
    result = result_of(network)
    if result is None or result.origin is not None:
        return
    found: dict[int, list[str]] = {}
    for there in result.networks:
        for layer in there.layers:
            if layer.judged.verdict in (SAME, PADDED) and _counts_unsaid(layer.node):
                found.setdefault(layer.node.index, []).append(there.target.name)
    for index, names in found.items():
        node = network.nodes[index]
        message = (
            f"nobody knows whether `{node.name}` has the same averages in {in_one(names)}: "
            "without a dialect it is open whether they count the padding"
        )
        yield Diagnostic(code, message, network.source, node.span, layer=node.name, severity="note",
                         help="name the `dialect:`, or write `count_padding`")  # fmt: skip


def _counts_unsaid(node: Node) -> bool:
    """Whether it is an average over padding of which is not said whether it counts."""
    return (
        node.op == "avg_pool"
        and node.layer is not None
        and node.layer.__dict__["count_padding"] is None
        and any(max(getattr(window, "padding", (0,))) > 0 for window in node.facts.windows)
    )


def join_by_layer(findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """One finding for each layer: what several say of it in one message."""
    found: dict[str | None, Diagnostic] = {}
    for one in findings:
        first = found.setdefault(one.layer, one)
        if first is not one:
            helps = "; ".join(dict.fromkeys(filter(None, (first.help, one.help))))
            found[one.layer] = first._replace(message=f"{first.message}; {one.message}", help=helps)
    yield from found.values()
