"""Many loads in several processes: a process for each run of numbers, and what becomes of it.

A process may not take more memory than MEMORY or hang outside of Python: then it ends, the number
at which it stood is a fault, and the run is done once more without it.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from tools.fuzz.drawing import drawn
from tools.fuzz.judging import SECONDS, Finding, judged, smaller
from tools.fuzz.mutations import zoo

RUN = 1000
"""So many numbers are one process."""
MEMORY = 4 << 30
KEPT = 2
"""Of the faults of one sort, so many are kept of a run; all are counted."""
NICE = 15


class Plan(NamedTuple):
    """What is to be done: numbers from 0, with a seed, into a folder."""

    seed: int
    loads: int
    folder: Path
    with_bombs: bool = False
    rarer: int = 1
    jobs: int = os.cpu_count() or 1

    def runs(self) -> list[int]:
        """The runs that are not done yet."""
        return [run for run in range(-(-self.loads // RUN)) if not self.result(run).exists()]

    def result(self, run: int) -> Path:
        """The file of what came out of a run: the last one may be shorter than others."""
        return self.folder / f"{run}-{len(self.loads_of(run))}.json"

    def loads_of(self, run: int) -> range:
        """The numbers of a run."""
        return range(run * RUN, min((run + 1) * RUN, self.loads))


def work(plan: Plan) -> list[dict[str, Any]]:
    """What came out of all runs, those included that were done before."""
    zoo()  # before there are several processes
    todo = plan.runs()[::-1]
    at = mmap.mmap(-1, 8 * plan.jobs)
    slots = list(range(plan.jobs))
    busy: dict[int, tuple[int, int]] = {}
    deaths: dict[int, dict[int, str]] = {}
    while todo or busy:
        while todo and slots:
            run, slot = todo.pop(), slots.pop()
            pid = os.fork()
            if not pid:
                _child(plan, run, memoryview(at)[8 * slot : 8 * slot + 8], deaths.get(run, {}))
            busy[pid] = run, slot
        pid, status = os.wait()
        if pid not in busy:
            continue
        run, slot = busy.pop(pid)
        slots.append(slot)
        if not plan.result(run).exists():
            number = int.from_bytes(at[8 * slot : 8 * slot + 8], "little")
            deaths.setdefault(run, {})[number] = _told(status)
            todo.append(run)
    runs = range(-(-plan.loads // RUN))
    return [json.loads(plan.result(run).read_text(encoding="utf-8")) for run in runs]


def _told(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"the process ended with {signal.Signals(-code).name if code < 0 else code}"


def _child(plan: Plan, run: int, at: memoryview, deaths: dict[int, str]) -> None:
    """All of a forked process."""
    import resource  # Unix has it

    code = 1
    try:
        os.nice(NICE)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        warnings.simplefilter("error")
        found = tally(plan, plan.loads_of(run), at, deaths)
        part = plan.result(run).with_suffix(".part")
        part.write_text(json.dumps(found), encoding="utf-8")
        part.replace(plan.result(run))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _limit(seconds: int) -> None:
    """Let this process be killed after some more CPU time: some code hears no other signal."""
    import resource

    limit = int(time.process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def tally(
    plan: Plan,
    numbers: Iterable[int],
    at: memoryview | None = None,
    deaths: dict[int, str] | None = None,
) -> dict[str, Any]:
    """The counts of some numbers, and their faults; with `at`, of a process that may be killed."""
    counts: Counter[str] = Counter()
    sorts: Counter[tuple[str, str]] = Counter()
    faults = []
    began = time.process_time()
    for number in numbers:
        if deaths and number in deaths:
            text = drawn(plan.seed, number, with_bombs=plan.with_bombs)[1]
            faults.append(Finding(number, "load", deaths[number], deaths[number], text))
            counts["faults"] += 1
            continue
        if at is not None:
            at[:] = number.to_bytes(8, "little")
            _limit(3 * SECONDS)
        found = judged(plan.seed, number, with_bombs=plan.with_bombs, rarer=plan.rarer)
        counts.update((found.source, f"{found.source} {found.state}"))
        counts.update({f"oracle {name}": count for name, count in found.answers.items()})
        counts["faults"] += len(found.faults)
        for fault in found.faults:
            sorts[fault.sort] += 1
            if sorts[fault.sort] <= KEPT:
                faults.append(smaller(plan.seed, fault))
    counts["milliseconds"] = round(1000 * (time.process_time() - began))
    return {"counts": counts, "faults": [fault._asdict() for fault in faults]}
