"""OpenCV's batched non-max suppression of the boxes in a JSON file: a process to be timed whole.

python opencv_nms.py FILE [SCORE IOU], FILE as `cnncalc calc nms --boxes` reads it; prints the
indices of the boxes kept, in the order picked.
"""

from __future__ import annotations

import json
import sys

import cv2
import numpy as np


def main() -> None:
    path, *thresholds = sys.argv[1:]
    score, iou = map(float, thresholds or ("0.6", "0.5"))
    with open(path, encoding="utf-8") as file:
        boxes = json.load(file)
    corners = np.array([box["box"] for box in boxes], dtype=np.float64)
    corners[:, 2:] -= corners[:, :2]  # OpenCV takes x, y, width, height
    scores = np.array([box["score"] for box in boxes], dtype=np.float32)
    numbers: dict[str, int] = {}
    classes = [numbers.setdefault(box["class"], len(numbers)) for box in boxes]
    kept = cv2.dnn.NMSBoxesBatched(corners, scores, np.array(classes), score, iou)
    print(json.dumps([int(index) for index in kept]))


if __name__ == "__main__":
    main()
