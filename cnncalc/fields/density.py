"""How much of its field a unit really sees: dilated and strided windows leave holes.

In one dimension a chain has no holes if no window's taps are further apart than what is seen so
far is long. In more dimensions, and through branches, the set itself is kept where it may have
holes; as long as it is a full box, nothing needs to be kept.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.fields import Field, through
from cnncalc.arithmetic.windows import Window
from cnncalc.collector import paused
from cnncalc.fields.cells import Cells, count, united
from cnncalc.fields.coverage import LONGEST, is_long
from cnncalc.fields.units import seen
from cnncalc.fields.ways import locally, readings, ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.fields.views import View, Views
    from cnncalc.network import Network, Node

WHOLE = Fraction(1)

FULL: Cells = {}
"""Stands for a set without holes."""

Pattern = Cells | None
"""What unit 0 sees: FULL, the set itself, or None where the units do not all see alike."""


@paused
def shares(network: Network, views: Sequence[Views]) -> list[dict[str, Fraction | None]]:
    """For every node and input the part of the field that is seen, borders ignored.

    None where nothing is seen but by a layer that sees everything, or where the input has no axes.
    Units that do not all see alike are spoken for by the one in the centre.
    """
    if is_long(network):
        return [dict.fromkeys(seen_) for seen_ in views]
    fields = {id(view.field): view.field for v in views for axes in v.values() for view in axes}
    bias = 1 + max((_beyond(field) for field in fields.values() if field), default=0)
    patterns: list[dict[str, Pattern]] = []
    found: list[dict[str, Fraction | None]] = []
    for index, node in enumerate(network.nodes):
        if len(node.inputs) == 1 and views[index] is views[node.inputs[0]]:
            # A layer that works on each element by itself.
            patterns.append(patterns[node.inputs[0]])
            found.append(found[node.inputs[0]])
            continue
        made: dict[str, Pattern] = {}
        parts: dict[str, Fraction | None] = {}
        for name, seen_ in views[index].items():
            if not _local(seen_):
                parts[name] = None
                continue
            pattern = FULL if node.layer is None else _pattern(
                network, index, name, views, patterns, bias)  # fmt: skip
            share: Fraction | None = WHOLE
            if pattern is None:
                share, full = _of_the_centre(network, index, name, seen_)
                pattern = FULL if full else None
            elif pattern:
                share = Fraction(count(pattern), prod(v.field.size for v in seen_ if v.field))
                pattern = FULL if share == 1 else pattern
            made[name], parts[name] = pattern, share
        patterns.append(made)
        found.append(parts)
    return found


def _local(seen_: Sequence[View]) -> bool:
    """Whether something is seen by windows, and not too much to look at."""
    return bool(seen_) and all(v.field is not None and 0 < v.field.size <= LONGEST for v in seen_)


def _beyond(field: Field) -> int:
    """A bound on how far unit 0 looks to either side."""
    return max(abs(place) for bound in (field.first, field.last) for place in bound or ()
               if place is not None) if field.size else 0  # fmt: skip


def _pattern(
    network: Network,
    index: int,
    name: str,
    views: Sequence[Views],
    patterns: Sequence[dict[str, Pattern]],
    bias: int,
) -> Pattern:
    """What unit 0 of a node sees of an input, through all of its operands."""
    node = network.nodes[index]
    parts: list[tuple[Pattern, int, tuple[Axis, ...]]] = []
    for source, axes in dict.fromkeys(zip(node.inputs, readings(network, node), strict=True)):
        way = locally(node, axes)
        if way is None or name not in patterns[source]:
            continue
        pattern = patterns[source][name]
        if way:
            size = network.nodes[source].output.size
            pattern = _read(node, way, size, views[source][name], pattern, bias)
        parts.append((pattern, source, way))
    if len(parts) == 1:
        return parts[0][0]
    return _together([
        (pattern, tuple(_led(node, way, network.nodes[source].output.size, views[source][name])))
        for pattern, source, way in parts
    ], bias)  # fmt: skip


def _led(
    node: Node, axes: Sequence[Axis], size: tuple[int, ...], before: Sequence[View]
) -> list[Field]:
    """The fields of an input behind the axes by which a node reads it; () is elementwise."""
    if not axes:
        return [view.field for view in before if view.field is not None]
    led = ways(axes, node.output.rank)
    found = []
    for view in before:
        field = view.field
        if field is not None and view.along is not None:
            axis, to = led[view.along]
            m = node.output.size[to] if to is not None else 1
            field = through(field, axis, size[view.along], m)
        if field is not None:
            found.append(field)
    return found


def _read(
    node: Node,
    axes: Sequence[Axis],
    size: tuple[int, ...],
    before: Sequence[View],
    pattern: Pattern,
    bias: int,
) -> Pattern:
    """The pattern behind windows: moved by every tap, and all of these together."""
    if pattern is None:
        return None
    read = [
        (v.field, axes[v.along], size[v.along]) for v in before if v.field and v.along is not None
    ]
    if pattern is FULL and all(_dense(*one) for one in read):
        return FULL
    if len(read) < len(before) or not all(_alike(*one) for one in read):
        return None
    cells = _box([field for field, _, _ in read], bias) if pattern is FULL else pattern
    for at, (field, axis, n) in enumerate(read):
        steps = [tap * (field.shift or 0) for tap in axis.reach(0, n)]
        cells = _moved(cells, at, steps, last=at == len(read) - 1)
    return cells


def _dense(field: Field, axis: Axis, n: int) -> bool:
    """Whether fields without holes, read by this axis, give fields without holes."""
    if isinstance(axis, Window) and field.period == 1 and field.shift is not None:
        return axis.kernel == 1 or axis.dilation * field.shift <= field.size
    period = axis.period(n)
    if period is None or field.shift is None:
        return _dense_one_by_one(field, axis, n)
    outputs, inputs = period
    rounds = 1 if field.period == 1 else field.period * outputs
    for u in range(outputs * rounds):
        spans = [field.bounds(tap) for tap in axis.reach(u, n)]
        if not spans or not _touching(spans):
            return False
    return bool(inputs or outputs)


def _dense_one_by_one(field: Field, axis: Axis, n: int) -> bool:
    units = range(axis.positions(n))
    return all(_touching([field.bounds(tap) for tap in axis.taps(u, n)]) for u in units)


def _touching(spans: Sequence[tuple[int, int] | None]) -> bool:
    """Whether stretches, one behind the other, leave nothing out between them."""
    known = [span for span in spans if span is not None]
    return len(known) == len(spans) and all(b[0] <= a[1] + 1 for a, b in pairwise(known))


def _alike(field: Field, axis: Axis, n: int) -> bool:
    """Whether all units see alike, before and behind the axis."""
    period = axis.period(n)
    return field.shift is not None and field.period == 1 and period is not None and period[0] == 1


def _box(fields: Sequence[Field], bias: int) -> Cells:
    """The full box of what unit 0 sees."""
    sides = [field.bounds(0) or (0, -1) for field in fields]
    *leads, (a, b) = sides
    bits = ((1 << (b - a + 1)) - 1) << (a + bias)
    return dict.fromkeys(product(*(range(first, last + 1) for first, last in leads)), bits)


def _moved(cells: Cells, at: int, steps: Sequence[int], *, last: bool) -> Cells:
    """The union of a set moved by each of the steps along one axis."""
    if last:
        known: dict[int, int] = {}
        for bits in cells.values():
            if bits not in known:
                known[bits] = 0
                for step in steps:
                    known[bits] |= bits << step if step >= 0 else bits >> -step
        return {lead: known[bits] for lead, bits in cells.items()}
    found: Cells = {}
    for lead, bits in cells.items():
        for step in steps:
            place = (*lead[:at], lead[at] + step, *lead[at + 1 :])
            found[place] = found.get(place, 0) | bits
    return found


def _together(parts: Sequence[tuple[Pattern, tuple[Field, ...]]], bias: int) -> Pattern:
    """What is seen through any of the operands."""
    if any(pattern is None for pattern, _ in parts):
        return None
    for pattern, fields in parts:
        # One operand without holes that sees at least what the others see.
        if pattern is FULL and all(_within(other, fields) for _, other in parts):
            return FULL
    if any(f.shift is None or f.period > 1 for _, fields in parts for f in fields):
        return None
    if len({tuple(f.shift for f in fields) for _, fields in parts}) > 1:
        return None
    return united(
        _box(fields, bias) if pattern is FULL else pattern or {} for pattern, fields in parts
    )


def _within(inner: Sequence[Field], outer: Sequence[Field]) -> bool:
    """Whether every unit's inner box lies in its outer one."""
    for one, other in zip(inner, outer, strict=True):
        if one.shift is None or other.shift is None or one.stride != other.stride:
            return False
        for u in range(max(one.period, other.period) if one.period != other.period else one.period):
            a, b = one.bounds(u), other.bounds(u)
            if a is not None and (b is None or a[0] < b[0] or a[1] > b[1]):
                return False
    return True


