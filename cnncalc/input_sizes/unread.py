"""Elements at the end of an axis that a stride leaves over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Window

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node


def margins_of(network: Network, node: Node) -> tuple[int, ...]:
    """What a padding right above a layer has put at the end of each axis: it may be left over."""
    if not node.inputs:
        return ()
    windows = network.nodes[node.inputs[0]].facts.windows
    return tuple(
        max(0, w.padding[1]) if isinstance(w, Window) and w.kernel == 1 else 0 for w in windows
    )


def leaves_over(facts: Facts, x: Shape, varying: Collection[int], margins: Sequence[int]) -> bool:
    """Whether a stride leaves elements of `x` over at the end of an axis that is `varying`.

    Axes count from 1 there; 0 is the channels.
    """
    windows = facts.windows
    if not any(isinstance(w, Window) and w.stride > 1 for w in windows):
        return False
    # A window smaller than its stride passes over elements everywhere: that is what it is for.
    return any(
        axis + 1 in varying
        and isinstance(w, Window)
        and 1 < w.stride <= w.extent
        and w.count_dropped(n) > (margins[axis] if axis < len(margins) else 0)
        for axis, (w, n) in enumerate(zip(windows, x.size, strict=False))
    )


def varying_axes(shapes: Collection[Shape | None]) -> frozenset[int]:
    """What differs among shapes: 0 for the channels, 1 for the first axis, …."""
    known = {(s.channels, *s.size) for s in shapes if s is not None}
    return frozenset(
        axis for axis, values in enumerate(zip(*known, strict=False)) if len(set(values)) > 1
    )
