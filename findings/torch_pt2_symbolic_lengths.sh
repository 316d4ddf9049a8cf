#!/usr/bin/env bash
# torch 2.13.0, torch.export.save with dynamic shapes: the sizes in the .pt2 file's model.json.
#
# One would guess: the file names an open length as the user did, Dim("height"), and writes what follows from it as
# it is printed: ((s53 - 1)//2) + 1.
# What happens: the given names are nowhere in the file; symbols have names of their own, like s53, and bounds by
# these. A length is the text of calls that build the expression, as of sympy.srepr:
# Add(FloorDiv(Add(Symbol('s53', positive=True, integer=True), Integer(-1)), Integer(2)), Integer(1)).
# FloorDiv is a class of PyTorch that sympy does not know, and the "hint" beside it is the example's size, 32, no bound.
# A length of 8*Dim("h") has bounds for "8*s39" and for "s39".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import re
import sys
import zipfile

import sympy
import torch
from torch import nn
from torch.export import Dim


def saved(lengths):
    """The text of a convolution's model.json; the sizes of its output and the bounds, as they are there."""
    path = f"{sys.argv[1]}/model.pt2"
    layer = nn.Conv2d(3, 4, 3, stride=2, padding=1).eval()
    program = torch.export.export(layer, (torch.zeros(1, 3, 64, 64),), dynamic_shapes={"input": lengths})
    torch.export.save(program, path)
    with zipfile.ZipFile(path) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("models/model.json"))
        text = archive.read(name).decode()
    model = json.loads(text)
    return text, model["graph_module"]["graph"]["tensor_values"]["conv2d"]["sizes"], model["range_constraints"]


print("torch", torch.__version__)
text, sizes, bounds = saved({2: Dim("height", min=32, max=512)})
length = sizes[2]["as_expr"]
print("length of the output:", length)
print("bounds:", bounds, "the name is in the file:", "height" in text)
(symbol,) = bounds
expected = f"Add(FloorDiv(Add(Symbol('{symbol}', positive=True, integer=True), Integer(-1)), Integer(2)), Integer(1))"
_, [_, _, eighths, width], many = saved({2: 8 * Dim("h", min=4, max=64)})
print("of 8*Dim('h'):", eighths["as_expr"], "bounds:", many)
(times,) = (name for name in many if "*" in name)
sys.exit(
    "height" in text
    or not re.fullmatch(r"s\d+", symbol)
    or length != {"expr_str": expected, "hint": {"as_int": 32}}
    or bounds[symbol] != {"min_val": 32, "max_val": 512}
    or hasattr(sympy, "FloorDiv")
    or width != {"as_int": 32}
    or many != {times: {"min_val": 32, "max_val": 512}, times.removeprefix("8*"): {"min_val": 4, "max_val": 64}}
)
PYTHON
