"""The CPU time of a function within its own process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def best(function: Callable[[], Any], *, runs: int = 10, enough: float = 1.0) -> float:
    """The least CPU seconds of up to `runs` runs; no new one starts after `enough` seconds."""
    return best_of_new(lambda: None, lambda _: function(), runs=runs, enough=enough)


def best_of_new(
    make: Callable[[], Any],
    function: Callable[[Any], Any],
    *,
    runs: int = 10,
    enough: float = 1.0,
) -> float:
    """The same of a function of what is made anew for every run, which is not counted.

    So that what a network keeps of its first analysis is part of each run, however many there are.
    """
    least, spent = float("inf"), 0.0
    for _ in range(runs):
        made = make()
        start = time.process_time()
        kept = function(made)
        taken = time.process_time() - start
        # What a run made is given back outside the time it took.
        del kept, made
        least, spent = min(least, taken), spent + taken
        if spent > enough:
            break
    return least
