"""The same variants by torchvision on PyTorch's meta device, counted by its FlopCounterMode."""

from __future__ import annotations

import json
import time

import torch
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import mobilenet_v2

SIZES = (96, 128, 160, 192, 224)
FEW = 10


def main() -> None:
    variant(1.0, 96)
    started = time.process_time()
    for width in range(FEW):
        variant(0.25 + width / 10, SIZES[width % len(SIZES)])
    print(json.dumps({"variant": (time.process_time() - started) / FEW}))


def variant(width: float, size: int) -> tuple[int, int]:
    """Parameters and FLOPs: neither peak memory nor field."""
    with torch.device("meta"), torch.no_grad():
        model = mobilenet_v2(width_mult=width).eval()
        with FlopCounterMode(display=False) as counter:
            model(torch.empty(1, 3, size, size))
    return sum(p.numel() for p in model.parameters()), counter.get_total_flops()


if __name__ == "__main__":
    main()
