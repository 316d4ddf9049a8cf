#!/usr/bin/env bash
# supervision 0.31.2, mask_to_xyxy and polygon_to_mask, beside pycocotools 2.0.11, OpenCV (opencv-python-headless)
# 5.0.0.93 and scikit-image 0.26.0.
#
# One would guess: the box of a mask holds its pixels, so an object of one row and 4 columns has a box of 4 × 1, and
# its overlap with itself is 1, by the mask as by the box.
# What happens: supervision's box ends at the last pixel's place, not behind it: 2 3 5 3, of area 0, with an overlap of
# 0 with itself; pycocotools, OpenCV and scikit-image say 4 × 1. An object of n × n is (n − 1)² to it, so one of 4 × 4 has
# an IoU of 0.56 with its own annotation. Of polygons it is the other way around: a square from 1 to 4 is 9 pixels in
# pycocotools, as its area is, and 16 in supervision, OpenCV and scikit-image, which fill its outline, too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check supervision==0.31.2 pycocotools==2.0.11 \
    opencv-python-headless==5.0.0.93 scikit-image==0.26.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")
import cv2
import numpy as np
import supervision
from pycocotools import mask as coco
from skimage.draw import polygon2mask
from skimage.measure import regionprops


def boxes(pixels):
    """The sides of the mask's box, width and height, by package, and supervision's overlap of its box with COCO's."""
    top, left, bottom, right = regionprops(pixels.astype(int))[0].bbox
    own = supervision.mask_to_xyxy(pixels[None])
    x, y, width, height = coco.toBbox(coco.encode(np.asfortranarray(pixels.astype(np.uint8)))).tolist()
    sides = {
        "supervision": tuple((own[0, 2:] - own[0, :2]).tolist()),
        "pycocotools": (width, height),
        "OpenCV": cv2.boundingRect(pixels.astype(np.uint8))[2:],
        "scikit-image": (right - left, bottom - top),
    }
    annotated = np.array([[x, y, x + width, y + height]])
    overlaps = [supervision.box_iou_batch(own.astype(float), other)[0, 0] for other in (own.astype(float), annotated)]
    return sides, [round(float(overlap), 4) for overlap in overlaps]


for package in ("supervision", "pycocotools", "opencv-python-headless", "scikit-image"):
    print(package, version(package))
found = {}
for name, rows, columns in (("one row", 1, 4), ("square", 4, 4)):
    pixels = np.zeros((8, 8), bool)
    pixels[3 : 3 + rows, 2 : 2 + columns] = True
    sides, overlaps = boxes(pixels)
    found[name] = sides, overlaps
    same = supervision.mask_iou_batch(pixels[None], pixels[None])[0, 0]
    print(f"{name}: boxes {sides}; overlap with itself and with the annotation's box {overlaps}, of the masks {same}")
    assert same == 1
corners = np.array([[1, 1], [4, 1], [4, 4], [1, 4]])
filled = {
    "supervision": int(supervision.polygon_to_mask(corners, (8, 8)).sum()),
    "pycocotools": int(coco.decode(coco.frPyObjects([corners.ravel().tolist()], 8, 8)).sum()),
    "OpenCV": int(cv2.fillPoly(np.zeros((8, 8), np.uint8), [corners], 1).sum()),
    "scikit-image": int(polygon2mask((8, 8), corners).sum()),
}
print("pixels of a square from 1 to 4:", filled)
expected = {
    "one row": ({"supervision": (3, 0)} | dict.fromkeys(("pycocotools", "OpenCV", "scikit-image"), (4, 1)), [0, 0]),
    "square": ({"supervision": (3, 3)} | dict.fromkeys(("pycocotools", "OpenCV", "scikit-image"), (4, 4)), [1, 0.5625]),
}
sys.exit(found != expected or filled != {"supervision": 16, "pycocotools": 9, "OpenCV": 16, "scikit-image": 16})
PYTHON
