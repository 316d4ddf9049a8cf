#!/usr/bin/env bash
# Counters of operations for PyTorch (torch 2.13.0): its own FlopCounterMode, fvcore 0.1.5.post20221221,
# thop 0.1.1.post2209072238, torchinfo 1.8.0, ptflops 0.7.5.
#
# One would guess: they differ by a factor of two (operations or multiply-accumulates) that is known of each, and
# agree else on a plain layer.
# What happens: a transposed convolution costs each input position a kernel, 25,600 multiply-accumulates for 8 → 8
# channels, 2 × 2 at stride 2 on 10 × 10. thop and torchinfo take each output position, four times that, so the
# decoder of a U-Net is counted too high. torchinfo and ptflops add a convolution's bias as if it were multiplied, the
# others do not, and a convolution called through torch.nn.functional is 0 to thop and ptflops (its "pytorch" backend).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6 \
    fvcore==0.1.5.post20221221 thop==0.1.1.post2209072238 torchinfo==1.8.0 ptflops==0.7.5
"$folder/venv/bin/python" - <<'PYTHON'
import copy
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
import ptflops
import thop
import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(8, 8, 3, 3))

    def forward(self, x):
        return nn.functional.conv2d(x, self.weight, padding=1)


def counts(model, x):
    """The multiply-accumulates of each counter; PyTorch's own gives twice as many operations."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(x)
    whole, _ = ptflops.get_model_complexity_info(
        copy.deepcopy(model), tuple(x.shape[1:]), as_strings=False, print_per_layer_stat=False, backend="pytorch"
    )
    return {
        "torch": counter.get_total_flops() // 2,
        "fvcore": int(FlopCountAnalysis(model, x).total()),
        "thop": int(thop.profile(copy.deepcopy(model), (x,), verbose=False)[0]),
        "torchinfo": int(torchinfo.summary(model, input_data=x, verbose=0).total_mult_adds),
        "ptflops": int(whole),
    }


print("torch", torch.__version__)
found = {}
for name, model in (
    ("convolution", nn.Conv2d(8, 8, 3, padding=1, bias=False)),
    ("with a bias", nn.Conv2d(8, 8, 3, padding=1)),
    ("transposed", nn.ConvTranspose2d(8, 8, 2, 2, bias=False)),
    ("functional", Functional()),
):
    found[name] = counts(model.eval(), torch.zeros(1, 8, 10, 10))
    print(f"{name}: {found[name]}")
order = ("torch", "fvcore", "thop", "torchinfo", "ptflops")
expected = {
    "convolution": (57600, 57600, 57600, 57600, 57600),
    "with a bias": (57600, 57600, 57600, 58400, 58400),
    "transposed": (25600, 25600, 102400, 102400, 25600),
}
different = {name for name, row in expected.items() if tuple(found[name][one] for one in order) != row}
by_function = {one: count for one, count in found["functional"].items() if one != "torchinfo"}
sys.exit(bool(different) or by_function != {"torch": 57600, "fvcore": 57600, "thop": 0, "ptflops": 0})
PYTHON
