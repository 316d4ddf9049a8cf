"""How a layer leads from the axes of an operand to the axes of its output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved, Single
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.layers.base.layer import Layer
from cnncalc.receptive_field.several_axes import Along, along_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network, Node

Way = tuple["Axis", Along]
"""How an axis of an operand is read, and the axis of the output along which that goes on.

None is no axis: every unit reads all of it. An axis that is split goes on along several.
"""


def readings(network: Network, node: Node) -> list[tuple[Axis, ...] | None]:
    """How a node reads each of its operands: an axis each, () elementwise, None not at all."""
    layer, facts = node.layer, node.facts
    if layer is None:
        return []
    if len(node.inputs) == 1:
        return [None if layer.independent else facts.windows]
    if type(layer).reads is Layer.reads and not facts.windows and not layer.references:
        return [()] * len(node.inputs)
    shapes = [network.nodes[i].output for i in node.inputs]
    return layer.reads_of_all(shapes, facts)


def locally(node: Node, axes: tuple[Axis, ...] | None) -> tuple[Axis, ...] | None:
    """The same without what sees everything: a norm reads its own place, a pooling nothing."""
    for axis in axes or ():
        if isinstance(axis, Everything) or (isinstance(axis, Regrouped) and not axis.to):
            return () if node.layer is not None and node.layer.role else None
    return axes


def stays(axis: Axis) -> bool:
    """Whether every output reads the one input at its own place."""
    return isinstance(axis, Window) and axis[:2] == (1, 1) and axis.padding == (0, 0)


def ways(axes: Sequence[Axis], rank: int) -> tuple[Way, ...]:
    """The way of every axis of an operand into an output of `rank` axes.

    Axes keep their order, unless they move. Where the output has fewer, those that are read as a
    whole are gone, which an axis of one element is, too.
    """
    if any(isinstance(axis, (Moved, Regrouped)) for axis in axes):
        return tuple(_way_of(axis, i) for i, axis in enumerate(axes))
    if len(axes) <= rank:
        return tuple([(axis, i) for i, axis in enumerate(axes)])
    gone = len(axes) - rank
    found: list[Way] = []
    to = 0
    for axis in axes:
        if gone and isinstance(axis, (Everything, Single)) and axis.target == 1:
            found.append((axis, None))
            gone -= 1
        else:
            found.append((axis, to))
            to += 1
    # What cannot be followed is taken for what sees everything.
    return tuple(found) if to == rank else tuple((Everything(), None) for _ in axes)


def _way_of(axis: Axis, own: int) -> Way:
    """The way of an axis that may have another place in the output than its `own`."""
    if isinstance(axis, Moved):
        return axis.window or axis, axis.to
    if isinstance(axis, (Everything, Single)):
        return axis, None
    if isinstance(axis, Regrouped):
        return axis, along_of(axis.to)
    return axis, own
