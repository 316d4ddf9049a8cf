"""Small networks of PyTorch as files of ncnn, written by pnnx, with what ncnn says of each blob.

`python -m tools.truth.ncnn_files tests/importers/data/ncnn_written.json.gz` needs torch 2.13.0, pnnx
20261020 and ncnn 1.0.20261020. By name: the text of the param file, with the size of the input; the
shape of each blob when run, channels first; how many numbers the module learns; and its
multiply-accumulates, as PyTorch counts them.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import ncnn
import pnnx
import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode


class Plain(nn.Module):
    """Convolutions with norms, grouped and dilated, a pool that rounds up, a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.wide = nn.Conv2d(8, 16, 3, padding=2, groups=8, dilation=2)
        self.odd = nn.Conv2d(16, 12, (2, 3), (1, 2), (1, 0), bias=False)
        self.fc = nn.Linear(12, 5)

    def forward(self, x: Any) -> Any:
        x = self.pool(functional.relu6(self.stem(x)))
        x = functional.hardswish(self.odd(functional.leaky_relu(self.wide(x), 0.1)))
        return self.fc(functional.adaptive_avg_pool2d(x, 1).flatten(1)).softmax(1)


class Residual(nn.Module):
    """A sum, channels put together and cut, a transposed convolution, resizing, a norm of groups."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(4, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1, groups=4)
        self.norm = nn.GroupNorm(2, 8)
        self.up = nn.ConvTranspose2d(16, 6, 4, 2, 1)
        self.slope = nn.PReLU(6)

    def forward(self, x: Any) -> Any:
        x = torch.relu(self.a(x))
        x = torch.cat([x, x + self.norm(self.b(x))], 1)
        left, right = self.slope(self.up(x)).chunk(2, 1)
        right = functional.interpolate(
            functional.avg_pool2d(right, 2), scale_factor=2, mode="bilinear"
        )
        return functional.pad(left * torch.sigmoid(right), (1, 2, 0, 1))


class Line(nn.Module):
    """One axis: convolutions, a pool, a norm, a layer on each step."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = (
            nn.Conv1d(6, 10, 5, 2, 1),
            nn.Conv1d(10, 4, 3, padding=2, dilation=2),
        )
        self.norm, self.fc = nn.LayerNorm(4), nn.Linear(4, 7)

    def forward(self, x: Any) -> Any:
        x = functional.max_pool1d(functional.silu(self.first(x)), 2)
        return self.fc(self.norm(self.second(x).transpose(1, 2)))


NETWORKS: dict[str, tuple[type[nn.Module], tuple[int, ...]]] = {
    "plain": (Plain, (3, 33, 30)),
    "residual": (Residual, (4, 12, 10)),
    "line": (Line, (6, 41)),
}


def main() -> None:
    found = {name: _answer(cls().eval(), shape) for name, (cls, shape) in NETWORKS.items()}
    text = json.dumps(found, separators=(",", ":")).encode()
    Path(sys.argv[1]).write_bytes(gzip.compress(text, 9, mtime=0))


def _answer(module: nn.Module, shape: tuple[int, ...]) -> dict[str, Any]:
    x, here, counter = torch.zeros(1, *shape), Path.cwd(), FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        module(x)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # pnnx writes where it stands
        try:
            pnnx.export(module, "net.pt", x)
            file = Path("net.ncnn.param")
            text = _with_size(file.read_text(encoding="utf-8"), shape)
            file.write_text(text, encoding="utf-8")
            blobs = _run(text, shape)
        finally:
            os.chdir(here)
    return {
        "text": text,
        "blobs": blobs,
        "params": sum(p.numel() for p in module.parameters()),
        "macs": counter.get_total_flops() // 2,
    }


def _with_size(text: str, shape: tuple[int, ...]) -> str:
    """The text with the size of its input, which pnnx leaves out."""
    lines = text.splitlines()
    size = (f"{key}={n}" for key, n in enumerate(reversed(shape)))  # the width first
    lines[2] = " ".join([lines[2].rstrip(), *size])
    return "\n".join(lines) + "\n"


def _run(text: str, shape: tuple[int, ...]) -> dict[str, list[int]]:
    net = ncnn.Net()
    net.opt.lightmode = net.opt.use_packing_layout = False
    if net.load_param("net.ncnn.param") or net.load_model("net.ncnn.bin"):
        raise OSError("ncnn does not read what pnnx wrote")
    taker = net.create_extractor()
    taker.input("in0", ncnn.Mat(torch.zeros(shape).numpy()))
    found = {}
    for line in text.splitlines()[2:]:
        words = line.split()
        first = 4 + int(words[2])
        for blob in words[first : first + int(words[3])]:
            failed, mat = taker.extract(blob)
            if failed:
                raise ArithmeticError(f"{blob}: {line}")
            axes = {1: (mat.w,), 2: (mat.h, mat.w), 3: (mat.c, mat.h, mat.w)}
            found[blob] = list(axes[mat.dims])
    return found


if __name__ == "__main__":
    main()
