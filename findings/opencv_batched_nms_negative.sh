#!/usr/bin/env bash
# OpenCV (opencv-python-headless) 5.0.0.93, cv2.dnn.NMSBoxesBatched.
#
# One would guess: boxes of different classes never suppress each other.
# What happens: they do, if coordinates are negative, as a detector's boxes at the upper left edge of
# an image are. Classes are kept apart by moving class c by c × (largest coordinate + 1) along both
# axes, which does not take the smallest coordinate into account: a box of class 1 at the upper left
# lands on one of class 0 at the lower right, and the answer is another one than class by class.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check opencv-python-headless==5.0.0.93 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import cv2

boxes, scores, classes = [[560, 560, 80, 80], [-70, -70, 80, 80]], [0.9, 0.8], [0, 1]
batched = list(map(int, cv2.dnn.NMSBoxesBatched(boxes, scores, classes, 0.5, 0.5)))
single = list(map(int, cv2.dnn.NMSBoxes(boxes, scores, 0.5, 0.5)))
print("OpenCV", cv2.__version__, "boxes (x, y, width, height)", boxes, "classes", classes)
print("NMSBoxes, as if of one class:", single, " NMSBoxesBatched:", batched)
sys.exit((single, batched) != ([0, 1], [0]))
PYTHON
