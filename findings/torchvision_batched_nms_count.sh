#!/usr/bin/env bash
# torchvision 0.29.1 with torch 2.14.1, torchvision.ops.batched_nms on the CPU (a download of several GB).
#
# One would guess: boxes of different classes never suppress each other, and what becomes of a box
# does not depend on boxes that it does not touch.
# What happens: up to 1,000 boxes (4,000 numbers), classes are kept apart by moving class c by c ×
# (largest coordinate + 1), so a box with negative coordinates lands on one of another class and is
# dropped; with more boxes each class is suppressed by itself, and the same box is kept.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.14.1 torchvision==0.29.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import torch
import torchvision
from torchvision.ops import batched_nms


def kept(count):
    """Whether the box of class 1 is kept among `count` boxes, none of which touches another."""
    found = [[560, 560, 640, 640], [-70, -70, 10, 10]]
    found += [[14 * (n % 39) + 12, 14 * (n // 39) + 12, 14 * (n % 39) + 16, 14 * (n // 39) + 16]
              for n in range(count - 2)]
    boxes = torch.tensor(found, dtype=torch.float32)
    scores = torch.tensor([0.9, 0.8, *[0.1] * (count - 2)])
    classes = torch.tensor([0, 1, *[0] * (count - 2)])
    return 1 in batched_nms(boxes, scores, classes, 0.5).tolist()


counts = (2, 1000, 1001)
answers = [kept(count) for count in counts]
print("torchvision", torchvision.__version__)
for count, answer in zip(counts, answers):
    print(f"{count} boxes: the box of class 1 is {'kept' if answer else 'dropped'}")
sys.exit(answers != [False, False, True])
PYTHON
