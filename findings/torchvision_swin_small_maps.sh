#!/usr/bin/env bash
# torchvision 0.29.1 with torch 2.14.1, the shifted windows of Swin and of Video Swin (a download of several GB).
#
# One would guess: both treat a map that is smaller than the window alike, as one is the other with an axis of time.
# What happens: Swin pads the map to the window, so one of 4 × 4 costs as much as one of 7 × 7; Video Swin cuts the
# window to the map, and costs what its 16 positions do. A larger map, such as 9 × 9 of 4 windows, both pad.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.14.1 torchvision==0.29.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import torch
import torchvision
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.swin_transformer import ShiftedWindowAttention
from torchvision.models.video.swin_transformer import ShiftedWindowAttention3d


def count(layer, *size):
    """The multiply-accumulates of a map of 32 channels."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        layer.eval()(torch.zeros(1, *size, 32))
    return counter.get_total_flops() // 2


def of_windows(windows, positions):
    """Four projections of 32 to 32, and both products of attention, in windows of so many positions."""
    return windows * (4 * positions * 32 * 32 + 2 * positions**2 * 32)


flat = ShiftedWindowAttention(32, [7, 7], [3, 3], 2)
deep = ShiftedWindowAttention3d(32, [1, 7, 7], [0, 3, 3], 2)
found = {edge: (count(flat, edge, edge), count(deep, 1, edge, edge)) for edge in (4, 7, 9)}
print("torch", torch.__version__, "torchvision", torchvision.__version__)
for edge, counts in found.items():
    print(f"window 7 × 7 on {edge} × {edge}: Swin {counts[0]}, Video Swin {counts[1]} multiply-accumulates")
one, four, cut = of_windows(1, 49), of_windows(4, 49), of_windows(1, 16)
sys.exit(found != {4: (one, cut), 7: (one, one), 9: (four, four)})
PYTHON
