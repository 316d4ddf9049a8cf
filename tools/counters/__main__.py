"""Ask other counters what they count: `python -m tools.counters PROFILER [NAME…]`.

The answers go into tests/cost/data/counters.json; with names, only theirs are asked for anew. Needs
torch 2.13, torchvision 0.28, fvcore 0.1.5, thop 0.1.1, ptflops 0.7.5, torchinfo 1.8.0, onnx 1.23 and
onnx-tool 1.0.1. PROFILER is the file deepspeed/profiling/flops_profiler/profiler.py out of the source
of DeepSpeed 0.19.8, which is run without the rest of it.
"""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path

import torch
import torchvision
from torch import nn

from .ask import ask, onnx_tool, trained
from .cases import CASES, TORCH

DATA = Path(__file__).parent.parent.parent / "tests" / "cost" / "data" / "counters.json"

TRAINED = (
    "alexnet",
    "resnet18",
    "resnet50",
    "mobilenet_v2",
    "vgg16",
    "squeezenet1_0",
    "squeezenet1_1",
    "densenet121",
    "efficientnet_b0",
    "mnasnet1_0",
    "regnet_y_400mf",
    "shufflenet_v2_x1_0",
    "convnext_tiny",
)
NETWORKS = (
    "alexnet",
    "resnet18",
    "resnet50",
    "mobilenet_v2",
    "vgg16",
    "squeezenet1_1",
    "densenet121",
)


def main() -> None:
    wanted = sys.argv[2:]
    found = (
        json.loads(DATA.read_text(encoding="utf-8"))
        if wanted and DATA.exists()
        else {"layers": {}, "networks": {}}
    )
    for name, (shape, layers, model) in CASES.items():
        if wanted and name not in wanted:
            continue
        print(name)
        if shape == "tokens":
            x, given = torch.randint(0, 100, (1, 20)), "{tokens: 20}"
        else:
            x = torch.randn(1, *shape)
            size = f"size: {list(shape[1:])}"
            given = (
                f"{{channels: {shape[0]}, {size}}}" if shape[1:] else f"{{features: {shape[0]}}}"
            )
        spec = f"{TORCH}input: {given}\nlayers:\n- {layers}\n"
        # A module alone is no leaf to some tools.
        found["layers"][name] = {"spec": spec, "counts": ask(nn.Sequential(model), x)}
    for name in NETWORKS:
        if wanted and name not in wanted:
            continue
        print(name)
        model = getattr(torchvision.models, name)(weights=None)
        found["networks"][name] = ask(model, torch.randn(1, 3, 224, 224))
        if name in ("alexnet", "resnet50", "mobilenet_v2", "vgg16"):
            kept = onnx_tool(copy.deepcopy(model).eval(), torch.randn(1, 3, 224, 224), kept=True)
            found["networks"][name]["onnx-tool, norms kept"] = int(kept)
    found.setdefault("training", {})
    for name in TRAINED:
        if wanted and name not in wanted and "training" not in wanted:
            continue
        print(name, "training")
        model = getattr(torchvision.models, name)(weights=None)
        found["training"][name] = trained(model, torch.randn(2, 3, 224, 224))
    DATA.write_text(
        "{\n"
        + ",\n".join(
            f'"{group}": {{\n'
            + ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in rows.items())
            + "\n}"
            for group, rows in found.items()
        )
        + "\n}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
