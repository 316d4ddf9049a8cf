"""The CPU time of a function within its own process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def best(function: Callable[[], Any], *, runs: int = 10, enough: float = 1.0) -> float:
    """The least CPU seconds of up to `runs` runs; no new one starts after `enough` seconds."""
    least, spent = float("inf"), 0.0
    for _ in range(runs):
        start = time.process_time()
        kept = function()
        taken = time.process_time() - start
        # What a run made is given back outside the time it took.
        del kept
        least, spent = min(least, taken), spent + taken
        if spent > enough:
            break
    return least
