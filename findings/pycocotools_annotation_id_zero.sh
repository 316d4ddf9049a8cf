#!/usr/bin/env bash
# pycocotools 2.0.11, COCOeval of boxes.
#
# One would guess: the id of an annotation is a name. Any integers do that are not used twice, 0 among them, as for
# images.
# What happens: a detection remembers the id of the box that it was matched to, with 0 for "none". A box whose
# annotation has id 0, the first of a list that is numbered from 0, is found and yet its detection is counted as a false
# alarm: a perfect detector of one object has an average precision of 0.0, one of two objects 0.252 and one of ten 0.811
# in place of 1, and recall lacks the one object. Nothing is printed. An image of id 0 is fine.
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


def precision(count, first, image=1):
    """Average precision and recall of `count` objects, each of which is detected exactly."""
    boxes = [[40 * place, 10, 20, 20] for place in range(count)]
    same = {"image_id": image, "category_id": 1}
    annotations = [
        {"id": first + place, "bbox": box, "area": 400, "iscrowd": 0, **same} for place, box in enumerate(boxes)
    ]
    found = [{"bbox": box, "score": 0.9 - place / 1000, **same} for place, box in enumerate(boxes)]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {"images": [{"id": image}], "categories": [{"id": 1}], "annotations": annotations}
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(found), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return round(float(evaluation.stats[0]), 3), round(float(evaluation.stats[8]), 3)


print("pycocotools", version("pycocotools"))
found = {}
for count in (1, 2, 10, 100):
    for first in (0, 1):
        found[count, first] = precision(count, first)
        print(f"{count} objects, ids from {first}: average precision, recall {found[count, first]}")
print("image 0:", precision(10, 1, image=0))
right = all(found[count, 1] == (1, 1) for count in (1, 2, 10, 100)) and precision(10, 1, image=0) == (1, 1)
lost = {count: found[count, 0] for count in (1, 2, 10, 100)}
print(lost)
sys.exit(not (right and all(values[0] < 1 and values[1] == round(1 - 1 / count, 3) for count, values in lost.items())))
PYTHON
