"""All sizes of an axis at once: which are accepted, as a start and a period.

The tensors are followed as columns: what a layer makes of a run of sizes is found by applying it
once. Its windows say after how many sizes it does the same again, so that two such periods show how
it goes on for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.errors import Refusal
from cnncalc.input_sizes.columns import Aperiodic, Column, constant, merge, runs, shorten
from cnncalc.input_sizes.laws import check_lawful, repetition
from cnncalc.input_sizes.unread import leaves_over, margins_of, varying_axes
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from cnncalc.input_sizes.scan import Place
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node
    from cnncalc.work import Work


class Periods(NamedTuple):
    """What becomes of every size, as sets of sizes.

    `refused` are those that each layer is the first to refuse, by the index of its node;
    `reweighted` and `uneven` what `scan.Scan` says of a size, for each layer that does it.
    """

    accepted: Column
    refused: dict[int, Column]
    reweighted: dict[int, Column]
    uneven: dict[int, Column]


class _Step(NamedTuple):
    """What a layer makes of all sizes: the tensor, what is special about each, which axes vary."""

    column: Column
    marks: Column
    varying: frozenset[int]


_REFUSED, _UNEVEN, _REWEIGHTED, _DEAD = 1, 2, 4, 8


@pause
def solve_periods(network: Network, places: Collection[Place], work: Work) -> Periods:
    """What the network makes of all sizes of the axes `places`, all of them having the same.

    Raises Aperiodic if the rule of some layer is not known, and TooMuch.
    """
    return _Walk(network, work).run(places)


class _Walk:
    """One walk through the network; equal columns are one object, so that equal work is found again."""

    def __init__(self, network: Network, work: Work) -> None:
        self.network = network
        self.work = work
        self.steps: list[_Step] = []
        self._equal: dict[Column, Column] = {}
        self._done: dict[tuple[object, ...], _Step] = {}

    def run(self, places: Collection[Place]) -> Periods:
        for index, node in enumerate(self.network.nodes):
            if node.layer is None:
                self.steps.append(self._enter(node.output, [a for i, a in places if i == index]))
                continue
            step = self._step(node)
            if node.shared_with is not None:
                step = self._share(step, self.steps[node.shared_with])
            self.steps.append(step)
        if self.network.reads_cin and any(0 in step.varying for step in self.steps):
            raise Aperiodic
        return self._collect()

    def _enter(self, shape: Shape, axes: Sequence[int]) -> _Step:
        """An input, the axes of which are 1 at size 1."""
        if not axes:
            return _Step(self._one(constant(shape)), self._one(constant(0)), frozenset())
        size = tuple(1 if axis in axes else n for axis, n in enumerate(shape.size))
        shift = (0, *(int(axis in axes) for axis in range(shape.rank)))
        column = Column((1,), (shape._replace(size=size),), 1, 1, shift)
        varying = frozenset(axis + 1 for axis in axes)
        return _Step(self._one(column), self._one(constant(0)), varying)

    def _one(self, column: Column) -> Column:
        return self._equal.setdefault(column, column)

    def _step(self, node: Node) -> _Step:
        inputs = [self.steps[index] for index in node.inputs]
        margins = margins_of(self.network, node)
        key = (id(node.layer), id(node.facts), margins, *(id(step.column) for step in inputs))
        if key not in self._done:
            self._done[key] = self._apply(node, inputs, margins)
        return self._done[key]

    def _share(self, step: _Step, first: _Step) -> _Step:
        """The layer refuses, too, where its weights are not those of the one it shares them with.

        Raises Aperiodic where both have others than in the network.
        """
        if step is first or not any(m & _REWEIGHTED for s in (step, first) for m in s.marks.values):
            return step
        both = merge([step.marks, first.marks], lambda m, other: m & other & _REWEIGHTED > 0)
        if any(both.values):
            raise Aperiodic

        def compare(mine: int, other: int) -> int:
            fits = (mine | other) & _DEAD or not (mine ^ other) & _REWEIGHTED
            return mine if fits else mine | _REFUSED

        return step._replace(marks=self._one(merge([step.marks, first.marks], compare)))

    def _apply(self, node: Node, inputs: Sequence[_Step], margins: Sequence[int]) -> _Step:
        columns = list({id(step.column): step.column for step in inputs}.values())
        order = {id(column): place for place, column in enumerate(columns)}
        places = [order[id(step.column)] for step in inputs]
        check_lawful(node.layer, columns)  # type: ignore[arg-type]
        made: dict[tuple[Shape, ...], tuple[Shape | None, int]] = {}

        def ask(operands: tuple[Shape, ...]) -> tuple[Shape | None, int]:
            if operands[0] is None:
                return None, _DEAD
            if operands not in made:
                made[operands] = self._ask(node, operands, places, inputs[0], margins)
            return made[operands]

        beyond: tuple[int, ...] = ()
        while True:
            start, period = repetition(node, columns, beyond=beyond)
            sizes = list(runs(columns, start + 2 * period))
            found = [(n, *ask(operands)) for n, operands in sizes]
            if beyond or not any(mark & _REWEIGHTED for _, _, mark in found):
                break
            # The weights depend on the size: the network's own must be among those looked at.
            own = self.network.nodes[node.inputs[0]].output
            beyond = (own.channels, *own.size)
        self.work.spend(len(made) * len(columns) + len(found) // _LOOKS)
        shapes = [(n, shape) for n, shape, _ in found]
        marks = [(n, mark) for n, _, mark in found]
        column = _repeat(shapes, start, period, _growth(shapes, start, period))
        varying = varying_axes([shape for shape, _ in made.values()])
        return _Step(self._one(column), self._one(_repeat(marks, start, period)), varying)

    def _ask(
        self,
        node: Node,
        operands: tuple[Shape, ...],
        places: Sequence[int],
        first: _Step,
        margins: Sequence[int],
    ) -> tuple[Shape | None, int]:
        """The output for these operands, None if they are refused, and its marks."""
        layer = node.layer
        try:
            facts = (
                layer.apply(*operands)  # type: ignore[union-attr]
                if len(places) == len(operands)
                else layer.apply_often(operands, places)  # type: ignore[union-attr]
            )
        except Refusal:
            return None, _REFUSED | _DEAD
        uneven = leaves_over(facts, operands[0], first.varying, margins)
        other = facts.weights != node.facts.weights
        return facts.output, _UNEVEN * uneven + _REWEIGHTED * other

    def _collect(self) -> Periods:
        """The first layer that refuses each size, and what is special of those that none refuses."""
        accepted = constant(True)
        refused: dict[int, Column] = {}
        marked: dict[Column, int] = {}
        for index, step in enumerate(self.steps):
            # What equal layers refuse, the first of them does.
            if any(m & ~_DEAD for m in step.marks.values) and step.marks not in marked:
                marked[step.marks] = index
                mine = merge([accepted, step.marks], lambda a, m: a and m & _REFUSED > 0)
                if any(mine.values):
                    refused[index] = mine
                    accepted = merge([accepted, mine], lambda a, m: a and not m)
        special = []
        for bit in (_REWEIGHTED, _UNEVEN):
            sets = {
                index: merge([accepted, marks], lambda a, m, bit=bit: a and m & bit > 0)
                for marks, index in marked.items()
                if any(m & bit for m in marks.values)
            }
            special.append({index: found for index, found in sets.items() if any(found.values)})
        return Periods(accepted, refused, *special)


def without(sizes: Column, others: Iterable[Column]) -> Column:
    """The sizes that are in none of the other sets; raises Aperiodic."""
    for other in others:
        sizes = merge([sizes, other], lambda a, b: a and not b)
    return sizes


_LOOKS = 16
"""So many runs that are looked at cost as much as a layer that is applied."""


def _repeat(
    found: Sequence[tuple[int, object]], start: int, period: int, shift: tuple[int, ...] = ()
) -> Column:
    """The column of runs over two periods; raises Aperiodic if the second is not like the first."""
    column = shorten(found, start + period, period, shift)
    if column.start > start:
        raise Aperiodic
    return column


def _growth(found: Sequence[tuple[int, Shape | None]], start: int, period: int) -> tuple[int, ...]:
    """By how much a tensor is larger after a period; () if all of its sizes are refused."""
    firsts, shapes = zip(*found, strict=True)
    whole = Column(firsts, shapes, start + period, period)
    for n in (max(start, first) for first in firsts if first < start + period):
        one, other = whole.at(n), whole.at(n + period)
        if one is not None and other is not None:
            pairs = zip((other.channels, *other.size), (one.channels, *one.size), strict=False)
            return tuple(b - a for b, a in pairs)
    return ()
