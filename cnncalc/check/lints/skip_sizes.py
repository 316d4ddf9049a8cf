"""A skip connection whose maps have the same size at this size of the input, and not at others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.work import TooMuch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.input_sizes.axes import Culprit, Solved
    from cnncalc.network import Network

CODE = "W611"
QUIET = True
"""Every U-Net does it; and the network is built for a thousand sizes to find out."""

_NEARBY = 64


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note for every merge that is the first to refuse sizes of an input, too small ones apart.

    Raises TooMuch if the sizes cannot be looked at within the limits.
    """
    # Most runs know this lint by its code only.
    from cnncalc.input_sizes.axes import scan_axes

    if not _is_suspect(network):
        return
    found: dict[tuple[int, str, str], list[tuple[Solved, Culprit]]] = {}
    sizes = scan_axes(network)
    for axis in sizes.axes:
        for culprit in axis.culprits:
            # Axes that depend on each other are refused for that: the row of all of them tells.
            if not axis.bound_to and _breaks(network, axis, culprit):
                key = (culprit.refused.node, str(culprit.sizes), str(axis.accepted))
                found.setdefault(key, []).append((axis, culprit))
    for (index, broken, accepted), cases in found.items():
        node, refused = network.nodes[index], cases[0][1].refused
        axes = " or ".join(dict.fromkeys(axis.axis for axis, _ in cases))
        operands = f" ({', '.join(map(str, refused.operands))})" if refused.refusal.operands else ""
        yield Diagnostic(CODE, f"`{node.name}` does not line up where {axes} is {broken}: at "
                         f"{cases[0][1].nearest:,}, {refused.refusal.message}{operands}",
                         network.source, node.span, layer=node.name, severity="note",
                         help=f"the network accepts {accepted}; a `resize` to the other map would line up "
                         "at every size")  # fmt: skip
    for what, why in sizes.gaps.items():
        raise TooMuch(f"{what}: {why}")


def _is_suspect(network: Network) -> bool:
    """Whether a merge refuses a size near to that of the network: quickly said, and mostly not."""
    from cnncalc.input_sizes.axes import places
    from cnncalc.input_sizes.scan import scan

    if all(len(node.inputs) < 2 for node in network.nodes):
        return False
    for index, axis in places(network):
        present = network.nodes[index].output.size[axis]
        sizes = range(max(1, present - _NEARBY), present + _NEARBY + 1)
        refused = scan(network, [(index, axis)], sizes).refused.values()
        if any(len(network.nodes[one.node].inputs) > 1 for one in refused):
            return True
    return False


def _breaks(network: Network, axis: Solved, culprit: Culprit) -> bool:
    """Whether a merge refuses sizes above the smallest that is accepted."""
    least, sizes = axis.accepted.smallest, culprit.sizes
    if len(network.nodes[culprit.refused.node].inputs) < 2 or least is None:
        return False
    return sizes.period is not None or sizes.besides[-1][1] > least
