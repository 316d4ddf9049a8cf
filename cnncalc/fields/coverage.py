"""Who sees nothing, and what nobody sees: blind units, and elements of an input that are not read.

Both are asked axis by axis, place by place, and not of networks with very long axes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Everything, Stretch, Window
from cnncalc.fields.cells import pulled, runs
from cnncalc.fields.ways import readings, ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network

LONGEST = 1 << 18
"""The places of a longer axis are not looked at one by one."""

Masks = tuple[int, ...]
"""For each axis of a tensor a number whose bit `i` speaks of place `i`; a vector has one bit."""


def is_long(network: Network) -> bool:
    """Whether a tensor of the network has an axis that is too long to look at."""
    return any(n > LONGEST for node in network.nodes for n in node.output.size)


def blind(network: Network) -> list[int]:
    """For every node how many of its places see only padding, all axes together.

    All zero if an axis is too long to look at.
    """
    if is_long(network):
        return [0] * len(network.nodes)
    alive: list[Masks] = []
    for node in network.nodes:
        size = node.output.size
        if node.layer is None:
            alive.append(tuple((1 << n) - 1 for n in size or (1,)))
            continue
        masks = [0] * max(len(size), 1)
        for source, axes in zip(node.inputs, readings(network, node), strict=True):
            if axes is None:
                continue
            pushed = _pushed(axes, alive[source], network, source, size)
            masks = [mask | more for mask, more in zip(masks, pushed, strict=True)]
        alive.append(tuple(masks))
    return [
        sum(n - mask.bit_count() for n, mask in zip(node.output.size, masks, strict=False))
        for node, masks in zip(network.nodes, alive, strict=True)
    ]


def _pushed(
    axes: Sequence[Axis], alive: Masks, network: Network, source: int, size: tuple[int, ...]
) -> Masks:
    """The places of the output that read a living place of one operand."""
    taken = network.nodes[source].output.size
    if not axes and len(taken) == len(size):
        return alive
    found = [(1 << n) - 1 if all(alive) else 0 for n in size or (1,)]
    for (axis, to), mask, n in zip(ways(axes, len(size)), alive, taken, strict=False):
        if to is not None:
            found[to] = _readers(axis, n, size[to], mask)
    return tuple(found)


# Two ways of reading with equal numbers are equal tuples: their types tell them apart.
@lru_cache(maxsize=512, typed=True)
def _readers(axis: Axis, n: int, m: int, alive: int) -> int:
    """The outputs that read a living input."""
    if isinstance(axis, Everything):
        return (1 << m) - 1 if alive else 0
    if alive == (1 << n) - 1 and isinstance(axis, Window) and axis.dilation <= n:
        # Only a window that ends before the first element, or begins behind the last, reads none.
        first = max(0, -((axis.extent - 1 - axis.padding[0]) // axis.stride))
        last = min(m - 1, (n - 1 + axis.padding[0]) // axis.stride)
        return ((1 << m) - 1) & ((1 << (last + 1)) - 1) & -(1 << first) if first <= last else 0
    if isinstance(axis, Stretch):
        return alive << axis.before
    found = 0
    for u in range(m):
        taps = axis.taps(u, n)
        if len(taps) and _any(alive, taps):
            found |= 1 << u
    return found


def _any(alive: int, taps: Sequence[int]) -> bool:
    """Whether one of the taps is alive."""
    first, last = taps[0], taps[-1]
    if last - first + 1 == len(taps):
        return bool(alive >> first & ((1 << len(taps)) - 1))
    return any(alive >> tap & 1 for tap in taps)


def unread(network: Network) -> dict[str, list[list[tuple[int, int]]]]:
    """For every input and each of its axes the stretches (first, last) that no output depends on.

    A stretch is at the end where strides leave a rest over, and inside where windows have gaps.
    Empty if an axis is too long to look at.
    """
    if is_long(network):
        return {}
    needed: dict[int, list[int]] = {}
    outputs = set(network.outputs.values()) or {len(network.nodes) - 1}
    found: dict[str, list[list[tuple[int, int]]]] = {}
    for index in range(len(network.nodes) - 1, -1, -1):
        node = network.nodes[index]
        size = node.output.size
        masks = needed.pop(index, None)
        if index in outputs:
            masks = [(1 << n) - 1 for n in size]
        if node.layer is None:
            masks = masks or [0] * len(size)
            found[node.name] = [
                list(runs(mask ^ ((1 << n) - 1))) for mask, n in zip(masks, size, strict=True)
            ]
        elif masks is not None:
            for source, axes in zip(node.inputs, readings(network, node), strict=True):
                if axes is not None:
                    _ask(needed, source, network.nodes[source].output.size, axes, masks)
    return dict(reversed(found.items()))


def _ask(
    needed: dict[int, list[int]],
    source: int,
    size: tuple[int, ...],
    axes: Sequence[Axis],
    masks: Sequence[int],
) -> None:
    """Adds what these outputs read of an operand to what is needed of it."""
    asked = needed.setdefault(source, [0] * len(size))
    if not axes and len(masks) == len(size):
        for at, mask in enumerate(masks):
            asked[at] |= mask
        return
    for at, ((axis, to), n) in enumerate(zip(ways(axes, len(masks)), size, strict=False)):
        if to is None:
            asked[at] |= (1 << n) - 1
        elif masks[to]:
            asked[at] |= pulled({(): masks[to]}, (axis,), (n,), 1).get((), 0)
