#!/usr/bin/env bash
# tinygrad 0.14.0, nn.Conv2d with padding="same", on its device PYTHON.
#
# One would guess: "same" keeps height and width for every dilation, each axis by its own kernel and dilation.
# What happens: each axis is padded by the dilation of the other one. A kernel of 3 × 3 with dilation (1, 2) takes
# 16 × 16 to 18 × 14; layers in pairs, one dilated along each axis, end at the size that they began with, over windows
# that are off their places. With equal dilations, also where the kernel has unequal sides, all is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tinygrad==0.14.0
DEV=PYTHON "$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

from tinygrad import Tensor, nn

print("tinygrad", version("tinygrad"))
x = Tensor.zeros(1, 1, 16, 16)
found = {}
for kernel, dilation in (((3, 3), 1), ((3, 5), 1), ((3, 3), 2), ((3, 3), (1, 2)), ((3, 3), (2, 1)), ((3, 5), (1, 2))):
    found[kernel, dilation] = nn.Conv2d(1, 1, kernel, padding="same", dilation=dilation)(x).shape[2:]
    print(f"kernel {kernel}, dilation {dilation}: 16 × 16 becomes", found[kernel, dilation])
pair = nn.Conv2d(1, 1, 3, padding="same", dilation=(2, 1))(
    nn.Conv2d(1, 1, 3, padding="same", dilation=(1, 2))(x)
).shape[2:]
print("one of dilation (1, 2), then one of (2, 1):", pair)


def swapped(kernel, dilation):
    """The size if each axis gets (k − 1) · d of the other axis' dilation and loses that of its own."""
    down, across = dilation if isinstance(dilation, tuple) else (dilation, dilation)
    return 16 + (kernel[0] - 1) * (across - down), 16 + (kernel[1] - 1) * (down - across)


changed = {case for case, size in found.items() if size != (16, 16)}
unequal = {case for case in found if isinstance(case[1], tuple)}
sys.exit(changed != unequal or pair != (16, 16) or any(size != swapped(*case) for case, size in found.items()))
PYTHON
