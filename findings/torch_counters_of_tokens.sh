#!/usr/bin/env bash
# Counters for PyTorch (torch 2.13.0) on tokens: torchinfo 1.8.0, thop 0.1.1.post2209072238, ptflops 0.7.5, beside
# fvcore 0.1.5.post20221221.
#
# One would guess: a linear layer of 16 → 8 costs 128 multiply-accumulates for each of 50 tokens, 6,400, and a counter
# that is right on convolutional networks is about right on a vision transformer.
# What happens: torchinfo takes a linear layer's parameters as its work, 128 for any number of tokens. Of an encoder
# layer (16 features, 4 heads, 50 tokens) with 182,400 by definition, torchinfo sees 1,136, thop 57,600 (its
# MultiheadAttention is 0), fvcore 110,400 (without the products of queries, keys and values, and with its norms), and
# ptflops's "pytorch" backend 200,400 (with everything else). thop's and torchinfo's are no estimate of it.
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
from fvcore.nn import FlopCountAnalysis
from torch import nn

tokens, width, hidden = 50, 16, 32


def linear():
    return nn.Linear(width, 8, bias=False)


def encoder():
    return nn.TransformerEncoderLayer(width, 4, hidden, batch_first=True)


def counts(make):
    """The multiply-accumulates of each counter; each gets a model of its own."""
    x = torch.zeros(1, tokens, width)
    whole, _ = ptflops.get_model_complexity_info(
        make(), (tokens, width), as_strings=False, print_per_layer_stat=False, backend="pytorch"
    )
    return {
        "fvcore": int(FlopCountAnalysis(make(), x).total()),
        "thop": int(thop.profile(make(), (x,), verbose=False)[0]),
        "torchinfo": torchinfo.summary(make(), input_data=x, verbose=0).total_mult_adds,
        "ptflops": int(whole),
    }


projections = 4 * tokens * width * width
products = 2 * tokens * tokens * width
feed_forward = 2 * tokens * width * hidden
defined = {"linear": tokens * width * 8, "encoder": projections + products + feed_forward}
print("torch", torch.__version__)
found = {}
for make in (linear, encoder):
    found[make.__name__] = counts(make)
    print(f"{make.__name__}, by definition {defined[make.__name__]}: {found[make.__name__]}")
expected = {
    "linear": {"fvcore": 6400, "thop": 6400, "torchinfo": 128, "ptflops": 6400},
    "encoder": {"fvcore": 110400, "thop": 57600, "torchinfo": 1136, "ptflops": 200400},
}
sys.exit(found != expected or defined != {"linear": 6400, "encoder": 182400})
PYTHON
