#!/usr/bin/env bash
# OpenCV (opencv-python-headless) 5.0.0.93, cv2.dnn.NMSBoxes and NMSBoxesBatched.
#
# One would guess: a box whose IoU with a kept one equals nms_threshold is either always kept (the
# rule "drop if IoU > threshold") or always dropped.
# What happens: it depends on the threshold. The overlap is taken as 1 - float(1 - IoU) in single
# precision, which is a little more than the float nearest to IoU for some values and not for others: two
# boxes of IoU exactly 1/2 survive a threshold of 0.5, two of IoU exactly 35/100 do not survive 0.35.
# Of the thresholds 0.01 ... 0.99, 21 drop a box of exactly their own IoU.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check opencv-python-headless==5.0.0.93 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import cv2

dropped = []
for n in range(1, 100):
    # x, y, width, height: 100 × 1 around n × 1, so the IoU is n / 100
    kept = cv2.dnn.NMSBoxes([[0, 0, 100, 1], [0, 0, n, 1]], [0.9, 0.8], 0.1, n / 100)
    if len(kept) == 1:
        dropped.append(n)
print("OpenCV", cv2.__version__)
print("IoU equal to the threshold is dropped at (hundredths):", dropped)
print("and kept at the other", 99 - len(dropped), "of them, 50 included")
sys.exit(not (50 not in dropped and {10, 35} <= set(dropped) and len(dropped) == 21))
PYTHON
