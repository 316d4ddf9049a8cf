"""How much of its field a unit really sees: dilated and strided windows leave holes.

In one dimension a chain has no holes if no window's taps are further apart than what is seen so
far is long. In more dimensions, and through branches, the set itself is kept where it may have
holes; as long as it is a full box, nothing needs to be kept.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.intervals import Field, through
from cnncalc.arithmetic.moving import Moved, Single
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Window, length
from cnncalc.receptive_field.axis_map import locally, readings, ways
from cnncalc.receptive_field.cells import Cells, count, move, move_by_each, union, whole
from cnncalc.receptive_field.coverage import LONGEST, is_long
from cnncalc.receptive_field.exact import find_seen
from cnncalc.system.gc_pause import pause
from cnncalc.work import TooMuch, Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network, Node
    from cnncalc.receptive_field.size_free import View, Views

WHOLE = Fraction(1)

FULL: Cells = {}
"""Stands for a set without holes."""

Pattern = Cells | None
"""What unit 0 sees: FULL, the set itself, or None where the units do not all see alike."""


class Given(NamedTuple):
    """What unit 0 of a layer sees of an input, and the share of the field that this is.

    `gap` says why the share is not computed.
    """

    pattern: Pattern
    share: Fraction | None
    gap: str = ""


NOTHING = Given(None, None)
"""Nothing is seen but by a layer that sees everything, or the input has no axes."""
_ALL = Given(FULL, WHOLE)


def shares(network: Network, views: Sequence[Views]) -> list[dict[str, Fraction | None]]:
    """For every node and input the part of the field that is seen, borders ignored.

    None where nothing is seen but by a layer that sees everything, or where the input has no axes,
    and where it is not computed. Units that do not all see alike are spoken for by the one in the
    centre. Raises TooMuch if an axis is too long.
    """
    return [{name: given.share for name, given in one.items()} for one in densities(network, views)]


@pause
def densities(network: Network, views: Sequence[Views]) -> list[dict[str, Given]]:
    """The shares, with the reason why where one is not computed. Raises TooMuch."""
    if is_long(network):
        raise TooMuch(f"an axis has more than {LONGEST:,} places")
    looking = _Looking(network, views)
    for index, node in enumerate(network.nodes):
        if len(node.inputs) == 1 and views[index] is views[node.inputs[0]]:
            # A layer that works on each element by itself.
            looking.found.append(looking.found[node.inputs[0]])
        else:
            looking.found.append({
                name: looking.at(index, name, seen_) for name, seen_ in views[index].items()
            })  # fmt: skip
    return looking.found


class _Looking:
    """What is known so far, and what it has cost."""

    def __init__(self, network: Network, views: Sequence[Views]) -> None:
        self.network = network
        self.views = views
        self.found: list[dict[str, Given]] = []
        self.work = network.work("density")
        # Beyond the ends of an axis that is split there is nothing that could go on.
        self.regroups = any(
            isinstance(axis, Regrouped) for node in network.nodes for axis in node.facts.windows
        )

    def at(self, index: int, name: str, seen_: Sequence[View]) -> Given:
        """What a node sees of an input; what takes too much is a gap, and so is what follows of it."""
        longest = 0
        for view in seen_:
            if view.field is None:
                return Given(None, None, view.gap) if view.gap else NOTHING
            size = view.field.size
            if not size:
                return NOTHING
            longest = max(longest, size)
        if not seen_:
            return NOTHING
        if self.network.nodes[index].layer is None:
            return _ALL
        try:
            if longest > LONGEST:
                raise TooMuch(f"the field has more than {LONGEST:,} places along an axis")
            return self._pattern_or_share(index, name, seen_)
        except TooMuch as error:
            return Given(None, None, str(error))

    def _carry_share(self, index: int, name: str) -> Given | None:
        """What is seen behind a reshape of which every unit is one that was there before.

        Units that do not all see alike are spoken for by the same one, wherever it has come to.
        """
        node = self.network.nodes[index]
        if len(node.inputs) > 1:
            return None
        (axes,) = readings(self.network, node)
        given = self.found[node.inputs[0]].get(name, NOTHING)
        if not axes or given is NOTHING or given.gap or not all(map(_is_carried, axes)):
            return None
        split = _is_split(axes, self.views[node.inputs[0]][name])
        return (
            Given(given.pattern if given.pattern is FULL else None, given.share) if split else None
        )

    def _pattern_or_share(self, index: int, name: str, seen_: Sequence[View]) -> Given:
        if given := self._carry_share(index, name):
            return given
        pattern = _pattern(self, index, name)
        if pattern is None:
            share, full = _of_the_centre(self, index, name, seen_)
            return Given(FULL if full else None, share)
        if pattern is FULL:
            return _ALL
        share = Fraction(count(pattern), prod(v.field.size for v in seen_ if v.field))
        return Given(FULL if share == 1 else pattern, share)


def _pattern(looking: _Looking, index: int, name: str) -> Pattern:
    """What unit 0 of a node sees of an input, through all of its operands."""
    network, views = looking.network, looking.views
    node = network.nodes[index]
    parts: list[tuple[Pattern, int, tuple[Axis, ...]]] = []
    for source, axes in dict.fromkeys(zip(node.inputs, readings(network, node), strict=True)):
        way = locally(node, axes)
        given = looking.found[source].get(name, NOTHING)
        if way is None or given is NOTHING:
            continue
        pattern, _, gap = given
        if gap:
            raise TooMuch(gap)
        if way:
            size = network.nodes[source].output.size
            pattern = _read_pattern(way, size, views[source][name], pattern, looking.work)
        parts.append((pattern, source, way))
    if len(parts) == 1:
        return parts[0][0]
    if not parts or any(_is_split(way, views[source][name]) for _, source, way in parts):
        return None
    return _together([
        (pattern, _lead(node, way, network.nodes[source].output.size, views[source][name],
               looking.work))
        for pattern, source, way in parts
    ], looking.work)  # fmt: skip


def _lead(
    node: Node, axes: Sequence[Axis], size: tuple[int, ...], before: Sequence[View], work: Work
) -> tuple[Field, ...]:
    """The fields of an input behind the axes by which a node reads it; () is elementwise."""
    if not axes:
        return tuple(view.field for view in before if view.field is not None)
    led = ways(axes, node.output.rank)
    found = []
    for view in before:
        field = view.field
        if field is not None and isinstance(view.along, int):
            axis, to = led[view.along]
            m = node.output.size[to] if isinstance(to, int) else 1
            field = through(field, axis, size[view.along], m, work)
        if field is not None:
            found.append(field)
    return tuple(found)


def _read_pattern(
    axes: Sequence[Axis],
    size: tuple[int, ...],
    before: Sequence[View],
    pattern: Pattern,
    work: Work,
) -> Pattern:
    """The pattern behind windows: moved by every tap, and all of these together."""
    if pattern is None:
        return None
    if _is_split(axes, before):
        return FULL if pattern is FULL and all(map(_is_carried, axes)) else None
    read = [
        (v.field, axes[v.along], size[v.along])
        for v in before
        if v.field and isinstance(v.along, int)
    ]
    if pattern is FULL and all(_is_dense(*one, work) for one in read):
        return FULL
    if len(read) < len(before) or not all(_is_alike(*one) for one in read):
        return None
    cells = _box([field for field, _, _ in read], work) if pattern is FULL else pattern
    for at, (field, axis, n) in enumerate(read):
        reached = axis.reach(0, n)
        work.spend(length(reached))
        steps = [tap * (field.shift or 0) for tap in reached]
        cells = move_by_each(cells, at, steps, work, last=at == len(read) - 1)
    return cells


def _is_split(axes: Sequence[Axis], before: Sequence[View]) -> bool:
    """Whether axes are split, or put together, or were before so that a field has several."""
    return any(isinstance(axis, Regrouped) for axis in axes) or any(
        isinstance(view.along, tuple) for view in before
    )


def _is_carried(axis: Axis) -> bool:
    """Whether one element becomes one element: nothing gets holes."""
    if isinstance(axis, Regrouped):
        return tuple(axis.offsets) == (0,)
    return isinstance(axis, Single) or (isinstance(axis, Moved) and axis.window is None)


def _is_dense(field: Field, axis: Axis, n: int, work: Work) -> bool:
    """Whether fields without holes, read by this axis, give fields without holes."""
    if isinstance(axis, Window) and field.period == 1 and field.shift is not None:
        return axis.kernel == 1 or axis.dilation * field.shift <= field.size
    period = axis.period(n)
    if period is None or field.shift is None:
        units = range(axis.positions(n))
        return all(_are_touching(field, axis.taps(u, n), work) for u in units)
    # After so many outputs the axis has repeated itself, and in as many rounds so has the field.
    reached = (axis.reach(u, n) for u in range(period[0] * field.period))
    return all(taps and _are_touching(field, taps, work) for taps in reached)


def _are_touching(field: Field, taps: Sequence[int], work: Work) -> bool:
    """Whether what the taps see, one behind the other, leaves nothing out between them."""
    work.spend(length(taps) + 1)
    spans = [field.bounds(tap) for tap in taps]
    known = [span for span in spans if span is not None]
    # The next may lie before the last: what is repeated begins anew.
    return len(known) == len(spans) and all(
        b[0] <= a[1] + 1 and a[0] <= b[1] + 1 for a, b in pairwise(known)
    )


def _is_alike(field: Field, axis: Axis, n: int) -> bool:
    """Whether all units see alike, before and behind the axis."""
    period = axis.period(n)
    return field.shift is not None and field.period == 1 and period is not None and period[0] == 1


def _box(fields: Sequence[Field], work: Work) -> Cells:
    """The full box of what unit 0 sees; its first place is 0 on every axis."""
    size = tuple(field.size for field in fields)
    work.spend(prod(size[:-1]))
    return whole(size)


def _together(parts: Sequence[tuple[Pattern, tuple[Field, ...]]], work: Work) -> Pattern:
    """What is seen through any of the operands."""
    if any(pattern is None for pattern, _ in parts):
        return None
    # One operand without holes that sees at least what the others see.
    outer: tuple[Field, ...] | None = None
    for pattern, fields in parts:
        if pattern is FULL and (outer is None or _are_within(outer, fields, work)):
            outer = fields
    if outer is not None and all(_are_within(fields, outer, work) for _, fields in parts):
        return FULL
    if any(f.shift is None or f.period > 1 for _, fields in parts for f in fields):
        return None
    if len({tuple(f.shift for f in fields) for _, fields in parts}) > 1:
        return None
    sets = []
    firsts = [[field.first[0] or 0 for field in fields] for _, fields in parts]
    origin = [min(places) for places in zip(*firsts, strict=True)]
    for (pattern, fields), first in zip(parts, firsts, strict=True):
        cells = _box(fields, work) if pattern is FULL else pattern or {}
        for at, (place, zero) in enumerate(zip(first, origin, strict=True)):
            if place > zero:
                cells = move(cells, at, place - zero, work, last=at == len(first) - 1)
        sets.append(cells)
    return union(sets)


def _are_within(inner: Sequence[Field], outer: Sequence[Field], work: Work) -> bool:
    """Whether every unit's inner box lies in its outer one."""
    for one, other in zip(inner, outer, strict=True):
        if one.shift is None or other.shift is None or one.stride != other.stride:
            return False
        work.spend(max(one.period, other.period))
        for u in range(max(one.period, other.period) if one.period != other.period else one.period):
            a, b = one.bounds(u), other.bounds(u)
            if a is not None and (b is None or a[0] < b[0] or a[1] > b[1]):
                return False
    return True


