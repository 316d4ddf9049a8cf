#!/usr/bin/env bash
# pnnx 20261020 on torch 2.13.0, pnnx.export.
#
# One would guess: a plain nn.Sequential, the simplest of models, is exported, and the Python file that pnnx writes
# beside its parameters can be imported, as the file is written to be.
# What happens: modules are named by their place, "0", "2", and the Python file has `self.2 = nn.ReLU()`: pnnx.export,
# which imports that file to return the model, ends with a SyntaxError after all files are written. Those of ncnn are
# whole. The same layers as attributes of a module, or in a Sequential inside of one, are exported without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6 \
    pnnx==20261020 ncnn==1.0.20261020
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import contextlib
import os
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

warnings.simplefilter("ignore")
import ncnn
import numpy as np
import pnnx
import torch
from torch import nn


def layers():
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.AvgPool2d(2), nn.ReLU())


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = layers()

    def forward(self, x):
        return self.body(x)


def exported(name, model):
    """How exporting ends, whether the Python file can be compiled, and whether ncnn gives the model's values."""
    os.mkdir(name)
    x = torch.linspace(0, 1, 3 * 8 * 8).reshape(1, 3, 8, 8)
    with contextlib.chdir(name):
        try:
            pnnx.export(model.eval(), "net.pt", x, fp16=False)
            end = "returned"
        except SyntaxError as error:
            print("   ", error.text.strip())
            end = "SyntaxError"
        try:
            compile(Path("net_pnnx.py").read_text(), "net_pnnx.py", "exec")
            compiles = True
        except SyntaxError:
            compiles = False
        net = ncnn.Net()
        net.load_param("net.ncnn.param")
        net.load_model("net.ncnn.bin")
        run = net.create_extractor()
        run.input("in0", ncnn.Mat(x[0].numpy()).clone())
        _, y = run.extract("out0")
    with torch.no_grad():
        same = np.allclose(np.array(y), model(x)[0].numpy(), atol=1e-3)
    return end, compiles, same


found = {"Sequential": exported("a", layers()), "inside a module": exported("b", Named())}
print("pnnx", version("pnnx"), "torch", torch.__version__)
for name, result in found.items():
    print(f"{name}: export, the Python file compiles, ncnn's values are the model's: {result}")
sys.exit(found != {"Sequential": ("SyntaxError", False, True), "inside a module": ("returned", True, True)})
PYTHON
