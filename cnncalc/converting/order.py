"""The order of steps in which branches stand one behind the other, and not among each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.converting.steps import Step


def sort_by_branches(steps: list[Step], outputs: list[int]) -> tuple[list[Step], dict[int, int]]:
    """The steps, each behind what it reads, and where each has gone.

    Whatever leads to the first operand of a merge stands before what leads to the second.
    """
    order: list[int] = []
    done: set[int] = set()
    for last in [*outputs, *range(len(steps))]:
        waiting = [(last, False)] if last >= 0 else []
        while waiting:
            at, is_ready = waiting.pop()
            if at in done:
                continue
            if is_ready:
                done.add(at)
                order.append(at)
                continue
            waiting.append((at, True))
            reads = [*steps[at].refs, *steps[at].extra.values()]
            waiting += [(ref, False) for ref in reversed(reads) if ref >= 0 and ref not in done]
    now = {old: new for new, old in enumerate(order)}
    for step in steps:
        step.refs = [now.get(ref, ref) for ref in step.refs]
        step.extra = {name: now.get(ref, ref) for name, ref in step.extra.items()}
    return [steps[old] for old in order], now
