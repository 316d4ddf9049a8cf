"""One unit, exactly: which elements of the inputs it sees, with holes, through how many paths.

The hull of what every layer's window covers, clipped at the borders, is not what a unit sees: a
stride or a dilation beside a border leaves out elements that the hull has, and a transposed
convolution has holes. So the taps that really exist are followed, from the unit to the inputs.
"""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.errors import UsageError
from cnncalc.receptive_field.axis_map import locally, readings
from cnncalc.receptive_field.carrying import pull, push
from cnncalc.receptive_field.cells import (
    ROW,
    Box,
    Cells,
    box,
    boxes,
    cell,
    count,
    union,
)
from cnncalc.receptive_field.coverage import LONGEST, is_long
from cnncalc.receptive_field.straight import straight
from cnncalc.registry import suggestion
from cnncalc.system.gc_pause import pause
from cnncalc.work import TooMuch, Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.network import Network, Node


class Seen(NamedTuple):
    """What a unit sees of one input; `bias` is how far the places of `cells` are moved."""

    cells: Cells
    bias: int = 0

    @property
    def box(self) -> Box | None:
        """First and last element on each axis, inclusive; None if the unit sees only padding."""
        return box(self.cells, self.bias)

    @property
    def boxes(self) -> list[Box]:
        """All that is seen, as boxes that do not overlap."""
        return boxes(self.cells, self.bias)

    @property
    def elements(self) -> int:
        """How many elements are seen."""
        return count(self.cells)

    @property
    def share(self) -> Fraction | None:
        """The part of the box that is seen: 1 where there are no holes; None if nothing is."""
        around = self.box
        return Fraction(self.elements, prod(b - a + 1 for a, b in around)) if around else None


def find(network: Network, layer: str) -> int:
    """The index of a layer by its name in tables; raises UsageError.

    The name of a layer with a norm or an activation, or of a block, means the last layer in it.
    """
    found = None
    for index, node in enumerate(network.nodes):
        frames = [frame.name for frame in node.frame.path()] if node.frame else []
        if layer == node.name or layer in frames:
            found = index
    if found is None:
        names = [node.name for node in network.nodes]
        raise UsageError(f"{network.name} has no layer `{layer}`", suggestion(layer, names)
                         or "`cnncalc shapes` shows the names of the layers")  # fmt: skip
    return found


def check_lengths(network: Network) -> None:
    """Raises UsageError if a tensor of the network is too long to follow single units through it."""
    if is_long(network):
        raise UsageError(f"{network.name} is too long to follow a unit through it",
                         f"axes of up to {LONGEST:,} places can be; --size makes it smaller")  # fmt: skip


@contextmanager
def following(network: Network) -> Iterator[None]:
    """Raises UsageError where a unit that was asked for takes too much work to follow."""
    try:
        yield
    except TooMuch as error:
        raise UsageError(f"a unit cannot be followed through {network.name}: {error}",
                         "a smaller --size, or a layer before it") from None  # fmt: skip


def check_unit(
    network: Network, index: int, unit: Sequence[int], what: str = "unit"
) -> tuple[int, ...]:
    """A unit of a layer, negative places counted from the end; raises UsageError."""
    check_lengths(network)
    node = network.nodes[index]
    size = node.output.size
    if len(unit) != len(size):
        has = f"{len(unit)} {'axis' if len(unit) == 1 else 'axes'}"
        raise UsageError(f"{what} {_show_unit(unit)} has {has}, {node.name} has {len(size) or 'none'}",
                         f"{node.name} is {node.output}")  # fmt: skip
    for u, n in zip(unit, size, strict=True):
        if not -n <= u < n:
            raise UsageError(f"{what} {_show_unit(unit)} is outside of {node.name}",
                             f"its places are 0 to {n - 1}")  # fmt: skip
    return tuple(u % n for u, n in zip(unit, size, strict=True))


def _show_unit(unit: Sequence[int]) -> str:
    return ",".join(map(str, unit)) or "()"


@pause
def find_seen(
    network: Network,
    index: int,
    unit: Sequence[int],
    *,
    local: bool = False,
    bias: int | None = None,
    work: Work | None = None,
) -> dict[str, Seen]:
    """What a unit of node `index` sees of every input that the node depends on.

    `local` leaves out what is only seen through a layer that sees everything (a pooling over
    space, an attention, a gate). With a `bias` the inputs go on beyond their borders. `work` counts
    rows of sets; raises TooMuch.
    """
    network, work = straight(network), work or Work("unit")
    work.spend(index + (bias or 0) // ROW)
    asked: dict[int, list[Cells]] = {index: [cell(unit, bias or 0)]}
    found: dict[str, Seen] = {}
    for at in range(index, -1, -1):
        if at not in asked:
            continue
        sets = asked.pop(at)
        cells = sets[0]
        if len(sets) > 1:
            work.spend(sum(map(len, sets)))
            cells = union(sets)
        node = network.nodes[at]
        if node.layer is None:
            found[node.name] = Seen(cells, bias or 0)
            continue
        rank = node.output.rank
        for source, axes in zip(node.inputs, readings(network, node), strict=True):
            way = locally(node, axes) if local else axes
            if way is not None:
                size = network.nodes[source].output.size
                read = pull(cells, way, size, rank, bias=bias, work=work)
                asked.setdefault(source, []).append(read)
            elif axes is not None:
                asked.setdefault(source, []).append({})
    return {node.name: found[node.name] for node in network.nodes if node.name in found}


@pause
def project_element(network: Network, source: str, place: Sequence[int]) -> list[Cells]:
    """For every node the set of its units that see one element of the input `source`.

    Raises TooMuch.
    """
    network, work = straight(network), Work("unit")
    found: list[Cells] = []
    for node in network.nodes:
        if node.layer is None:
            found.append(cell(place) if node.name == source else {})
            continue
        found.append(_receives(network, node, found, work))
    return found


def _receives(network: Network, node: Node, found: Sequence[Cells], work: Work) -> Cells:
    """The units of a node that read any of the units found so far."""
    sets = []
    for index, axes in zip(node.inputs, readings(network, node), strict=True):
        if axes is not None:
            size = network.nodes[index].output.size
            sets.append(push(found[index], axes, size, node.output.size, work))
    work.spend(sum(map(len, sets)))
    return sets[0] if len(sets) == 1 else union(sets)
