#!/usr/bin/env bash
# torch 2.13.0, torch.onnx.export to onnx 1.23.2, with the older exporter (dynamo=False) and the default one.
#
# One would guess: an ONNX file of a network in eval() has one tensor for each parameter, or each that BatchNorm's
# folding leaves, so the sum of their elements follows from the layers.
# What happens: it depends on the values. The older exporter stores tensors of equal values once, even of layers
# that share nothing: the zero biases of three convolutions are one initializer, the others read it by Identity.
# The default exporter drops zero biases. Three convolutions of 8 channels are 1,752 numbers in the module, and in the
# files 1,752 with random biases, but 1,736 and 1,728 with zero ones; a fresh network counts less than a trained one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
    torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2 numpy==2.4.6
"$folder/venv/bin/python" - "$folder" 2>"$folder/errors" <<'PYTHON' || { cat "$folder/errors"; exit 1; }
import contextlib
import io
import math
import sys
import warnings

import onnx
import torch
from torch import nn

warnings.simplefilter("ignore")
print("torch", torch.__version__, "onnx", onnx.__version__)
found = {}
for biases in ("random", "zero"):
    torch.manual_seed(0)
    layers = [nn.Conv2d(8, 8, 3, padding=1) for _ in range(3)]
    if biases == "zero":
        for layer in layers:
            nn.init.zeros_(layer.bias)
    model = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2]).eval()
    found[biases, "module"] = sum(one.numel() for one in model.parameters())
    for exporter, dynamo in (("older", False), ("default", True)):
        path = f"{sys.argv[1]}/{exporter}.onnx"
        with contextlib.redirect_stdout(io.StringIO()):
            torch.onnx.export(model, (torch.zeros(1, 8, 8, 8),), path, dynamo=dynamo, verbose=False)
        graph = onnx.load(path).graph
        found[biases, exporter] = sum(math.prod(one.dims) for one in graph.initializer)
        operators = [node.op_type for node in graph.node if node.op_type != "Relu"]
        print(f"{biases} biases, {exporter} exporter: {[one.name for one in graph.initializer]} {operators}")
print(found)
random = {("random", one): 1752 for one in ("module", "older", "default")}
sys.exit(found != random | {("zero", "module"): 1752, ("zero", "older"): 1736, ("zero", "default"): 1728})
PYTHON
