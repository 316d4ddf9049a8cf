"""CPU seconds per box of `nms` from a JSON file, and of its suppression alone, for 10³ to 10⁵ boxes.

python suppression.py FOLDER; the files boxes_1000.json to boxes_100000.json are there.
"""

from __future__ import annotations

import json
import os
import sys

sys.path.insert(1, os.getcwd())

from timing import best

import cnncalc
from cnncalc.calculator.boxes import DETECTIONS
from cnncalc.calculator.suppression import suppress

COUNTS = (1_000, 10_000, 100_000)


def main() -> None:
    numbers = {}
    for count in COUNTS:
        path = os.path.join(sys.argv[1], f"boxes_{count}.json")
        boxes = DETECTIONS.parse(path)
        numbers[f"file_{count}"] = best(lambda path=path: cnncalc.calculate("nms", boxes=path))
        numbers[f"suppress_{count}"] = best(
            lambda boxes=boxes: suppress(boxes, 0.6, 0.5, strict=False, per_class=True)
        )
    print(json.dumps({name: value / int(name.split("_")[1]) for name, value in numbers.items()}))


if __name__ == "__main__":
    main()
