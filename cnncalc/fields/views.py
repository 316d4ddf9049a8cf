"""The size-free view: what every unit of a layer sees of every input, borders ignored.

Sources: Araujo, Norris, Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
Distill 4(11), of which this is the generalisation to layers whose units do not all see alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.fields import INPUT, Field, joined, through
from cnncalc.arithmetic.windows import Everything, Single
from cnncalc.collector import paused
from cnncalc.fields.ways import readings, ways

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network, Node


class View(NamedTuple):
    """What the units of a node see of one axis of one input.

    `field` is what they see by windows; `along` is the axis of the node along which it runs, or
    None if all units see the same. `whole` names the layer through which they see all of the axis
    besides (a pooling, a norm, an attention, a gate); it is empty where there is none. A `field`
    of None says that there is no other way to see than through `whole`; without a `whole` the units
    are too many to be told one by one.
    """

    field: Field | None
    along: int | None
    whole: str = ""


Views = dict[str, tuple[View, ...]]
"""By the names of the inputs that a node depends on, a view for each axis of the input."""


def largest(fields: Sequence[Field], m: int) -> Field | None:
    """What is seen through all operands together."""
    return joined(fields, m)


def smallest(fields: Sequence[Field], m: int) -> Field | None:
    """What is seen through the operand that sees least: the shortest path."""
    return min(fields, key=lambda field: field.sizes)


@paused
def views(
    network: Network, join: Callable[[Sequence[Field], int], Field | None] = largest
) -> list[Views]:
    """The views of every node, in linear time; `join` says what is seen through several operands."""
    found: list[Views] = []
    for node in network.nodes:
        if node.layer is None:
            axes = range(node.output.rank)
            found.append({node.name: tuple(View(INPUT, axis) for axis in axes)})
        elif len(node.inputs) == 1:
            windows = node.facts.windows
            before = found[node.inputs[0]]
            found.append(_moved(network, node, 0, before, windows) if windows else before)
        else:
            found.append(_merged(node, operands(network, node, found), join))
    return found


def operands(network: Network, node: Node, found: Sequence[Views]) -> list[Views]:
    """What a node would see through each of its operands alone; those it does not read see nothing."""
    seen: list[Views] = []
    for operand, (index, axes) in enumerate(zip(node.inputs, readings(network, node), strict=True)):
        if axes is None:
            seen.append({})
        else:
            seen.append(
                _moved(network, node, operand, found[index], axes) if axes else found[index]
            )
    return seen


def _moved(
    network: Network, node: Node, operand: int, before: Views, axes: tuple[Axis, ...]
) -> Views:
    size, rank = network.nodes[node.inputs[operand]].output.size, node.output.rank
    led = ways(axes, rank)
    found: Views = {}
    for name, seen in before.items():
        made: list[View] = []
        known: tuple[Field, Axis, int, Field | None] | None = None
        for view in seen:
            if view.along is None:
                made.append(view)
                continue
            axis, to = led[view.along]
            n = size[view.along]
            if isinstance(axis, Everything):
                made.append(_all(node, view, to))
            elif view.field is None:
                made.append(view._replace(along=to))
            elif known and known[0] is view.field and known[1] == axis and known[2] == n:
                # Height and width are mostly read alike.
                made.append(View(known[3], to, view.whole))
            else:
                m = node.output.size[to] if to is not None else 1
                field = through(view.field, axis, n, m)
                known = (view.field, axis, n, field)
                made.append(View(field, None if isinstance(axis, Single) else to, view.whole))
        found[name] = tuple(made)
    return found


def _all(node: Node, view: View, to: int | None) -> View:
    """Through a layer that reads the whole axis; a norm reads its own place besides."""
    if node.layer is not None and node.layer.role and to is not None:
        return View(view.field, to, view.whole or node.name)
    return View(None, None, view.whole or node.name)


def _merged(
    node: Node, seen: Sequence[Views], join: Callable[[Sequence[Field], int], Field | None]
) -> Views:
    first = seen[0]
    if all(other is first for other in seen[1:]):
        return first
    found: Views = {}
    for name in dict.fromkeys(name for views_ in seen for name in views_):
        parts = [views_[name] for views_ in seen if name in views_]
        one = parts[0]
        same = all(part is one for part in parts[1:])
        found[name] = one if same else tuple(
            _joined(node, axis, join) for axis in zip(*parts, strict=True))  # fmt: skip
    return found


def _joined(
    node: Node, seen: Sequence[View], join: Callable[[Sequence[Field], int], Field | None]
) -> View:
    whole = next((view.whole for view in seen if view.whole), "")
    fields = [view.field for view in seen if view.field is not None]
    if not fields:
        return View(None, None, whole)
    places = {view.along for view in seen if view.field is not None and view.along is not None}
    if len(places) > 1:
        # An axis and another one in its place: no axis is left along which the units differ.
        return View(None, None, whole or node.name)
    along = next(iter(places), None)
    if len(fields) == 1:
        return View(fields[0], along, whole)
    return View(join(fields, 1 if along is None else node.output.size[along]), along, whole)
