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


def main() -> None:
    # What is imported at its first use is no part of a variant.
    list(cnncalc.sweep(SPEC, {"w": 1.0, "res": 96}))
    started = time.process_time()
    count = sum(1 for _ in cnncalc.sweep(SPEC, {"w": WIDTHS, "res": SIZES}))
    variant = (time.process_time() - started) / count

    rows = iter(cnncalc.sweep(SPEC, MANY))
    for _ in range(1000):
        next(rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    left = sum(1 for _ in rows)
    print(json.dumps({
        "variant": variant,
        "many": (time.process_time() - started) / left,
        "growth": 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