def _of_the_centre(
    network: Network, index: int, name: str, seen_: Sequence[View]
) -> tuple[Fraction | None, bool]:
    """The share of the unit in the centre, borders ignored, and whether no unit sees any holes.

    Units that repeat themselves are asked one axis at a time; of others the centre speaks for all.
    """
    centre = tuple(n // 2 for n in network.nodes[index].output.size)
    free = all(view.field is not None and view.field.shift is not None for view in seen_)
    share = _of_one(network, index, name, centre, free=free)
    if share != 1 or not free:
        return share, share == 1
    others = {
        (*centre[: view.along], centre[view.along] + phase, *centre[view.along + 1 :])
        for view in seen_ if view.field is not None and view.along is not None
        for phase in range(1, view.field.period)
    }  # fmt: skip
    return share, all(_of_one(network, index, name, unit, free=True) == 1 for unit in others)


def _of_one(
    network: Network, index: int, name: str, unit: tuple[int, ...], *, free: bool
) -> Fraction | None:
    """The share of one unit; if `free`, the input goes on beyond its borders."""
    bias = _before_the_first(network, index, unit) if free else None
    found = seen(network, index, unit, local=True, bias=bias)
    return found[name].share if name in found else None


def _before_the_first(network: Network, index: int, unit: tuple[int, ...]) -> int:
    """A bound on how far before its first element a unit reads any layer, where no border is."""
    lowest = {index: min(unit, default=0)}
    for at in range(index, -1, -1):
        if at not in lowest:
            continue
        node = network.nodes[at]
        for source, axes in zip(node.inputs, readings(network, node), strict=True):
            way = locally(node, axes)
            if way is None:
                continue
            read = zip(way, network.nodes[source].output.size, strict=False)
            firsts = [_first(axis, lowest[at], n) for axis, n in read]
            lowest[source] = min(lowest[at], lowest.get(source, 0), *firsts)
    return -min(lowest.values())


def _first(axis: Axis, lowest: int, n: int) -> int:
    """The first input that any output from `lowest` on reads."""
    period = axis.period(n)
    if period is None:
        return 0
    reached = [axis.reach(u, n) for u in range(lowest, lowest + period[0])]
    return min((taps[0] for taps in reached if len(taps)), default=0)
