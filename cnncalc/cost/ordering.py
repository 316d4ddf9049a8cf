"""The order of steps that needs the least memory.

To find it for any graph is NP-complete (Sethi 1975, "Complete register allocation problems"). But
what is alive after a set of steps does not depend on their order, and where a network runs
together in one layer, every order has finished the same set. Between two such places there are few
sets: they are compared by their number of steps, and of too many the most promising ones.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.cost.liveness import timeline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.cost.liveness import Graph

WIDTH = 512
"""How many sets of equally many finished steps are compared."""
EFFORT = 3_000_000
"""How many comparisons there may be in all; what is found by then counts."""


class Order(NamedTuple):
    """An order of all steps and its peak; `best` if no other order can have a smaller one."""

    steps: list[int]
    peak: int
    best: bool


def better_order(graph: Graph, given: int = 0) -> Order:
    """An order with the smallest peak that can be found; the given one if none is better.

    The first `given` steps are inputs, which are there before anything is computed.
    """
    start = timeline(graph)
    order = list(range(len(graph.steps)))
    cuts = _cuts(graph, given)
    parts = [(max(start.live[a:b], default=0), a, b) for a, b in pairwise(cuts)]
    floor = max(start.live[:given], default=0)
    best, effort = True, EFFORT
    for peak, a, b in sorted(parts, reverse=True):
        if peak <= floor:
            break
        found, proven, effort = _search(graph, a, b, peak, effort)
        best &= proven
        floor = max(floor, found.peak if found else peak)
        if found:
            order[a:b] = [a + index for index in found.way()]
        if floor == start.peak:
            return Order(list(range(len(order))), start.peak, best)
    return Order(order, timeline(graph, order).peak, best)


def _cuts(graph: Graph, given: int) -> list[int]:
    """Where the steps fall into parts that every order finishes one after the other.

    A part ends with a step that all steps before it lead to and all steps after it come from.
    """
    n = len(graph.steps)
    first_reader = [n] * n
    latest_read = [-1] * n
    for index, step in enumerate(graph.steps):
        for read in step.reads:
            first_reader[read] = min(first_reader[read], index)
            latest_read[index] = max(latest_read[index], read)
    leads = [True] * n  # whether every computed step before leads to this one
    furthest = 0
    for index in range(given, n):
        leads[index] = furthest <= index
        furthest = max(furthest, first_reader[index])
    ends = []
    nearest = n
    for index in range(n - 1, given - 1, -1):
        if leads[index] and nearest >= index:
            ends.append(index + 1)
        nearest = min(nearest, latest_read[index])
    return sorted({given, *ends, n})


class _State(NamedTuple):
    """A set of finished steps: the least peak to get there, and by which last step.

    `alive` is what is alive then, `ready` the steps that can be next.
    """

    peak: int
    alive: int
    ready: tuple[int, ...]
    before: _State | None = None
    step: int = 0

    def way(self) -> list[int]:
        """The steps in the order in which they were taken."""
        steps, state = [], self
        while state.before is not None:
            steps.append(state.step)
            state = state.before
        return steps[::-1]


class _Part:
    """The steps from `a` to `b`, as bits of a number, after all steps before `a`."""

    def __init__(self, graph: Graph, a: int, b: int) -> None:
        self.graph, self.a = graph, a
        self.needs = [_bits(step.reads, a, b) for step in graph.steps[a:b]]
        self.follow: list[list[int]] = [[] for _ in range(a, b)]
        for index, step in enumerate(graph.steps[a:b]):
            for read in dict.fromkeys(step.reads):
                if read >= a:
                    self.follow[read - a].append(index)
        self.readers: dict[int, int] = {}
        self.ends: dict[int, bool] = {}
        for tensor in {t for reads in graph.reads[a:b] for t in reads} | set(range(a, b)):
            readers = graph.readers[tensor]
            self.readers[tensor] = _bits(readers, a, b)
            self.ends[tensor] = tensor not in graph.kept and all(r < b for r in readers)

    def start(self) -> _State:
        """Nothing of this part is finished."""
        graph, a = self.graph, self.a
        alive = sum(
            graph.size(step)
            for step in range(a)
            if step in graph.kept or any(reader >= a for reader in graph.readers[step])
        )
        return _State(0, alive, tuple(i for i, needs in enumerate(self.needs) if not needs))

    def take(self, done: int, state: _State, index: int) -> _State:
        """The state after step `index`, when the steps of `done` are finished before."""
        graph, step = self.graph, self.a + index
        now = done | 1 << index
        over = any(self.ends[t] and not self.readers[t] & ~now for t in graph.targets(step))
        alive = state.alive + graph.size(step)
        peak = max(state.peak, state.alive if over else alive)
        for tensor in {*graph.reads[step], graph.owner[step]}:
            if self.ends[tensor] and not self.readers[tensor] & ~now:
                alive -= graph.size(tensor)
        more = (i for i in self.follow[index] if not self.needs[i] & ~now)
        return _State(peak, alive, tuple(sorted({*state.ready, *more} - {index})), state, index)


def _search(
    graph: Graph, a: int, b: int, bound: int, effort: int
) -> tuple[_State | None, bool, int]:
    """The end of the steps from `a` to `b` with the least peak below `bound`, if there is one.

    Also whether all orders have been considered, and what is left of the `effort`.
    """
    part, proven = _Part(graph, a, b), True
    states = {0: part.start()}
    for _ in range(b - a):
        found: dict[int, _State] = {}
        for done, state in states.items():
            # Every next step is a sum, and sorts what can follow; the sets are long numbers.
            effort -= len(state.ready) * (8 + len(state.ready) + (b - a) // 64)
            if effort < 0:
                return None, False, 0
            for index in state.ready:
                now, new = done | 1 << index, part.take(done, state, index)
                if new.peak < bound and (now not in found or new.peak < found[now].peak):
                    found[now] = new
        if len(found) > WIDTH:
            proven = False
            found = dict(sorted(found.items(), key=lambda item: item[1][:2])[:WIDTH])
        states = found
    return next(iter(states.values()), None), proven, effort


def _bits(steps: Iterable[int], a: int, b: int) -> int:
    """Those of the steps that lie from `a` to `b`, as bits."""
    bits = 0
    for step in steps:
        if a <= step < b:
            bits |= 1 << (step - a)
    return bits
