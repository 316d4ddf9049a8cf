"""In several processes of this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cnncalc.errors import UsageError
from cnncalc.sweeping.executors.base.ahead import in_order
from cnncalc.sweeping.job import compute
from cnncalc.system.processes import begin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.sweeping.job import Job, Part, Rows

SIZE = 1024
"""So many settings are a part: to hand one over takes as long as some settings."""

_AHEAD = 3
"""So many parts are handed out for each process."""


def run(job: Job, parts: Iterable[Part], workers: int) -> Iterator[Rows]:
    """The rows of every part, in the order of the parts.

    Raises UsageError if a process is ended from outside.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # A fork has at once all that is loaded; elsewhere fork is unsafe or missing.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(workers, context, begin) as pool:
        try:
            yield from in_order(
                parts,
                _AHEAD * workers,
                lambda part: pool.submit(compute, job, *part),
                lambda future: future.result(),
            )
        except BrokenProcessPool:
            help = "--resume goes on from the last row; fewer --workers need less memory"
            raise UsageError(
                "a process that shared the work was ended from outside", help
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
