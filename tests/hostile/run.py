"""Loads the cases from number N on, in a process of its own, and prints a line of JSON for each.

    python run.py N

A line holds the name, the codes, the CPU seconds and the bytes that the process grew. The seconds
are those of a machine with a core of its own: a busy or slow machine is measured beside each case
that takes long, by work that is always the same.
"""

import gc
import json
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path

import cnncalc
from cnncalc import registry
from cnncalc.formats.text import render, report
from cnncalc.language.kinds import layer_class

sys.path.insert(0, str(Path(__file__).parent))

from corpus import CASES

SECONDS = 20
"""A case that runs longer ends the process."""
BYTES = 2_000_000_000
MANY = 1_000
"""Analyses take their time for each layer and operand; that is measured elsewhere."""


YARDSTICK = 0.045
"""The CPU seconds that `yardstick` takes on the machine for which the limit is meant."""


def yardstick():
    """How many times slower than meant this machine is just now; at least 1."""
    began = time.process_time()
    found = {}
    for number in range(200_000):
        found[f"{number % 1000}"] = (number, found.get("0"))
        if number % 1000 == 0:
            found.clear()
    return max(1, (time.process_time() - began) / YARDSTICK)


def peak():
    """The most memory this process ever had, or on Linux since `forget`, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * int(status.read_text().partition("VmHWM:")[2].split()[0])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def forget():
    """Let the peak be what is used now, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def codes(text):
    """What a text ends in: its codes, or nothing if it loads; then all analyses must work."""
    try:
        network = cnncalc.loads(text)
    except cnncalc.SpecError as error:
        assert len(report(error.diagnostics).encode()) < 1_000_000, "the report is too long"
        return sorted({finding.code for finding in error.diagnostics})
    parts = len(network.nodes) + sum(len(node.inputs) for node in network.nodes)
    for analysis in registry.names("analyzers") if parts < MANY else ():
        render(cnncalc.analyze(network, analysis))
    return []


def main():
    """Runs the cases; what does not end in an error that is meant ends the process."""
    # Importing the layers is no part of any case.
    for kind in registry.names("layers"):
        layer_class(kind)
    gc.freeze()
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    for name, (make, _) in list(CASES.items())[int(sys.argv[1]) :]:
        text = make()
        gc.collect()
        forget()
        before = peak()
        began = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(began) + SECONDS, -1))
        print(json.dumps({"name": name}), flush=True)
        found = codes(text)
        seconds = time.process_time() - began
        if seconds > 1:
            seconds /= yardstick()
        print(json.dumps({"name": name, "codes": found, "seconds": seconds,
                          "bytes": peak() - before}), flush=True)  # fmt: skip
        del text


if __name__ == "__main__":
    main()
