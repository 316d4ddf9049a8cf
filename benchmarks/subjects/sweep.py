"""Variants of MobileNetV2 in one process: the CPU time of each, spec and all, and the memory of 10⁵."""

from __future__ import annotations

import json
import os
import resource
import sys
import time

sys.path.insert(1, os.getcwd())

import cnncalc

SPEC = os.path.join("specs", "mobilenet_v2.yaml")
WIDTHS, SIZES = "0.25:2.55:0.1", [96, 128, 160, 192, 224]
MANY = {"w": "0.25:2.0:0.0035", "res": "96:295:1"}
FEW = 10


def main() -> None:
    # What is imported at its first use is no part of a variant.
    list(cnncalc.sweep(SPEC, {"w": 1.0, "res": 96}))
    started = time.process_time()
    count = sum(1 for _ in cnncalc.sweep(SPEC, {"w": WIDTHS, "res": SIZES}))
    variant = (time.process_time() - started) / count

    started = time.process_time()
    for width in range(FEW):
        alone(0.25 + width / 10, SIZES[width % len(SIZES)])
    taken = (time.process_time() - started) / FEW

    rows = iter(cnncalc.sweep(SPEC, MANY))
    for _ in range(1000):
        next(rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    left = sum(1 for _ in rows)
    print(json.dumps({
        "variant": variant,
        "alone": taken,
        "many": (time.process_time() - started) / left,
        "growth": 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before),
    }))  # fmt: skip


def alone(width: float, size: int) -> None:
    """A variant as without a sweep: read, compiled, built and analyzed."""
    network = cnncalc.load(SPEC, set={"w": width, "res": size})
    for name in ("params", "macs", "memory", "receptive-field"):
        cnncalc.analyze(network, name)


if __name__ == "__main__":
    main()
