"""How much every element of an input influences a unit: paths counted, or averages taken.

Every path from an element to the unit goes through one tap of each layer. With weights of one, the
number of paths is the gradient; with zero-mean random weights it is the gradient's variance
(arXiv:1701.04128). Where every layer averages over its taps, the sum over all elements is 1.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import length
from cnncalc.receptive_field.axis_map import locally, readings, ways
from cnncalc.receptive_field.carrying import output_of
from cnncalc.receptive_field.several_axes import place_of
from cnncalc.receptive_field.straight import straight
from cnncalc.system.gc_pause import pause
from cnncalc.work import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network
    from cnncalc.receptive_field.axis_map import Way

Grid = dict[tuple[int, ...], list[Any]]
"""Places on the leading axes, and the numbers along the last one."""


@pause
def influence(
    network: Network, index: int, unit: Sequence[int], *, average: bool = False
) -> dict[str, Grid]:
    """For every input the number of paths from each of its elements to a unit of node `index`.

    With `average` every layer averages over its taps, and the numbers are floating-point weights.
    Layers that see everything are left out, but for the place that a norm reads of its own.
    Raises TooMuch.
    """
    network, work = straight(network), Work("paths")
    one: Any = 1.0 if average else 1
    asked: dict[int, Grid] = {}
    _add(asked, index, tuple(unit[:-1]), unit[-1] if unit else 0, one,
         network.nodes[index].output.size)  # fmt: skip
    found: dict[str, Grid] = {}
    for at in range(index, -1, -1):
        grid = asked.pop(at, None)
        node = network.nodes[at]
        if grid is None:
            continue
        if node.layer is None:
            found[node.name] = grid
            continue
        for source, axes in zip(node.inputs, readings(network, node), strict=True):
            way = locally(node, axes)
            if way is not None:
                size = network.nodes[source].output.size
                _merge(
                    asked, source, _pull(grid, way, size, node.output.rank, work, average=average)
                )
    return {node.name: found[node.name] for node in network.nodes if node.name in found}


def _add(
    asked: dict[int, Grid], at: int, lead: tuple[int, ...], last: int, value: Any,
    size: tuple[int, ...],
) -> None:  # fmt: skip
    row = asked.setdefault(at, {}).setdefault(lead, [0] * (size[-1] if size else 1))
    row[last] += value


def _merge(asked: dict[int, Grid], at: int, grid: Grid) -> None:
    """Adds one grid to what is known of a node."""
    if at not in asked:
        # A grid is never changed in place once it is given away.
        asked[at] = grid
        return
    known = dict(asked[at])
    for lead, row in grid.items():
        known[lead] = (
            [a + b for a, b in zip(known[lead], row, strict=True)] if lead in known else row
        )
    asked[at] = known


def _pull(
    grid: Grid, axes: Sequence[Axis], size: tuple[int, ...], rank: int, work: Work, *, average: bool
) -> Grid:
    """The numbers of the inputs that these outputs read."""
    work.spend(1)
    if not axes or not size:
        return grid
    way = ways(axes, rank)
    if [to for _, to in way] != list(range(rank)):
        return _pull_one_by_one(grid, way, size, rank, work, average=average)
    for at in range(rank - 1):
        grid = _along(grid, at, axes[at], size[at], work, average=average)
    last, n = axes[-1], size[-1]
    taps: dict[int, Sequence[int]] = {}
    found: Grid = {}
    for lead, row in grid.items():
        work.spend(n)
        made: list[Any] = [0] * n
        for u, value in enumerate(row):
            if not value:
                continue
            if u not in taps:
                taps[u] = last.taps(u, n)
            share = value / _all(last, u, n) if average else value
            work.spend(len(taps[u]) * _long(share))
            for tap in taps[u]:
                made[tap] += share
        found[lead] = made
    return found


def _all(axis: Axis, u: int, n: int) -> int:
    """Over how many taps an output averages: those in the padding count."""
    return max(length(axis.reach(u, n)), 1)


def _long(number: Any) -> int:
    """The steps of adding a number: those of paths have many digits in the end."""
    return number.bit_length() // 512 + 1 if isinstance(number, int) else 1


def _along(grid: Grid, at: int, axis: Axis, n: int, work: Work, *, average: bool) -> Grid:
    found: Grid = {}
    for lead, row in grid.items():
        u = lead[at]
        share = [value / _all(axis, u, n) for value in row] if average else row
        taps = axis.taps(u, n)
        work.spend(len(taps) * len(row) * _long(max(row)))
        for tap in taps:
            place = (*lead[:at], tap, *lead[at + 1 :])
            if place in found:
                found[place] = [a + b for a, b in zip(found[place], share, strict=True)]
            else:
                found[place] = share
    return found


def _pull_one_by_one(
    grid: Grid,
    way: Sequence[Way],
    size: tuple[int, ...],
    rank: int,
    work: Work,
    *,
    average: bool,
) -> Grid:
    """Where axes have changed their places."""
    output = output_of(way, rank)
    found: Grid = {}
    for lead, row in grid.items():
        for last, value in enumerate(row):
            if not value:
                continue
            place = (*lead, last)
            read = [
                axis.taps(place_of(to, place, output), n)
                for (axis, to), n in zip(way, size, strict=True)
            ]
            work.spend(prod(map(len, read)) * _long(value))
            share = value
            if average:
                for (axis, to), n in zip(way, size, strict=True):
                    share = share / _all(axis, place_of(to, place, output), n)
            for tap in product(*read):
                if tap[:-1] not in found:
                    work.spend(size[-1])
                    found[tap[:-1]] = [0] * size[-1]
                made = found[tap[:-1]]
                made[tap[-1]] += share
    return found
