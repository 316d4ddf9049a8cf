"""Who sees nothing, and what nobody sees: blind units, and elements of an input that are not read.

Both are asked axis by axis, place by place, and not of networks with very long axes.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd
from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved, Stretch
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Everything, TransposedWindow, Window
from cnncalc.receptive_field.axis_map import readings, ways
from cnncalc.receptive_field.carrying import read_by
from cnncalc.receptive_field.cells import runs
from cnncalc.work import TooMuch, Work

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


def _count_work(network: Network) -> Work:
    """The work of looking at all places; raises TooMuch if an axis is too long for it."""
    if is_long(network):
        raise TooMuch(f"an axis has more than {LONGEST:,} places")
    return network.work("coverage")


def blind(network: Network) -> list[int]:
    """For every node how many of its places see only padding, all axes together.

    Raises TooMuch.
    """
    work = _count_work(network)
    alive: list[Masks] = []
    for node in network.nodes:
        size = node.output.size
        if node.layer is None or node.layer.independent:
            # Constants are no padding.
            alive.append(tuple((1 << n) - 1 for n in size or (1,)))
            continue
        masks = [0] * max(len(size), 1)
        for source, axes in zip(node.inputs, readings(network, node), strict=True):
            if axes is None:
                continue
            pushed = _push(axes, alive[source], network, source, size, work)
            masks = [mask | more for mask, more in zip(masks, pushed, strict=True)]
        alive.append(tuple(masks))
    return [
        sum(n - mask.bit_count() for n, mask in zip(node.output.size, masks, strict=False))
        for node, masks in zip(network.nodes, alive, strict=True)
    ]


def _push(
    axes: Sequence[Axis],
    alive: Masks,
    network: Network,
    source: int,
    size: tuple[int, ...],
    work: Work,
) -> Masks:
    """The places of the output that read a living place of one operand."""
    taken = network.nodes[source].output.size
    if not axes and len(taken) == len(size):
        return alive
    found = [(1 << n) - 1 if all(alive) else 0 for n in size or (1,)]
    for (axis, to), mask, n in zip(ways(axes, len(size)), alive, taken, strict=False):
        if isinstance(axis, Regrouped):
            _push_groups(axis, found, mask, n, work)
        elif isinstance(to, int):
            # Counted whether it is remembered or not: what is done before changes no figure.
            work.spend(_cost(axis, n, size[to]))
            found[to] = _readers(axis, n, size[to], mask)
    return tuple(found)


def _push_groups(axis: Regrouped, found: list[int], alive: int, n: int, work: Work) -> None:
    """Takes from the places of the axes of an output those that read nothing living of a split one."""
    if alive == (1 << n) - 1:
        return
    work.spend(axis.positions(n))
    reached = [0] * len(axis.to)
    for u in range(axis.positions(n)):
        if _has_alive(alive, axis.taps(u, n)):
            rest = u
            for at in range(len(axis.to) - 1, -1, -1):
                rest, place = divmod(rest, axis.sizes[at])
                reached[at] |= 1 << place
    for to, mask in zip(axis.to, reached, strict=True):
        found[to] &= mask


def _ask_groups(axis: Regrouped, masks: Sequence[int], n: int, work: Work) -> int:
    """What these outputs read of an axis that is split, or put to others."""
    wanted = [masks[to] for to in axis.to]
    if all(mask == (1 << size) - 1 for mask, size in zip(wanted, axis.sizes, strict=True)):
        return (1 << n) - 1
    work.spend(axis.positions(n))
    read = 0
    for u in range(axis.positions(n)):
        rest, inside = u, True
        for mask, size in zip(reversed(wanted), reversed(axis.sizes), strict=True):
            rest, place = divmod(rest, size)
            inside = inside and bool(mask >> place & 1)
        if inside:
            for tap in axis.taps(u, n):
                read |= 1 << tap
    return read


_WORD, _ROW = 64, 4096
"""So many places of a mask are one step where masks are moved as a whole, and where for each place
of another tensor the mask is moved."""


def _cost(axis: Axis, n: int, m: int) -> int:
    """The steps of finding who of `m` outputs reads any of some of `n` inputs."""
    if isinstance(axis, Moved) and axis.window is not None:
        axis = axis.window
    if isinstance(axis, (Everything, Moved, Stretch)) or (
        isinstance(axis, Window) and axis.padding[0] <= _FAR
    ):
        return (n + m) // _WORD + 1
    taps = 1
    if isinstance(axis, (Window, TransposedWindow)) and axis.dilation > 1:
        reached = axis.kernel * gcd(axis.stride, axis.dilation) // axis.stride + 1
        taps = min(n, axis.kernel if isinstance(axis, Window) else reached)
    return m * (n // _ROW + taps)


_FAR = 1 << 20
"""A mask is not moved further than this."""


# Two ways of reading with equal numbers are equal tuples: their types tell them apart.
@lru_cache(maxsize=512, typed=True)
def _readers(axis: Axis, n: int, m: int, alive: int) -> int:
    """The outputs that read a living input."""
    if isinstance(axis, Everything):
        return (1 << m) - 1 if alive else 0
    if isinstance(axis, Window):
        if alive == (1 << n) - 1 and axis.dilation <= n:
            # Only a window that ends before the first element, or begins behind the last, reads none.
            first = max(0, -((axis.extent - 1 - axis.padding[0]) // axis.stride))
            last = min(m - 1, (n - 1 + axis.padding[0]) // axis.stride)
            return ((1 << m) - 1) & ((1 << (last + 1)) - 1) & -(1 << first) if first <= last else 0
        if axis.padding[0] <= _FAR:
            return _sliding(axis, n, m, alive)
    if isinstance(axis, Stretch):
        return alive << axis.before
    found = 0
    for u in range(m):
        taps = axis.taps(u, n)
        if len(taps) and _has_alive(alive, taps):
            found |= 1 << u
    return found


def _sliding(window: Window, n: int, m: int, alive: int) -> int:
    """The outputs of a window that read a living input, all at once."""
    before, d, stride = window.padding[0], window.dilation, window.stride
    # Bit `i` of what is read says whether a window that begins there, padding counted, reads one.
    read = alive << before if before >= 0 else alive >> -before
    last, taps = min(window.kernel, max(n + before - 1, 0) // d + 1), 1
    while taps < last:
        more = min(taps, last - taps)
        read, taps = read | read >> more * d, taps + more
    if stride > 1:
        read = int(f"{read:b}"[::-1][::stride][::-1], 2)
    return read & ((1 << m) - 1)


def _has_alive(alive: int, taps: Sequence[int]) -> bool:
    """Whether one of the taps is alive."""
    first, last = taps[0], taps[-1]
    if last - first + 1 == len(taps):
        return bool(alive >> first & ((1 << len(taps)) - 1))
    return any(alive >> tap & 1 for tap in taps)


def unread(network: Network) -> dict[str, list[list[tuple[int, int]]]]:
    """For every input and each of its axes the stretches (first, last) that no output depends on.

    A stretch is at the end where strides leave a rest over, and inside where windows have gaps.
    Raises TooMuch.
    """
    work = _count_work(network)
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
                    _ask(needed, source, network.nodes[source].output.size, axes, masks, work)
    return dict(reversed(found.items()))


def _ask(
    needed: dict[int, list[int]],
    source: int,
    size: tuple[int, ...],
    axes: Sequence[Axis],
    masks: Sequence[int],
    work: Work,
) -> None:
    """Adds what these outputs read of an operand to what is needed of it."""
    asked = needed.setdefault(source, [0] * len(size))
    if not axes and len(masks) == len(size):
        for at, mask in enumerate(masks):
            asked[at] |= mask
        return
    for at, ((axis, to), n) in enumerate(zip(ways(axes, len(masks)), size, strict=True)):
        if to is None:
            asked[at] |= (1 << n) - 1
        elif isinstance(axis, Regrouped):
            asked[at] |= _ask_groups(axis, masks, n, work)
        elif isinstance(to, int) and masks[to]:
            asked[at] |= read_by(masks[to], axis, n, None, work)
