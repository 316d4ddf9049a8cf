"""Loads the cases from number N on, in a process of its own, and prints a line of JSON for each.

    python run.py N

A line holds the name, the codes, the CPU seconds and the growth of the process in bytes so far.
"""

import gc
import json
import resource
import sys
import time
from pathlib import Path

import cnncalc
from cnncalc import registry
from cnncalc.formats.text import report
from cnncalc.spec.kinds import layer_class

sys.path.insert(0, str(Path(__file__).parent))

from corpus import CASES  # noqa: E402 - only now it is on the path

SECONDS = 20
"""A case that runs longer ends the process."""
BYTES = 2_000_000_000


def peak():
    """The most memory this process ever had, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def codes(text):
    """What a text ends in: its codes, or nothing if it loads."""
    try:
        cnncalc.loads(text)
    except cnncalc.SpecError as error:
        assert len(report(error.diagnostics).encode()) < 1_000_000, "the report is too long"
        return sorted({finding.code for finding in error.diagnostics})
    return []


def main():
    """Runs the cases; what does not end in an error that is meant ends the process."""
    # Importing the layers is no part of any case.
    for kind in registry.names("layers"):
        layer_class(kind)
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    for name, (make, _) in list(CASES.items())[int(sys.argv[1]) :]:
        text = make()
        gc.collect()
        before = peak()
        began = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(began) + SECONDS, -1))
        print(json.dumps({"name": name}), flush=True)
        found = codes(text)
        print(json.dumps({"name": name, "codes": found, "seconds": time.process_time() - began,
                          "bytes": peak() - before}), flush=True)  # fmt: skip
        del text


if __name__ == "__main__":
    main()
