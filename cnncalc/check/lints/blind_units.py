"""Units that see nothing but padding."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved, Single, Stretch
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import BorderedWindow, Everything, Window
from cnncalc.errors import Diagnostic
from cnncalc.receptive_field.axis_map import readings
from cnncalc.receptive_field.coverage import blind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network, Node

CODE = "W624"

_MOST = 4096
"""A longer axis is not looked at place by place to rule a network out."""


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every layer that brings in units which no element of an input reaches."""
    if not _may_be_blind(network):
        return
    unseeing = blind(network)
    for index, node in enumerate(network.nodes):
        # The margin of a `pad` is meant to see nothing.
        slides = any(getattr(window, "kernel", 1) > 1 for window in node.facts.windows)
        if slides and unseeing[index] > max((unseeing[i] for i in node.inputs), default=0):
            yield Diagnostic(CODE, f"{unseeing[index]:,} rows or columns of `{node.name}` see only padding",
                             network.source, node.span, layer=node.name, severity="warning",
                             help="less padding, or a kernel that is not smaller than the stride of "
                             "a transposed convolution")  # fmt: skip


def _may_be_blind(network: Network) -> bool:
    """Whether a window may lie in the padding as a whole; False is certain, and quickly said."""
    for node, *_ in network.alike:
        moves = len(node.inputs) != 1 or node.facts.windows
        if node.layer is not None and moves and _has_wide_padding(network, node):
            return True
    return False


def _has_wide_padding(network: Network, node: Node) -> bool:
    for source, axes in zip(node.inputs, readings(network, node), strict=True):
        size = network.nodes[source].output.size
        for axis, n in zip(axes or (), size, strict=False):
            if not (_window_sees(axis, n) if type(axis) is Window else _always_sees(axis, n)):
                return True
    return False


def _window_sees(window: Window, n: int) -> bool:
    return max(window.padding) < window.extent and window.dilation <= n


# Two ways of reading with equal numbers are equal tuples: their types tell them apart.
@lru_cache(maxsize=512, typed=True)
def _always_sees(axis: Axis, n: int) -> bool:
    """Whether every unit reads one of `n` elements."""
    if isinstance(axis, Moved) and axis.window is not None:
        axis = axis.window
    if isinstance(axis, Window):
        return _window_sees(axis, n)
    if isinstance(axis, (BorderedWindow, Everything, Moved, Regrouped, Single, Stretch)):
        return True
    m = axis.positions(n)
    return max(n, m) <= _MOST and all(len(axis.taps(u, n)) for u in range(m))
