#!/usr/bin/env bash
# pycocotools 2.0.11, COCOeval of boxes, its averages for small, medium and large objects.
#
# One would guess: each object is small, medium or large, by the area of its box, and belongs to one of the three.
# What happens: both ends of the ranges are in them: a box of 32 × 32 is small and medium, one of 96 × 96 medium and
# large, so objects of just these sizes weigh in twice. And "area" of the annotation decides, also where boxes are evaluated,
# which is that of the mask in COCO's files: a thin object in a box of 50 × 50 is small with an area of 100. A
# detection that finds nothing has no annotation and goes by its box: beside that object it lowers the average of the
# medium ones, if there are any, and not of the small ones that it was to find.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pycocotools==2.0.11 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import contextlib
import io
import sys
from importlib.metadata import version

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def precisions(objects, false_alarm=None):
    """Average precision of all, small, medium and large objects, each found exactly; None where there is none.

    `objects` are sides and areas; `false_alarm` is the side of one more detection, the surest of all.
    """
    same = {"image_id": 1, "category_id": 1}
    boxes = [[200 * place, 10, side, side] for place, (side, _) in enumerate(objects)]
    annotations = [
        {"id": 1 + place, "bbox": box, "area": area, "iscrowd": 0, **same}
        for place, (box, (_, area)) in enumerate(zip(boxes, objects))
    ]
    found = [{"bbox": box, "score": 0.5, **same} for box in boxes]
    if false_alarm:
        found.append({"bbox": [0, 500, false_alarm, false_alarm], "score": 0.9, **same})
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": annotations}
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(found), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return [None if value < 0 else round(float(value), 3) for value in (evaluation.stats[0], *evaluation.stats[3:6])]


cases = {
    "31 × 31": ([(31, 31**2)],),
    "32 × 32": ([(32, 32**2)],),
    "33 × 33": ([(33, 33**2)],),
    "96 × 96": ([(96, 96**2)],),
    "50 × 50, area 100": ([(50, 100)],),
    "50 × 50, area 100, and a false alarm of 50 × 50": ([(50, 100)], 50),
    "50 × 50, area 100, and a false alarm of 20 × 20": ([(50, 100)], 20),
    "those of area 100 and 2,500, and a false alarm of 50 × 50": ([(50, 100), (50, 2500)], 50),
}
print("pycocotools", version("pycocotools"))
found = {name: precisions(*arguments) for name, arguments in cases.items()}
for name, values in found.items():
    print(f"{name}: all, small, medium, large {values}")
expected = [
    [1, 1, None, None],
    [1, 1, 1, None],
    [1, None, 1, None],
    [1, None, 1, 1],
    [1, 1, None, None],
    [0.5, 1, None, None],
    [0.5, 0.5, None, None],
    [0.667, 1, 0.5, None],
]
sys.exit(list(found.values()) != expected)
PYTHON
