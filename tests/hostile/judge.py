"""Judges cases of `excess.py`, each in a process of its own, and prints a line of JSON.

    python judge.py NAME

A line holds the codes, how often a function was called, and the bytes that the process grew: neither depends
on how fast a machine is. The process may have 2 GB, and 60 seconds in case it does not end.
"""

import cProfile
import gc
import json
import resource
import sys
from pathlib import Path

from cnncalc import registry
from cnncalc.check.judge import Task, judge_file
from cnncalc.language.source import Origin

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.hostile.excess import CASES
from tests.hostile.run import forget, peak

BYTES = 2_000_000_000
SECONDS = 60


def main():
    """Judges the case, and writes the findings in every format."""
    text = CASES[sys.argv[1]][1]()
    judge_file(Task(Origin("warm.yaml"), data=b"input: {features: 1}\nlayers: [conv: {filters: 1, kernel: 1}]"))
    gc.freeze()
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, -1))
    task = Task(Origin("spec.yaml"), data=text.encode())
    forget()
    before = peak()
    profile = cProfile.Profile()
    checked = profile.runcall(judge_file, task)
    sizes = {}
    for name in ("text", "json", "sarif"):
        found = registry.load("formats", name).report(checked.findings, files=[checked], strict=False)
        sizes[name] = len(found)
    print(json.dumps({"codes": sorted({finding.code for finding in checked.findings}), "crash": getattr(checked, "crash", "")[-300:],
                      "calls": sum(entry.callcount for entry in profile.getstats()), "bytes": peak() - before,
                      "said": max(sizes.values()),
                      "messages": [f"{f.message} ({f.help})"[:300] for f in checked.findings if f.code in ("E408", "E003", "E004")]}))  # fmt: skip


if __name__ == "__main__":
    main()
