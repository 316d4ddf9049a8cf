"""After how many elements of an axis a layer does the same again, and from which length on."""

from __future__ import annotations

from math import gcd, lcm, prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved, Single
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.resampling import Resampling
from cnncalc.arithmetic.sequences import Prefix, Recurrence
from cnncalc.arithmetic.windows import (
    SLIDING,
    AdaptiveWindow,
    Everything,
    TransposedWindow,
    Window,
)
from cnncalc.input_sizes.columns import FURTHEST, Aperiodic, Column, common, move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Node

_STEADY = (TransposedWindow, AdaptiveWindow, Everything, Prefix, Moved, Regrouped, Single)
"""What does to every length the same as to the next one."""

_FINEST = 64
"""Resizing repeats itself after so many elements, or it is not looked at."""


def step_of(axis: Axis) -> int:
    """After how many elements a reading repeats itself; raises Aperiodic if that is not known."""
    if isinstance(axis, SLIDING):
        return axis.stride
    if isinstance(axis, Recurrence):
        return axis.window.stride
    if isinstance(axis, Resampling):
        step = axis.source // gcd(axis.source, axis.target)
        if step <= _FINEST:
            return step
    elif isinstance(axis, _STEADY):
        return 1
    raise Aperiodic


def length_of(axis: Axis) -> int:
    """From which length on a reading follows its rule, whatever it does at the ends."""
    if isinstance(axis, Recurrence):
        return length_of(axis.window)
    if isinstance(axis, SLIDING):
        pads = list(map(abs, axis.padding))
        if isinstance(axis, Window) and axis.rounding == "floor" and axis.rule == "explicit":
            return max(axis.extent - sum(axis.padding), *pads, 1) + axis.stride
        return axis.extent + sum(pads) + axis.stride
    if isinstance(axis, TransposedWindow):
        return axis.extent + sum(map(abs, axis.padding)) + axis.stride
    return 2


def check_lawful(layer: Layer, operands: Sequence[Column]) -> None:
    """Raises Aperiodic unless the layer is one whose rule for all sizes is known."""
    if not layer.periodic:
        raise Aperiodic
    if layer.periodic == "space" and any(o.shift and o.shift[0] for o in operands):
        raise Aperiodic


def repetition(node: Node, operands: Sequence[Column], *, beyond: Sequence[int]) -> tuple[int, int]:
    """From where on, and after how many sizes, the layer does the same to its operands again.

    All axes of the first operand that grow are then longer than `beyond`. Raises Aperiodic where
    that is not known.
    """
    layer, windows = node.layer, node.facts.windows
    start, period = common(operands)
    period = _period(layer, windows, operands[0], period)  # type: ignore[arg-type]
    least = [length_of(axis) for axis in windows]
    if not {"kernel", "stride"} & layer.keys.keys():  # type: ignore[union-attr]
        least = [max([2, *least]) + _sum_of_keys(layer)] * max(1, len(least))
    for place, column in enumerate(operands):
        start = max(start, _reaches(column, least, start, [] if place else beyond))
    if layer.modulus > 1:  # type: ignore[union-attr]
        start = _exceeds(operands[0], layer.modulus, start)  # type: ignore[union-attr]
    start = max(start, _parts(operands, start, period))
    if start + 2 * period > FURTHEST:
        raise Aperiodic
    return start, period


def _period(layer: Layer, windows: Sequence[Axis], column: Column, period: int) -> int:
    """After how many sizes the windows, and what is divided, stand where they stood."""
    times = period // column.period
    for axis, by in zip(windows, column.shift[1:], strict=False):
        # A size that was given, or is that of another map, has nothing to do with what is resized.
        given = isinstance(axis, Resampling) and "scale" not in layer.keys
        step = 1 if given else step_of(axis)
        if by:
            period = lcm(period, column.period * times * (step // gcd(by * times, step)))
    if layer.modulus > 1 and any(column.shift):
        if sum(by > 0 for by in column.shift) > 1:
            raise Aperiodic
        shape = _first_alive(column, column.start)[1]
        if shape is not None:
            axes = zip((shape.channels, *shape.size), column.shift, strict=True)
            more = prod(by or n for n, by in axes) * (period // column.period)
            period *= layer.modulus // gcd(more, layer.modulus)
    return period


def _exceeds(column: Column, elements: int, start: int) -> int:
    """From where on a tensor that grows has more than so many elements."""
    n, shape = _first_alive(column, start)
    if shape is not None and any(column.shift):
        more: int = move(shape, column.shift, 1).elements - shape.elements
        rounds: int = max(0, elements - shape.elements) // more + 2
        return n + rounds * column.period
    return start


def _first_alive(column: Column, start: int) -> tuple[int, Shape | None]:
    """The first size of a period from `start` on that is not refused, and its shape."""
    n = start
    while n < start + column.period:
        shape, following = column.run(n)
        if shape is not None:
            return n, shape
        n = following
    return start, None


def _sum_of_keys(layer: object) -> int:
    """The sum of all numbers that the keys of a layer hold: a size, a margin, an offset."""

    def add(value: object) -> int:
        if isinstance(value, int):
            return abs(value)
        return sum(map(add, value)) if isinstance(value, tuple) else 0

    return sum(add(value) for name, value in vars(layer).items() if name not in _COUNTS)


_COUNTS = {"units", "filters", "channels", "features", "groups", "heads", "factor"}
"""Keys that say how many there are, and nothing of a length."""


def _reaches(column: Column, least: Sequence[int], start: int, beyond: Sequence[int]) -> int:
    """From where on every axis of a tensor that grows is so long, and longer than `beyond`."""
    n, found = _first_alive(column, start)
    if found is None:
        return start
    wanted = [0, *least, *[max(least)] * found.rank]
    lengths = (found.channels, *found.size)
    for axis, (length, by) in enumerate(zip(lengths, column.shift, strict=False)):
        if by > 0:
            enough = max(wanted[axis], beyond[axis] + 1 if beyond else 0)
            rounds = -(-max(0, enough - length) // by) + 1
            start = max(start, n + rounds * column.period)
    return start


def _parts(operands: Sequence[Column], start: int, period: int) -> int:
    """From where on operands that grow at different rates have no axis of the same length."""
    found = [(_first_alive(column, start)[1], column) for column in operands]
    alive = [(shape, column, period // column.period) for shape, column in found
             if shape is not None]  # fmt: skip
    most = start
    for i, (one, a, rounds_a) in enumerate(alive[:_PAIRS]):
        for other, b, rounds_b in alive[:i]:
            sizes = zip(one.size, a.shift[1:], other.size, b.shift[1:], strict=False)
            for n, by, m, other_by in sizes:
                faster = abs(by * rounds_a - other_by * rounds_b)
                if faster:
                    apart = abs(n - m) + 2 * (by * rounds_a + other_by * rounds_b)
                    most = max(most, start + (apart // faster + 1) * period)
    return most


_PAIRS = 16
"""So many operands of one layer are compared with each other."""
