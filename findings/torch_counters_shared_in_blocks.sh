#!/usr/bin/env bash
# Counters for PyTorch (torch 2.13.0) on a module that is used twice: thop 0.1.1.post2209072238, torchinfo 1.8.0,
# ptflops 0.7.5, beside fvcore 0.1.5.post20221221.
#
# One would guess: a convolution of 144 parameters that two blocks share has 144 parameters, and twice its work,
# 2 · 9,216 multiply-accumulates on 8 × 8, in whatever way the blocks hold it.
# What happens: held directly (self.a = self.b = convolution), all agree on that. Inside a block each
# (nn.Sequential(convolution, ReLU), twice), thop says 73,728, four times too many, and 288 parameters; ptflops
# ("pytorch" backend) says 37,888, and torchinfo 432 parameters, three times those that are there. Two convolutions
# tied by their weight have 288 parameters to thop and torchinfo, 144 to ptflops and fvcore.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6 \
    fvcore==0.1.5.post20221221 thop==0.1.1.post2209072238 torchinfo==1.8.0 ptflops==0.7.5
"$folder/venv/bin/python" - <<'PYTHON'
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
import ptflops
import thop
import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis, parameter_count
from torch import nn


def convolution():
    return nn.Conv2d(4, 4, 3, padding=1, bias=False)


class Twice(nn.Module):
    def __init__(self, first, second):
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x):
        return self.second(self.first(x))


def direct():
    shared = convolution()
    return Twice(shared, shared)


def in_blocks():
    shared = convolution()
    return Twice(nn.Sequential(shared, nn.ReLU()), nn.Sequential(shared, nn.ReLU()))


def tied():
    model = Twice(convolution(), convolution())
    model.second.weight = model.first.weight
    return model


def counts(make):
    """Multiply-accumulates and parameters, by counter; each gets a model of its own."""
    x = torch.zeros(1, 4, 8, 8)
    table = torchinfo.summary(make(), input_data=x, verbose=0)
    model = make()
    macs, parameters = thop.profile(make(), (x,), verbose=False)
    return {
        "model": (None, sum(value.numel() for value in model.parameters())),
        "fvcore": (int(FlopCountAnalysis(model, x).total()), parameter_count(model)[""]),
        "thop": (int(macs), int(parameters)),
        "torchinfo": (table.total_mult_adds, table.total_params),
        "ptflops": ptflops.get_model_complexity_info(
            make(), (4, 8, 8), as_strings=False, print_per_layer_stat=False, backend="pytorch"
        ),
    }


print("torch", torch.__version__)
found = {}
for make in (direct, in_blocks, tied):
    found[make.__name__] = counts(make)
    print(f"{make.__name__}: {found[make.__name__]}")
right = {"model": (None, 144), **dict.fromkeys(("fvcore", "thop", "torchinfo", "ptflops"), (18432, 144))}
expected = {
    "direct": right,
    "in_blocks": right | {"thop": (73728, 288), "torchinfo": (18432, 432), "ptflops": (37888, 144)},
    "tied": right | {"thop": (18432, 288), "torchinfo": (18432, 288)},
}
sys.exit(found != expected)
PYTHON
