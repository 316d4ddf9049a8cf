"""One function over many values, by several processes where that is faster; the order is kept.

A process costs some 50 ms to start, a small spec 2 ms to judge. So the first values are worked on
here, and what that has taken tells whether the rest is worth dividing.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TypeVar

from cnncalc.errors import UsageError
from cnncalc.system import ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

V = TypeVar("V")
R = TypeVar("R")

TRIAL = 0.1
"""Seconds after which it is considered to divide the work."""
WORTH = 0.3
"""Seconds of work that must be left for it."""


def spread(function: Callable[[V], R], values: Sequence[V], weights: Sequence[int]) -> Iterator[R]:
    """`map(function, values)`; `weights` say how much work each value is, in any unit.

    `function`, values and results must be such that another process can have them.
    """
    started = time.perf_counter()
    total, done = sum(weights), 0
    for place, value in enumerate(values):
        spent = time.perf_counter() - started
        if spent > TRIAL and done:
            left = spent * (total - done) / done
            if left > WORTH and processors() > 1 and len(values) - place > 1:
                yield from _map_in_processes(function, values[place:], weights[place:])
                return
        yield function(value)
        done += weights[place]


def processors() -> int:
    """How many processes may run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _map_in_processes(
    function: Callable[[V], R], values: Sequence[V], weights: Sequence[int]
) -> Iterator[R]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # A fork has at once all that is loaded; elsewhere fork is unsafe or missing.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    workers = min(processors(), len(values))
    try:
        with ProcessPoolExecutor(workers, context, _begin) as pool:
            # What takes longest is begun first, so that nobody waits for it at the end.
            order = sorted(range(len(values)), key=lambda place: -weights[place])
            begun = {place: pool.submit(function, values[place]) for place in order}
            for place in range(len(values)):
                yield begun.pop(place).result()
    except BrokenProcessPool:
        raise UsageError("a process that shared the work was ended from outside",
                         "if the memory did not suffice, check fewer specs at a time") from None  # fmt: skip


def _begin() -> None:
    """In a process that shares the work: end with the one that has started it, however that ends.

    Ctrl-C reaches all of them, but is meant for that one.
    """
    import signal
    from threading import Thread

    ending.heed()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    from multiprocessing import parent_process
    from signal import SIGTERM

    parent = parent_process()
    if parent is not None:
        parent.join()
        ending.end(SIGTERM)
