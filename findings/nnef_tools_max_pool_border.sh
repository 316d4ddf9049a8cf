#!/usr/bin/env bash
# nnef-tools 1.0.11, NNEF to ONNX, beside its own interpreter (on torch 2.13.0) and onnxruntime 1.32.0.
#
# One would guess: a converter by the makers of the format keeps what its max_pool computes, or refuses it: the
# padding of NNEF's max pools is zeros unless border = 'ignore' is said, and other keys are checked on the way.
# What happens: the border is dropped. max_pool with its default border (and with 'constant') becomes ONNX's MaxPool
# with pads, which are never the maximum: of a map of negative values the interpreter gives zeros at the borders and
# onnxruntime −1 to −5. (From ONNX the converter writes border = 'ignore', so a round trip by it is right; files
# written by hand or by others are not.) For avg_pool the border becomes count_include_pad, and values stay.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6 onnx==1.23.2 \
    onnxruntime==1.32.0 nnef==1.0.10 nnef-tools==1.0.11
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import subprocess
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

warnings.simplefilter("ignore")
import numpy as np
import onnx
import onnxruntime
from nnef_tools.interpreter.pytorch import Interpreter

GRAPH = """version 1.0;

graph net(x) -> (y)
{{
    x = external<scalar>(shape = [1, 1, 3, 3]);
    y = {kind}(x, size = [1, 1, 3, 3], padding = [(0, 0), (0, 0), (1, 1), (1, 1)]{border});
}}
"""
x = -np.arange(1, 10, dtype=np.float32).reshape(1, 1, 3, 3)


def both(kind, border):
    """What the interpreter gives for the NNEF file, and onnxruntime for the ONNX file made from it."""
    folder = Path(f"{kind}-{border}")
    folder.mkdir()
    text = GRAPH.format(kind=kind, border=f", border = '{border}'" if border else "")
    (folder / "graph.nnef").write_text(text)
    target = f"{folder}.onnx"
    formats = ["--input-format", "nnef", "--output-format", "onnx"]
    files = ["--input-model", str(folder), "--output-model", target]
    subprocess.run([sys.executable, "-m", "nnef_tools.convert", *formats, *files], check=True, capture_output=True)
    node = onnx.load(target).graph.node[0]
    kept = [attribute.name for attribute in node.attribute]
    session = onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])
    (name,) = (value.name for value in session.get_inputs())
    values = Interpreter(str(folder))([x])["y"].ravel(), session.run(None, {name: x})[0].ravel()
    print(f"{kind}, border {border or 'not said'}: {node.op_type}, {kept}")
    print("   ", *(one.astype(float).round(2).tolist() for one in values))
    return values


print("nnef-tools", version("nnef-tools"), "onnxruntime", onnxruntime.__version__)
cases = {"max_pool": ("", "constant", "ignore"), "avg_pool": ("constant", "ignore")}
found = {(kind, border): both(kind, border) for kind, borders in cases.items() for border in borders}
changed = [case for case, (before, after) in found.items() if not np.allclose(before, after)]
print("changed:", changed)
before, after = (values.tolist() for values in found["max_pool", ""])
zeros = before == [0, 0, 0, 0, -1, 0, 0, 0, 0] and after == [-1, -1, -2, -1, -1, -2, -4, -4, -5]
sys.exit(not (zeros and changed == [("max_pool", ""), ("max_pool", "constant")]))
PYTHON
