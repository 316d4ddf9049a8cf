#!/usr/bin/env bash
# torch 2.13.0 on the CPU, interpolate(scale_factor=…, mode="nearest") on maps of one, two and three axes; the last also
# exported by torch.onnx.export to onnx 1.23.2 and run by onnxruntime 1.32.0.
#
# One would guess: an axis is read in the same way however many there are, by the factor that was given (which
# recompute_scale_factor=False, the default, is for), and an exported network reads as the module does.
# What happens: on two axes a length that stays or doubles is copied or doubled whatever the factor: 10 × 1.05 gives
# 0 1 2 … 9 and 10 × 2.05 gives 0 0 1 1 2 2 …; one axis and three take the factor, 0 0 1 2 … 8 and 0 0 0 1 1 2 2 …, so
# there the last element is lost, or the first is taken thrice. Other lengths (10 × 2.15) agree. The ONNX file has the
# factor, and onnxruntime follows it where the length doubles: other numbers than the module that was exported, of the
# same shape. Where the length stays, onnxruntime copies, too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6 \
    onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings

import onnxruntime
import torch

warnings.simplefilter("ignore")


class Resize(torch.nn.Module):
    """A map made larger by a factor."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return torch.nn.functional.interpolate(x, scale_factor=self.factor, mode="nearest")


def read(axes, factor, is_exported=False):
    """Which of ten elements of the first axis each output is."""
    x = torch.arange(10.0).reshape(1, 1, 10, *[1] * (axes - 1)).expand(1, 1, *[10] * axes).contiguous()
    module = Resize(factor)
    if is_exported:
        path = f"{sys.argv[1]}/net.onnx"
        torch.onnx.export(module, (x,), path, dynamo=True, verbose=False)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        [y] = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    else:
        y = module(x).numpy()
    return y.reshape(y.shape[2], -1)[:, 0].astype(int).tolist()


print("torch", torch.__version__, "onnxruntime", onnxruntime.__version__)
different = []
for factor in (1.05, 2.05, 2.15):
    found = {f"{axes} axes": read(axes, factor) for axes in (1, 2, 3)}
    found["2 axes, ONNX"] = read(2, factor, is_exported=True)
    for name, elements in found.items():
        print(f"10 x {factor}, {name}: {elements}")
    one = found["1 axes"]
    different.append([name for name in found if found[name] != one])
copied, doubled = list(range(10)), [n // 2 for n in range(20)]
is_so = different == [["2 axes", "2 axes, ONNX"], ["2 axes"], []] and (read(2, 1.05), read(2, 2.05)) == (copied, doubled)
sys.exit(not is_so)
PYTHON
