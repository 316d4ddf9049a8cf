"""Which input sizes suit a network: layers that see all there is already have nothing to add.

Sources: Richter, Schöning, Wiedenroth, Krumnack 2021, "Should You Go Deeper? Optimizing
Convolutional Neural Network Architectures without Training", arXiv:2106.12307; Richter, Byttner,
Krumnack, Wiedenroth, Schallner, Shenk 2021, "(Input) Size Matters for CNN Classifiers", ICANN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.windows import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.intervals import Field
    from cnncalc.network import Network, Node
    from cnncalc.receptive_field.size_free import Views


class Range(NamedTuple):
    """The feasible sizes of an axis of an input.

    Below `least` a convolution, a pooling or a merge is given what has seen everything already, by
    the path that sees least, or a window has more taps than places; above `most` nothing spans the
    input.
    """

    least: int
    most: int


def unproductive(network: Network, shortest: Sequence[Views], source: str, axis: int) -> list[int]:
    """The nodes with a window that see no more than all operands before them already do.

    By the shortest path to each: every operand sees at least the size of the input, and the node
    itself more. The first of them is the border layer.
    """
    n = next(node for node in network.nodes if node.name == source).output.size[axis]
    found = []
    for index, node in enumerate(network.nodes):
        own = _size(shortest[index], source, axis)
        window = _window(node, axis)
        if own is None or own <= n or window is None or window.kernel == 1:
            continue
        before = [_size(shortest[i], source, axis) for i in node.inputs]
        if all(size is not None and size >= n for size in before):
            found.append(index)
    return found


def feasible(
    network: Network, largest: Sequence[Views], shortest: Sequence[Views], source: str, axis: int
) -> Range:
    """The range of input sizes in which every window can add something and all is spanned."""
    least, most = 1, 1
    for index, node in enumerate(network.nodes):
        size = _size(largest[index], source, axis)
        if size is not None:
            most = max(most, size)
        window = _window(node, axis)
        if window is None and len(node.inputs) < 2:
            continue
        for i in node.inputs:
            before = _field(shortest[i], source, axis)
            if before is not None:
                least = max(least, before.size)
                if window is not None and window.kernel > 1 and before.shift:
                    # The kernel in elements of the input, rounded up.
                    least = max(least, -(-window.kernel * before.shift // before.period))
    return Range(least, most)


def _field(views: Views, source: str, axis: int) -> Field | None:
    return views[source][axis].field if source in views else None


def _size(views: Views, source: str, axis: int) -> int | None:
    field = _field(views, source, axis)
    return None if field is None else field.size


def _window(node: Node, axis: int) -> Window | None:
    """The window of a convolution or pooling along an axis."""
    windows = node.facts.windows
    window = windows[axis] if axis < len(windows) else None
    return window if isinstance(window, Window) else None
