"""The size-free view: what every unit of a layer sees of every input, borders ignored.

Sources: Araujo, Norris, Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
Distill 4(11), of which this is the generalisation to layers whose units do not all see alike.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.intervals import INPUT, MOST, Field, through, union
from cnncalc.arithmetic.moving import Single
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.receptive_field.axis_map import readings, ways
from cnncalc.receptive_field.several_axes import along_of, axes_of, settle, through_several
from cnncalc.receptive_field.straight import straight
from cnncalc.system.gc_pause import pause
from cnncalc.work import TooMuch, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network, Node
    from cnncalc.receptive_field.axis_map import Way
    from cnncalc.receptive_field.several_axes import Along


class View(NamedTuple):
    """What the units of a node see of one axis of one input.

    `field` is what they see by windows; `along` is the axis of the node along which it runs, several
    where it was split (see `several_axes`), or None if all units see the same. `whole` names the
    layer through which they see all of the axis besides (a pooling, a norm, an attention, a gate);
    it is empty where there is none. A `field` of None says that there is no other way to see than
    through `whole`, or, if `gap` says why, that the field is not computed. `phases` is after how many
    units windows let the field repeat itself: where a reshape puts rows one behind the other it is
    after more, and those do not lie on a line.
    """

    field: Field | None
    along: Along
    whole: str = ""
    gap: str = ""
    phases: int = 1

    @property
    def is_folded(self) -> bool:
        """Whether the units are those of several rows, or lie along several axes."""
        if self.field is None:
            return False
        return isinstance(self.along, tuple) or self.phases % self.field.period > 0

    @property
    def stride(self) -> Fraction | None:
        """How much further the next unit sees, on average; None if that differs."""
        return None if self.field is None or self.is_folded else self.field.stride

    def behind(self, field: Field | None, along: Along, gap: str = "") -> View:
        """The view of units that read these by windows."""
        if field is None:
            return View(None, along, self.whole, gap)
        even = field.period > 1 and not self.is_folded
        return View(field, along, self.whole, gap, field.period if even else self.phases)


Views = dict[str, tuple[View, ...]]
"""By the names of the inputs that a node depends on, a view for each axis of the input."""


FAR = "it spans more elements than a number of 150 digits says"
MANY = f"its units do not all see alike, and there are more than {MOST:,} of them"


def largest(fields: Sequence[Field], m: int, work: Work) -> Field | None:
    """What is seen through all operands together."""
    return union(fields, m, work)


def smallest(fields: Sequence[Field], m: int, work: Work) -> Field | None:
    """What is seen through the operand that sees least: the shortest path."""
    return min(fields, key=lambda field: field.sizes)


class Reach:
    """How the fields of a network are followed, and what that has cost so far.

    `join` says what is seen through several operands.
    """

    def __init__(self, network: Network, join: Callable[..., Field | None] = largest) -> None:
        """Nothing is spent."""
        self.network = straight(network)
        self.join = join
        self.units = network.work("fields")
        self.layers = network.work("views")
        self.gap = ""

    def lacks(self, node: Node, why: str) -> str:
        """Remembers the first field that is not computed: where, and why; gives `why`."""
        if why and not self.gap:
            self.gap = f"from {node.name} on: {why}"
        return why


@pause
def views(
    network: Network, join: Callable[..., Field | None] = largest, reach: Reach | None = None
) -> list[Views]:
    """The views of every node, in linear time; `join` says what is seen through several operands.

    A field that would take too much work is a gap, and so are those behind it. Raises TooMuch if
    there are too many inputs for so many layers.
    """
    reach = reach or Reach(network, join)
    network = reach.network
    found: list[Views] = []
    for node in network.nodes:
        if node.layer is None:
            axes = range(node.output.rank)
            found.append({node.name: tuple(View(INPUT, axis) for axis in axes)})
        elif len(node.inputs) == 1 and not node.layer.independent:
            windows = node.facts.windows
            before = found[node.inputs[0]]
            found.append(_move_views(reach, node, 0, before, windows) if windows else before)
        else:
            found.append(_merge_views(reach, node, operands(reach, node, found)))
    return found


def operands(reach: Reach, node: Node, found: Sequence[Views]) -> list[Views]:
    """What a node would see through each of its operands alone; those it does not read see nothing."""
    seen: list[Views] = []
    known: dict[tuple[int, int], Views] = {}
    for operand, (index, axes) in enumerate(
        zip(node.inputs, readings(reach.network, node), strict=True)
    ):
        if axes is None:
            seen.append({})
        elif not axes:
            seen.append(found[index])
        else:
            # What is read twice in the same way is the same object.
            key = (index, id(axes))
            if key not in known:
                known[key] = _move_views(reach, node, operand, found[index], axes)
            seen.append(known[key])
    return seen


def _move_views(
    reach: Reach, node: Node, operand: int, before: Views, axes: tuple[Axis, ...]
) -> Views:
    size, rank = reach.network.nodes[node.inputs[operand]].output.size, node.output.rank
    led = ways(axes, rank)
    if len(before) > 1:
        # With one input there are no more than a network may have layers.
        reach.layers.spend(len(before))
    found: Views = {}
    for name, seen in before.items():
        made: list[View] = []
        known: tuple[Field, Axis, int, View] | None = None
        for view in seen:
            if view.along is None:
                made.append(view)
                continue
            if isinstance(view.along, tuple):
                made.append(_move_several(reach, node, view, size, led))
                continue
            axis, to = led[view.along]
            n = size[view.along]
            if isinstance(axis, Regrouped) and axis.to:
                made.append(_regroup(reach, node, view, axis, n))
                continue
            if isinstance(axis, (Everything, Regrouped)):
                made.append(_all(node, view, to))
            elif view.field is None:
                made.append(view._replace(along=to))
            elif known and known[0] is view.field and known[1] == axis and known[2] == n:
                # Height and width are mostly read alike.
                like = known[3]
                along = None if like.along is None else to
                made.append(View(like.field, along, view.whole, like.gap, like.phases))
            else:
                m = node.output.size[to] if isinstance(to, int) else 1
                try:
                    field = through(view.field, axis, n, m, reach.units)
                    gap = "" if field is not None else _why(view.field, axis)
                except TooMuch as error:
                    field, gap = None, str(error)
                along = None if isinstance(axis, Single) else to
                made.append(view.behind(field, along, reach.lacks(node, gap)))
                known = (view.field, axis, n, made[-1])
        found[name] = tuple(made)
    return found


def _regroup(reach: Reach, node: Node, view: View, axis: Regrouped, n: int) -> View:
    """Behind a reshape that splits the axis along which a view goes on, or puts it to others."""
    if view.field is None:
        return View(None, along_of(axis.to), view.whole, view.gap)
    try:
        field = through(view.field, axis, n, axis.positions(n), reach.units)
        found = field and settle(field, axis.to, node.output.size, reach.units)
    except TooMuch as error:
        return View(None, along_of(axis.to), view.whole, reach.lacks(node, str(error)))
    if not found:
        return View(None, along_of(axis.to), view.whole, reach.lacks(node, MANY))
    return View(*found, view.whole, phases=view.phases)


def _move_several(
    reach: Reach, node: Node, view: View, size: tuple[int, ...], led: Sequence[Way]
) -> View:
    """Behind a layer that reads several axes along which a view goes on."""
    along = axes_of(view.along)
    goals = along_of(sorted({axis for t in along for axis in axes_of(led[t][1])}))
    whole = [isinstance(led[t][0], Everything) for t in along]
    if any(whole) and node.layer is not None and node.layer.role:
        return view._replace(along=goals, whole=view.whole or node.name)
    # A reshape reads an axis as a whole where it is cut elsewhere than at its ends: not followed.
    cut = node.layer is not None and node.layer.storage == "view"
    if all(whole) or (cut and any(whole)) or not axes_of(goals):
        return View(None, None, view.whole or node.name)
    if view.field is None:
        return view._replace(along=goals)
    try:
        found = through_several(view.field, along, size, led, node.output.size, reach.units)
    except TooMuch as error:
        return View(None, goals, view.whole, reach.lacks(node, str(error)))
    if found is None:
        return View(None, goals, view.whole, reach.lacks(node, MANY))
    return View(*found, view.whole, phases=view.phases)


def _why(field: Field, axis: Axis) -> str:
    """Why `through` gave no field."""
    alike = field.shift is not None and field.period == 1 and isinstance(axis, Window)
    return FAR if alike else MANY


def _all(node: Node, view: View, to: Along) -> View:
    """Through a layer that reads the whole axis; a norm reads its own place besides."""
    if node.layer is not None and node.layer.role and to is not None:
        return view._replace(along=to, whole=view.whole or node.name)
    return View(None, None, view.whole or node.name)


def _merge_views(reach: Reach, node: Node, seen: Sequence[Views]) -> Views:
    if not seen:
        return {}
    first = seen[0]
    if all(other is first for other in seen[1:]):
        return first
    # Dense nets read the same tensors again and again.
    distinct = list({id(views_): views_ for views_ in seen}.values())
    found: Views = {}
    names = dict.fromkeys(name for views_ in distinct for name in views_)
    if len(names) > 1:
        reach.layers.spend(len(names))
    for name in names:
        parts = [views_[name] for views_ in distinct if name in views_]
        one = parts[0]
        same = all(part is one for part in parts[1:])
        found[name] = one if same else tuple(
            _join_views(reach, node, axis) for axis in zip(*parts, strict=True))  # fmt: skip
    return found


def _join_views(reach: Reach, node: Node, seen: Sequence[View]) -> View:
    whole = next((view.whole for view in seen if view.whole), "")
    gap = next((view.gap for view in seen if view.gap), "")
    fields = [view.field for view in seen if view.field is not None]
    places = {view.along for view in seen if view.field is not None and view.along is not None}
    if len(places) > 1:
        # An axis and another one in its place: no axis is left along which the units differ.
        return View(None, None, whole or node.name)
    along = next(iter(places), None)
    if gap:
        return View(None, along, whole, gap)
    if not fields:
        return View(None, None, whole)
    if len(fields) == 1:
        one = next(view for view in seen if view.field is not None)
        return View(one.field, along, whole, phases=one.phases)
    if any(axis >= len(node.output.size) for axis in axes_of(along)):
        # What comes out has no such axis.
        return View(None, None, whole or node.name)
    m = prod(node.output.size[axis] for axis in axes_of(along))
    try:
        field = reach.join(fields, m, reach.units)
    except TooMuch as error:
        return View(None, along, whole, reach.lacks(node, str(error)))
    if field is None:
        return View(None, along, whole, reach.lacks(node, MANY))
    folded = any(view.is_folded for view in seen)
    phases = max(view.phases for view in seen) if folded else field.period
    return View(field, along, whole, phases=phases)
