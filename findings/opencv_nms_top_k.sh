#!/usr/bin/env bash
# OpenCV (opencv-python-headless) 5.0.0.93, cv2.dnn.NMSBoxes and softNMSBoxes.
#
# One would guess: top_k=2 returns the first two boxes of the answer without top_k, for the manual
# says "keep at most top_k picked indices" of both functions.
# What happens: in NMSBoxes (and NMSBoxesBatched, over all classes together) top_k cuts the candidates
# before anything is suppressed. Of a box, its copy and one elsewhere, top_k=2 returns only the
# first: the copy used up the second place. In softNMSBoxes top_k does count picked boxes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check opencv-python-headless==5.0.0.93 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import cv2

boxes, scores = [[0, 0, 10, 10], [0, 0, 10, 10], [50, 50, 10, 10]], [0.9, 0.8, 0.7]
everything = list(map(int, cv2.dnn.NMSBoxes(boxes, scores, 0.5, 0.5)))
two = list(map(int, cv2.dnn.NMSBoxes(boxes, scores, 0.5, 0.5, top_k=2)))
batched = list(map(int, cv2.dnn.NMSBoxesBatched(boxes, scores, [0, 0, 1], 0.5, 0.5, top_k=2)))
soft = list(map(int, cv2.dnn.softNMSBoxes(boxes, scores, 0.5, 0.5, top_k=2, method=1)[1]))
print("OpenCV", cv2.__version__)
print("NMSBoxes without top_k:", everything, " with top_k=2:", two)
print("NMSBoxesBatched, the last box of another class, top_k=2:", batched)
print("softNMSBoxes (linear), top_k=2:", soft)
sys.exit((everything, two, batched, soft) != ([0, 2], [0], [0], [0, 2]))
PYTHON
