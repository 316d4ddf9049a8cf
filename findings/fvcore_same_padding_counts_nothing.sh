#!/usr/bin/env bash
# fvcore 0.1.5.post20221221, FlopCountAnalysis, on torch 2.13.0.
#
# One would guess: a convolution costs what it costs, whether its padding is written as 1 or as "same".
# What happens: with padding="same" or "valid" it counts 0 (9,216 with padding=1): tracing gives another operator,
# aten::_convolution_mode, that has no formula. It is listed among the unsupported operators, where one is used to
# see additions, which cost next to nothing. With padding_mode="circular" the layer is counted again, for its map is
# padded by an operator of its own then.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6 fvcore==0.1.5.post20221221
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings

warnings.simplefilter("ignore")
import torch
from fvcore.nn import FlopCountAnalysis
from torch import nn

x, found = torch.zeros(1, 4, 8, 8), {}
print("torch", torch.__version__)
for padding, mode in ((1, "zeros"), ("same", "zeros"), ("valid", "zeros"), (0, "zeros"), ("same", "circular")):
    layer = nn.Conv2d(4, 4, 3, padding=padding, padding_mode=mode, bias=False)
    analysis = FlopCountAnalysis(layer, x).unsupported_ops_warnings(False)
    positions = layer(x)[0, 0].numel()
    found[padding, mode] = (int(analysis.total()), positions * 4 * 4 * 9)
    unsupported = dict(analysis.unsupported_ops())
    print(f"padding={padding!r}, {mode}: counted, by definition: {found[padding, mode]}", unsupported)
expected = {
    (1, "zeros"): (9216, 9216),
    ("same", "zeros"): (0, 9216),
    ("valid", "zeros"): (0, 5184),
    (0, "zeros"): (5184, 5184),
    ("same", "circular"): (9216, 9216),
}
sys.exit(found != expected)
PYTHON
