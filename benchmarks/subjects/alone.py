"""Variants of MobileNetV2 one by one, each read, compiled, built and analyzed: the CPU time of one.

An argument is the folder of another build of cnncalc.
"""

from __future__ import annotations

import json
import os
import sys
import time

sys.path.insert(1, sys.argv[1] if len(sys.argv) > 1 else os.getcwd())

import cnncalc

SPEC = os.path.join(sys.path[1], "specs", "mobilenet_v2.yaml")
SIZES = [96, 128, 160, 192, 224]
FEW = 10


def main() -> None:
    # What is imported at its first use is no part of a variant.
    variant(1.0, 96)
    started = time.process_time()
    for width in range(FEW):
        variant(0.25 + width / 10, SIZES[width % len(SIZES)])
    print(json.dumps({"variant": (time.process_time() - started) / FEW}))


def variant(width: float, size: int) -> None:
    network = cnncalc.load(SPEC, set={"w": width, "res": size})
    for name in ("params", "macs", "memory", "receptive-field"):
        cnncalc.analyze(network, name)


if __name__ == "__main__":
    main()
