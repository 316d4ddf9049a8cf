#!/usr/bin/env bash
# OpenCV (opencv-python-headless) 5.0.0.93, cv2.dnn.NMSBoxes and softNMSBoxes.
#
# One would guess: the same score_threshold filters the same boxes in both, and a score equal to it
# stays, as "discard scores below the threshold" has it.
# What happens: NMSBoxes (and NMSBoxesBatched) drop a score equal to the threshold, softNMSBoxes keeps
# it. Moreover both compare in single precision: 0.6000000001 counts as equal to 0.6.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check opencv-python-headless==5.0.0.93 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import cv2

boxes = [[0, 0, 10, 10], [20, 20, 10, 10], [40, 40, 10, 10]]  # they do not overlap
scores = [0.7, 0.6, 0.6000000001]
hard = list(map(int, cv2.dnn.NMSBoxes(boxes, scores, 0.6, 0.5)))
batched = list(map(int, cv2.dnn.NMSBoxesBatched(boxes, scores, [0, 1, 2], 0.6, 0.5)))
soft = list(map(int, cv2.dnn.softNMSBoxes(boxes, scores, 0.6, 0.5, method=1)[1]))
print("OpenCV", cv2.__version__, "scores", scores, "threshold 0.6")
print("NMSBoxes:", hard, " NMSBoxesBatched:", batched, " softNMSBoxes:", soft)
sys.exit((hard, batched, soft) != ([0], [0], [0, 1, 2]))
PYTHON
