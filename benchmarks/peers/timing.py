"""The CPU time of a function within its own process: the same rule as for ours."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def best(function: Callable[[], Any], runs: int = 5) -> float:
    """The least CPU seconds of `runs` runs after one that warms up."""
    function()
    taken = []
    for _ in range(runs):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return min(taken)
