#!/usr/bin/env bash
# torch 2.13.0, torch.utils.flop_counter.FlopCounterMode.
#
# One would guess: the counter sees the same arithmetic whatever device a module runs on, as it is defined by
# operators, and counts of the CPU are those of the meta device, which needs no values.
# What happens: on the CPU, scaled_dot_product_attention and nn.LSTM count nothing at all, for the fused
# kernels that run there have no formula; on the meta device both are counted. nn.MultiheadAttention is
# half seen while training (its projections) and, once it is in eval(), counts nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention
from torch.utils.flop_counter import FlopCounterMode

warnings.simplefilter("ignore")


def count(run):
    """The multiplications and additions that the counter sees."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


found = {}
for device in ("cpu", "meta"):
    heads = torch.rand(1, 4, 64, 16, device=device)
    steps = torch.rand(1, 10, 8, device=device)
    layer = nn.LSTM(8, 16, batch_first=True, device=device)
    found[device] = (
        count(lambda: scaled_dot_product_attention(heads, heads, heads)),
        count(lambda: layer(steps)),
    )
attention, x = nn.MultiheadAttention(16, 4, batch_first=True), torch.rand(1, 64, 16)
both = [count(lambda: attention.train(on)(x, x, x, need_weights=False)) for on in (True, False)]
print("torch", torch.__version__)
print("attention of 4 heads, 64 positions, 16 features; LSTM of 8 → 16 over 10 steps:", found)
print("MultiheadAttention in training and in eval():", both)
sys.exit(found != {"cpu": (0, 0), "meta": (1048576, 30720)} or both != [131072, 0])
PYTHON
