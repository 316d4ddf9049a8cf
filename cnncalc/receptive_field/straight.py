"""Axes that stand in the place of the channels for a while, and come back.

A unit is all channels of a place. Where a permutation makes channels of rows, a unit is a whole column,
and no layer behind it would tell the rows apart again. They are apart all the same, if the layers up to
the permutation that brings them back leave them alone, as in a block that has its channels last (ConvNeXt):
of such a detour the end reads what stands before it, element by element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from cnncalc.arithmetic.moving import Moved
from cnncalc.layers.permute import Permute
from cnncalc.network import Node
from cnncalc.receptive_field.axis_map import readings, stays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network


class Detour(NamedTuple):
    """Where a tensor on a detour comes from: the nodes before it, and which of their axes stand where.

    Axes count from 0, the channels, as they do in `axes_of`. All but the channels are as they were.
    """

    origins: tuple[int, ...]
    axes: tuple[int, ...]


def straight(network: Network) -> Network:
    """The network in which the end of every detour reads what stands before it; itself if there is none.

    Nodes keep their indices, names and shapes; those on the way are as they were.
    """
    if network not in _KNOWN:
        # What is straight already is known as such: a second time its ends would begin detours.
        _KNOWN[network] = found = _straighten(network)
        _KNOWN.setdefault(found, found)
    return _KNOWN[network]


_KNOWN: WeakKeyDictionary[Network, Network] = WeakKeyDictionary()


def _straighten(network: Network) -> Network:
    if not any(isinstance(node.layer, Permute) for node in network.nodes):
        return network
    on_way: dict[int, Detour] = {}
    ends: dict[int, Node] = {}
    for index, node in enumerate(network.nodes):
        detour = _follow(network, node, on_way)
        if detour is None:
            continue
        if detour.axes[0]:
            on_way[index] = detour
        elif any(source in on_way for source in node.inputs):
            ends[index] = _end(node, detour)
    if not ends:
        return network
    return network.with_nodes([ends.get(i, node) for i, node in enumerate(network.nodes)])


def _follow(network: Network, node: Node, on_way: Mapping[int, Detour]) -> Detour | None:
    """Where the output of a node has its axes from; None if that is not told, or it is on no detour."""
    if isinstance(node.layer, Permute):
        [source] = node.inputs
        x = network.nodes[source].output
        before = on_way.get(source) or Detour((source,), tuple(range(x.rank + 1)))
        order = node.layer.order(x)
        return (
            Detour(before.origins, tuple(before.axes[at] for at in order)) if not x.form else None
        )
    found: dict[Detour, None] = {}
    for source, axes in zip(node.inputs, readings(network, node), strict=True):
        if axes is None or _is_given(network.nodes[source]):
            continue
        detour = on_way.get(source)
        if detour is None or not _leaves_alone(node, axes, detour, network.nodes[source].output):
            return None
        found[detour] = None
    if len({detour.axes for detour in found}) != 1:
        return None
    origins = dict.fromkeys(origin for detour in found for origin in detour.origins)
    return Detour(tuple(origins), next(iter(found)).axes)


def _is_given(node: Node) -> bool:
    """Whether it is a parameter or a constant, which sees no input."""
    return node.layer is not None and not node.inputs


def _leaves_alone(node: Node, axes: Sequence[Axis], detour: Detour, x: Shape) -> bool:
    """Whether a node reads one place of each axis of its operand `x` that was one of space."""
    output = node.output
    if node.layer is None or output.rank != x.rank or output.form or output.channels != x.channels:
        return False
    mixed = detour.axes.index(0)
    moved = any(at != mixed and not stays(axis) for at, axis in enumerate(axes, 1))
    return not moved and node.layer.tells_channels_apart(x)


def _end(node: Node, detour: Detour) -> Node:
    """A node that reads what stands before a detour, each of its axes where it has come to."""
    to = [detour.axes.index(axis) - 1 for axis in range(1, len(detour.axes))]
    windows = () if to == sorted(to) else tuple(map(Moved, to))
    facts = node.facts.replace(windows=windows)
    return Node(
        node.name, node.op, node.layer, detour.origins, facts, node.index, node.frame, node.span
    )