def _of_the_centre(
    looking: _Looking, index: int, name: str, seen_: Sequence[View]
) -> tuple[Fraction | None, bool]:
    """The share of the unit in the centre, borders ignored, and whether no unit sees any holes.

    Units that repeat themselves are asked one axis at a time; of others the centre speaks for all.
    """
    centre = tuple(n // 2 for n in looking.network.nodes[index].output.size)
    free = not looking.regroups and all(
        view.field is not None and view.field.shift is not None for view in seen_
    )
    share = _of_one(looking, index, name, centre, free=free)
    if share != 1 or not free:
        return share, share == 1
    # The units are listed before they are looked at.
    looking.work.spend(sum(view.field.period for view in seen_ if view.field is not None))
    others = {
        (*centre[: view.along], centre[view.along] + phase, *centre[view.along + 1 :])
        for view in seen_ if view.field is not None and isinstance(view.along, int)
        for phase in range(1, view.field.period)
    }  # fmt: skip
    return share, all(_of_one(looking, index, name, unit, free=True) == 1 for unit in others)


def _of_one(
    looking: _Looking, index: int, name: str, unit: tuple[int, ...], *, free: bool
) -> Fraction | None:
    """The share of one unit; if `free`, the input goes on beyond its borders."""
    network, work = looking.network, looking.work
    bias = _before_the_first(network, index, unit, work) if free else None
    found = find_seen(network, index, unit, local=True, bias=bias, work=work)
    return found[name].share if name in found else None


def _before_the_first(network: Network, index: int, unit: tuple[int, ...], work: Work) -> int:
    """A bound on how far before its first element a unit reads any layer, where no border is."""
    lowest = {index: min(unit, default=0)}
    for at in range(index, -1, -1):
        if at not in lowest:
            continue
        node = network.nodes[at]
        work.spend(len(node.inputs))
        for source, axes in zip(node.inputs, readings(network, node), strict=True):
            way = locally(node, axes)
            if way is None:
                continue
            read = zip(way, network.nodes[source].output.size, strict=False)
            firsts = [_first(axis, lowest[at], n, work) for axis, n in read]
            lowest[source] = min(lowest[at], lowest.get(source, 0), *firsts)
    return -min(lowest.values())


def _first(axis: Axis, lowest: int, n: int, work: Work) -> int:
    """The first input that any output from `lowest` on reads."""
    period = axis.period(n)
    if period is None:
        return 0
    work.spend(period[0])
    reached = [axis.reach(u, n) for u in range(lowest, lowest + period[0])]
    return min((taps[0] for taps in reached if taps), default=0)
