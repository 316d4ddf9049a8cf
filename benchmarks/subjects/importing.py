"""Seconds from a model file to its network: `python importing.py FILE`."""

from __future__ import annotations

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

import cnncalc


def main() -> None:
    start = time.process_time()
    net = cnncalc.load(sys.argv[1])
    seconds = time.process_time() - start
    if net.macs.value is None:
        sys.exit("the network has unknown counts")
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
