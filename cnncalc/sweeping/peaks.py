"""The peak of steps that are known but for their sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.cost.liveness import Graph


class Plan(NamedTuple):
    """What does not depend on sizes: for each step the tensors that nobody needs after it.

    `over` has, where a step may write over what it reads, those tensors that it alone has yet to read,
    and whether they may be larger than its own.
    """

    frees: list[tuple[int, ...]]
    over: dict[int, tuple[tuple[int, ...], bool]]

    @classmethod
    def of(cls, graph: Graph) -> Plan:
        """The plan of a graph in the order in which its steps are given; see `cost.liveness.timeline`."""
        waiting = [len(readers) for readers in graph.readers]
        over: dict[int, tuple[tuple[int, ...], bool]] = {}
        frees: list[tuple[int, ...]] = []
        gone = set(graph.kept)
        for index, step in enumerate(graph.steps):
            if step.over:
                last = [t for t in graph.reads[index] if waiting[t] == 1 and t not in graph.kept]
                if last:
                    over[index] = (tuple(last), index in graph.manner.within)
            for tensor in graph.reads[index]:
                waiting[tensor] -= 1
            done = [
                tensor
                for tensor in dict.fromkeys((*graph.reads[index], graph.owner[index]))
                if not waiting[tensor] and tensor not in gone
            ]
            gone.update(done)
            frees.append(tuple(done))
        return cls(frees, over)


def peak(plan: Plan, bits: Sequence[int]) -> int:
    """The most bytes that are alive at a time, each tensor having so many bits."""
    sizes = [-(-number // 8) for number in bits]
    alive = most = 0
    if not plan.over:
        # This is done for every variant: one `max` over all is faster than one for each step.
        live = []
        for size, frees in zip(sizes, plan.frees, strict=True):
            alive += size
            live.append(alive)
            for tensor in frees:
                alive -= sizes[tensor]
        return max(live, default=0)
    for index, size in enumerate(sizes):
        targets, within = plan.over.get(index, ((), False))
        free = any(sizes[t] == size or (within and sizes[t] > size) for t in targets)
        most = max(most, alive if free else alive + size)
        alive += size
        for tensor in plan.frees[index]:
            alive -= sizes[tensor]
    return most
