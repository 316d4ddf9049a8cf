#!/usr/bin/env bash
# torch 2.13.0, converted by pnnx 20261020 and run by ncnn 1.0.20261020: pools with ceil_mode=True and padding.
#
# One would guess: a pool that rounds up has the size and the numbers that PyTorch gives, as ncnn has a mode for it
# (pad_mode=0) and one for averages that count their padding, and pnnx converts without a word.
# What happens: PyTorch drops a last window that starts in the end padding, ncnn keeps it: a pool of 2 at stride 2,
# padded by 1, takes 5 elements to 3 in PyTorch and to 4 in ncnn, the last of which is -3.4e38. Where the sizes agree (3
# at stride 2, padded by 1, on 6), an average with count_include_pad=True, the default, divides the last window by its
# whole kernel in ncnn and in PyTorch by what lies within the padding: 5 / 3 and 5 / 2 for a row that ends in 5.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6 pnnx==20261020 ncnn==1.0.20261020
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import contextlib
import os
import sys
import warnings

warnings.simplefilter("ignore")
import ncnn
import numpy as np
import pnnx
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, pool):
        super().__init__()
        self.pool = pool

    def forward(self, x):
        return self.pool(x)


@contextlib.contextmanager
def quiet():
    """What pnnx prints, put away."""
    kept, nowhere = [os.dup(1), os.dup(2)], os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1), os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept[0], 1), os.dup2(kept[1], 2)


def both(pool, length):
    """The row that PyTorch gives of 0 1 2 …, and ncnn."""
    x = torch.arange(float(length)).expand(1, 1, length, length).contiguous()
    with quiet():
        pnnx.export(Net(pool).eval(), "net.pt", x)
    net = ncnn.Net()
    net.load_param("net.ncnn.param")
    net.load_model("net.ncnn.bin")
    taker = net.create_extractor()
    taker.input("in0", ncnn.Mat(x[0].numpy()).clone())
    failed, y = taker.extract("out0")
    assert not failed
    # A row in the middle, whose windows lie within the map from top to bottom.
    return [np.round(row.astype(float), 4).tolist() for row in (pool(x)[0, 0, 1].numpy(), np.array(y)[0, 1])]


print("torch", torch.__version__, "ncnn", ncnn.__version__)
found = {
    "max, 2 at 2, padded by 1, on 5": both(nn.MaxPool2d(2, 2, 1, ceil_mode=True), 5),
    "average, 3 at 2, padded by 1, on 6": both(nn.AvgPool2d(3, 2, 1, ceil_mode=True), 6),
    "the same, padding not counted": both(nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False), 6),
    "average that rounds down": both(nn.AvgPool2d(3, 2, 1), 6),
}
for name, (by_torch, by_ncnn) in found.items():
    print(f"{name}: PyTorch {by_torch}, ncnn {by_ncnn}")
sizes, averages, inner, down = found.values()
is_so = (
    (sizes[0], sizes[1][:-1]) == ([0.0, 2.0, 4.0], [0.0, 2.0, 4.0])
    and sizes[1][-1] < -1e38
    and averages[0][:-1] == averages[1][:-1]
    and (averages[0][-1], averages[1][-1]) == (2.5, 1.6667)
    and inner[0] == inner[1]
    and down[0] == down[1]
)
sys.exit(not is_so)
PYTHON
