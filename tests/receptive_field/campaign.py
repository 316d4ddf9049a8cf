"""Many random networks against brute force: `python -m tests.receptive_field.campaign 20000 --seed 7`."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter

from . import checks, drawing
from .test_oracle import CHECKS


def main() -> int:
    """Prints every network that disagrees, and the sums; 1 if any does."""
    parser = argparse.ArgumentParser(prog="python -m tests.receptive_field.campaign", description=__doc__)
    parser.add_argument("networks", type=int)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first network")
    parser.add_argument("--only", nargs="*", help="the checks, all if left out")
    options = parser.parse_args()
    units, wrong = Counter(), 0
    for seed in range(options.seed, options.seed + options.networks):
        for check, kinds, _ in CHECKS:
            name = check.__name__
            if options.only and name not in options.only:
                continue
            dice = random.Random(seed)  # noqa: S311
            net = drawing.draw(dice, 1 + seed % 3, kinds)
            try:
                units[name] += check(net, checks.loaded(net), dice)
            except Exception as error:  # noqa: BLE001
                wrong += 1
                sys.stdout.write(f"{seed} {name}: {error!r}\n{json.dumps(net.spec())}\n")
    sums = ", ".join(f"{n:,} {name}" for name, n in units.items())
    sys.stdout.write(f"{options.networks:,} networks, {wrong} disagree; {sums}\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
