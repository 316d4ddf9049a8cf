"""Which tensors are alive when: the memory of a sequence of steps.

A step writes one tensor and reads tensors of earlier steps. A tensor is alive from the step that
writes it through the last step that reads it, or to the end if it is kept. During a step all that
it reads and what it writes are alive together, unless it writes over one of its operands, which it
may where nothing reads that later.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Step(NamedTuple):
    """One step: how large its tensor is, and which steps' tensors it reads.

    `view` says that it writes nothing and gives the first tensor it reads on under another name,
    `over` that it may write over one of those it reads that is as large as its own.
    """

    size: int
    reads: tuple[int, ...] = ()
    view: bool = False
    over: bool = False


class Timeline(NamedTuple):
    """The memory of steps in an order.

    `live[i]` is what is alive during step i, `over` names for a step the tensor that it writes
    over. At the step `at` most is alive: the tensors that the steps `alive` have written.
    `last` has for each tensor the place in the order at which it is needed for the last time.
    """

    live: list[int]
    over: dict[int, int]
    peak: int
    at: int
    alive: tuple[int, ...]
    last: dict[int, int]


class Manner(NamedTuple):
    """How steps are run where they are not run plainly.

    `held` are the steps whose tensors somebody keeps to the end of a later step, in the order given,
    `aside` is what a step needs besides while it runs. The steps `within` may write over a tensor that is
    larger than their own, too.
    """

    held: Mapping[int, int] = MappingProxyType({})
    aside: Mapping[int, int] = MappingProxyType({})
    within: frozenset[int] = frozenset()


class Graph:
    """Steps, and for each tensor who writes and who reads it once views are seen through."""

    def __init__(
        self,
        steps: Sequence[Step],
        kept: Iterable[int] = (),
        manner: Manner | None = None,
    ) -> None:
        """`kept` are the steps whose tensors are needed after the last step."""
        self.manner = manner or Manner()
        self.steps = steps
        self.owner: list[int] = []
        self.reads: list[tuple[int, ...]] = []
        self.readers: list[list[int]] = [[] for _ in steps]
        for index, step in enumerate(steps):
            self.owner.append(self.owner[step.reads[0]] if step.view else index)
            self.reads.append(tuple(dict.fromkeys(self.owner[i] for i in step.reads)))
            for tensor in self.reads[-1]:
                self.readers[tensor].append(index)
        self.kept = {self.owner[i] for i in kept}
        self.released: list[list[int]] = [[] for _ in steps]
        for index, until in self.manner.held.items():
            self.released[until].append(self.owner[index])

    def size(self, step: int) -> int:
        """What a step needs for a tensor of its own."""
        return 0 if self.steps[step].view else self.steps[step].size

    def targets(self, step: int) -> list[int]:
        """The tensors of which a step may write over one that nothing else has yet to read."""
        if not self.steps[step].over:
            return []
        size = self.size(step)
        within = step in self.manner.within
        return [
            t
            for t in self.reads[step]
            if (self.size(t) == size or (within and self.size(t) > size)) and t not in self.kept
        ]


def timeline(graph: Graph, order: Sequence[int] | None = None) -> Timeline:
    """The memory of the steps in `order`, by default that in which they are given.

    >>> steps = [Step(4), Step(6, (0,)), Step(6, (1,), over=True), Step(2, (2, 0))]
    >>> timeline(Graph(steps, kept=[3])).live
    [4, 10, 10, 12]
    """
    order = range(len(graph.steps)) if order is None else order
    waiting = [len(readers) for readers in graph.readers]
    for tensor in (tensor for released in graph.released for tensor in released):
        waiting[tensor] += 1
    live, overwritten = [0] * len(graph.steps), {}
    last = dict.fromkeys(graph.kept, len(order))
    alive = 0
    for place, step in enumerate(order):
        free = [tensor for tensor in graph.targets(step) if waiting[tensor] == 1]
        if free:
            overwritten[step] = free[0]
        live[step] = alive + (0 if free else graph.size(step)) + graph.manner.aside.get(step, 0)
        alive += graph.size(step)
        for tensor in (*graph.reads[step], *graph.released[step]):
            waiting[tensor] -= 1
        for tensor in (*graph.reads[step], *graph.released[step], graph.owner[step]):
            if not waiting[tensor] and tensor not in last:
                last[tensor] = place
                alive -= graph.size(tensor)
    peak = max(live, default=0)
    now = next((place for place, step in enumerate(order) if live[step] == peak), 0)
    at = order[now] if order else 0
    tensors = tuple(_alive(graph, order, now, last, overwritten))
    return Timeline(live, overwritten, peak, at, tensors, last)


def alive_during(graph: Graph, line: Timeline, step: int) -> list[int]:
    """The steps whose tensors are alive during a step, in the order in which they are given."""
    return _alive(graph, range(len(graph.steps)), step, line.last, line.over)


def _alive(
    graph: Graph, order: Sequence[int], now: int, last: Mapping[int, int], over: Mapping[int, int]
) -> list[int]:
    # What is written over another tensor is alive as that one.
    return [
        step
        for place, step in enumerate(order[: now + 1])
        if graph.size(step) and last[step] >= now and (place < now or step not in over)
    ]
