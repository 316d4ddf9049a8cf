"""10⁵ variants of MobileNetV2 in this process, on one Dask worker, and on two: seconds of the clock.

A scheduler and workers are processes of this machine, so that there must be two free cores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

sys.path.insert(1, os.getcwd())

import cnncalc

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = os.path.join("specs", "mobilenet_v2.yaml")
MANY = {"w": "0.25:2.0:0.0035", "res": "96:295:1"}
WAIT = 60


def main() -> None:
    from distributed import Client

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        file = os.path.join(folder, "scheduler.json")
        where = ("--scheduler-file", file, "--no-dashboard")
        stack.enter_context(started("scheduler", *where, "--port", "0", "--host", "127.0.0.1"))
        address = wait_for(file)
        found = {"here": seconds(1)}
        for name, count in (("one", 1), ("two", 2)):
            stack.enter_context(started("worker", *where, "--nthreads", "1", "--no-nanny"))
            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(count, timeout=WAIT)
            found[name] = seconds(address)
    print(json.dumps(found))


def seconds(workers: int | str) -> float:
    """How long all of them take, what is loaded at its first use aside."""
    for _ in cnncalc.sweep(SPEC, {"w": "1:1.2:0.1", "res": "96:1120:1"}, workers=workers):
        pass
    begun = time.perf_counter()
    for _ in cnncalc.sweep(SPEC, MANY, workers=workers):
        pass
    return time.perf_counter() - begun


@contextmanager
def started(name: str, *arguments: str) -> Iterator[None]:
    """A process of the cluster, ended with the block."""
    process = subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{name}", *arguments],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield
    finally:
        process.kill()
        process.wait()


def wait_for(file: str) -> str:
    """The address in the file that a scheduler writes."""
    end = time.monotonic() + WAIT
    while not os.path.exists(file):
        if time.monotonic() > end:
            raise TimeoutError(file)
        time.sleep(0.05)
    with open(file, encoding="utf-8") as opened:
        address: str = json.load(opened)["address"]
    return address


if __name__ == "__main__":
    main()
