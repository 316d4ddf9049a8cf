"""Many sizes of an axis at once: what every layer makes of each, and where one is refused.

The layers of a network do not depend on the sizes of its inputs, so each is applied again to the
shapes above it. Shapes that several sizes have in common, as they have below every stride, are
computed once, and so are equal layers on equal shapes: a thousand sizes cost little more than ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.errors import Refusal
from cnncalc.input_sizes.unread import leaves_over, margins_of, varying_axes
from cnncalc.layers.base.layer import Facts
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node
    from cnncalc.work import Work

Place = tuple[int, int]
"""An axis of an input: the index of its node, and the axis, from 0."""

Shapes = tuple["Shape | None", ...]
"""The shape of one tensor for every size; None where a layer at or above it refuses."""


class Refused(NamedTuple):
    """The first layer that refuses a size, as the index of its node, and why.

    `operands` are the shapes that it was given.
    """

    node: int
    refusal: Refusal
    operands: tuple[Shape, ...]


class Scan(NamedTuple):
    """What becomes of each of `sizes`.

    `refused` are those that a layer refuses. `reweighted` are those accepted at which a layer has
    weights of other shapes than in the network, and the index of its node. `uneven` are those
    accepted at which a stride leaves elements at the end of an axis, and the index of its node.
    `bent` says whether the channels, or features, of some tensor depend on the size.
    """

    sizes: Sequence[int]
    refused: dict[int, Refused]
    reweighted: dict[int, int]
    uneven: dict[int, int]
    bent: bool

    @property
    def accepted(self) -> list[int]:
        """The sizes that nothing refuses."""
        return [n for n in self.sizes if n not in self.refused]


class _Step(NamedTuple):
    """A layer on all shapes of its inputs: its outputs, and by place what is special."""

    shapes: Shapes
    refusals: dict[int, Refusal]
    weights: tuple[Mapping[str, tuple[int, ...]] | None, ...]
    uneven: frozenset[int]


@pause
def scan(
    network: Network,
    places: Collection[Place],
    sizes: Sequence[int],
    fixed: Mapping[Place, int] | None = None,
    work: Work | None = None,
) -> Scan:
    """What the network makes of `sizes` of the axes `places`, all of them having the same.

    `fixed` are the sizes of other axes, where they are not those of the network. `work` counts the
    operands that are looked at; raises TooMuch.
    """
    return _Scanner(network, sizes, work or network.work("inputs")).run(places, fixed or {})


class _Scanner:
    """One scan; equal columns of shapes are one object, so that equal work is found again."""

    def __init__(self, network: Network, sizes: Sequence[int], work: Work) -> None:
        self.network = network
        self.sizes = sizes
        self.work = work
        self.columns: list[Shapes] = []
        self.steps: list[_Step | None] = []
        self._equal: dict[Shapes, Shapes] = {}
        self._refused = self._one((None,) * len(sizes))
        self._constants: dict[Shape, Shapes] = {}
        self._done: dict[tuple[object, ...], _Step] = {}
        self._varying: dict[int, frozenset[int]] = {}

    def run(self, places: Collection[Place], fixed: Mapping[Place, int]) -> Scan:
        refused: dict[int, Refused] = {}
        reweighted: dict[int, int] = {}
        uneven: dict[int, int] = {}
        for index, node in enumerate(self.network.nodes):
            if not node.inputs:
                self._enter(index, node.output, places, fixed)
                continue
            step = self._step(node)
            for place, refusal in self._refusals(node, step).items():
                operands = tuple(self.columns[i][place] for i in node.inputs)
                refused.setdefault(self.sizes[place], Refused(index, refusal, operands))  # type: ignore[arg-type]
            for place in step.uneven:
                uneven.setdefault(self.sizes[place], index)
            if step.weights:
                for place, weights in enumerate(step.weights):
                    if step.shapes[place] is not None and weights != node.facts.weights:
                        reweighted.setdefault(self.sizes[place], index)
        for found in (reweighted, uneven):
            for size in refused.keys() & found.keys():
                del found[size]
        bent = any(0 in self._varies(column) for column in self._equal)
        return Scan(self.sizes, refused, reweighted, uneven, bent)

    def _enter(
        self, index: int, shape: Shape, places: Collection[Place], fixed: Mapping[Place, int]
    ) -> None:
        """What reads nothing: an input, its axes as they are asked for, or a tensor that is given."""
        if all(axis[0] != index for axis in places):
            size = [fixed.get((index, axis), n) for axis, n in enumerate(shape.size)]
            self._add(self._constant(shape._replace(size=tuple(size))), None)
            return
        self.work.spend(len(self.sizes) // _LOOKS)
        column = []
        for n in self.sizes:
            size = list(shape.size)
            for axis in range(shape.rank):
                place = (index, axis)
                size[axis] = n if place in places else fixed.get(place, size[axis])
            column.append(shape._replace(size=tuple(size)))
        self._add(self._one(tuple(column)), None)

    def _constant(self, shape: Shape) -> Shapes:
        """The column of a tensor that no size changes; there may be many such inputs."""
        if shape not in self._constants:
            self._constants[shape] = self._one((shape,) * len(self.sizes))
        return self._constants[shape]

    def _one(self, column: Shapes) -> Shapes:
        """The one object kept for all equal columns; comparing whole columns takes time."""
        return self._equal.setdefault(column, column)

    def _add(self, column: Shapes, step: _Step | None) -> None:
        self.columns.append(column)
        self.steps.append(step)

    def _step(self, node: Node) -> _Step:
        """A layer applied; its outputs become the next column."""
        self.work.spend(1 + len(node.inputs) // 64)
        inputs = [self.columns[i] for i in node.inputs]
        if any(column is self._refused for column in inputs):
            refused = _Step(self._refused, {}, (), _NONE)
            self._add(self._refused, refused)
            return refused
        margins = margins_of(self.network, node)
        key = (id(node.layer), id(node.facts), margins, *map(id, inputs))
        step = self._done.get(key)
        if step is None:
            step = self._done[key] = self._apply(node, inputs, margins)
        self._add(step.shapes, step)
        return step

    def _apply(self, node: Node, inputs: Sequence[Shapes], margins: Sequence[int]) -> _Step:
        layer = node.layer
        # Where many operands are the same tensor, or have the same shapes, one represents them.
        distinct = list({id(column): column for column in inputs}.values())
        place_of = {id(column): place for place, column in enumerate(distinct)}
        places = [place_of[id(column)] for column in inputs]
        rows = list(zip(*distinct, strict=True))
        made: dict[tuple[Shape | None, ...], Facts | Refusal | None] = {}
        different = dict.fromkeys(rows)
        self.work.spend(len(rows) * len(distinct) // _LOOKS + len(different) * len(distinct))
        for shapes in different:
            if None in shapes or layer is None:
                made[shapes] = None
                continue
            try:
                made[shapes] = (
                    layer.apply(*shapes)
                    if len(places) == len(shapes)
                    else layer.apply_often(shapes, places)
                )
            except Refusal as refusal:
                # The frames it has passed through would keep all shapes of the scan alive.
                made[shapes] = refusal.with_traceback(None)
        facts = {shapes: found for shapes, found in made.items() if isinstance(found, Facts)}
        outputs = {shapes: found.output for shapes, found in facts.items()}
        column = tuple([outputs.get(shapes) for shapes in rows])
        column = self._one(column)
        refusals = {
            place: found
            for place, shapes in enumerate(rows)
            if isinstance(found := made[shapes], Refusal)
        } if len(facts) < len(made) else {}  # fmt: skip
        first = node.facts.weights
        same = all(found.weights == first for found in facts.values())
        weights = () if same else tuple(
            [facts[shapes].weights if shapes in facts else None for shapes in rows])  # fmt: skip
        varying = self._varies(inputs[0])
        cut = {
            shapes
            for shapes, of in facts.items()
            if shapes[0] is not None and leaves_over(of, shapes[0], varying, margins)
        }
        uneven = frozenset(p for p, shapes in enumerate(rows) if shapes in cut) if cut else _NONE
        return _Step(column, refusals, weights, uneven)

    def _refusals(self, node: Node, step: _Step) -> dict[int, Refusal]:
        """What the layer refuses, and what shares weights that do not fit."""
        if node.shared_with is None:
            return step.refusals
        first = self.steps[node.shared_with]
        if first is None or not (step.weights or first.weights):
            return step.refusals
        mine, theirs = step.weights, first.weights
        found = dict(step.refusals)
        for place, shape in enumerate(step.shapes):
            if shape is None or first.shapes[place] is None:
                continue
            own = mine[place] if mine else node.facts.weights
            other = theirs[place] if theirs else node.facts.weights
            if own != other:
                name = self.network.nodes[node.shared_with].name
                found[place] = Refusal("E310", f"the weights of `{name}` do not fit this input")
        return found

    def _varies(self, column: Shapes) -> frozenset[int]:
        """What the size changes of a tensor: 0 for its channels, 1 for its first axis, …."""
        found = self._varying.get(id(column))
        if found is None:
            found = self._varying[id(column)] = varying_axes(column)
        return found


_NONE: frozenset[int] = frozenset()

_LOOKS = 16
"""So many looks at what is known cost as much as an operand of a layer that is applied."""
