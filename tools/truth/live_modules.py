"""Live modules of timm and torchvision read by cnncalc, held to what PyTorch says of them; a line for each.

Parameters and buffers (counters of steps are none) are those of the module; multiply-accumulates are those that
its FlopCounterMode counts in a run on the meta device, so that attention is counted as well.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import timm
import torch
from torch.utils.flop_counter import FlopCounterMode

import cnncalc

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST = 1_200_000_000
_EACH = 10


def compare(only: list[str]) -> None:
    """Hold these networks of timm to PyTorch, one in ten by default; ends the process with 1 if one differs."""
    good = asked = 0
    for name in only or timm.list_models()[::_EACH]:
        said = _difference(lambda name=name: timm.create_model(name))
        asked += said != "left out"
        good += not said
        print(f"{name}: {said or 'equal'}", flush=True)
    print(f"{good} of {asked} are equal in parameters, buffers and multiply-accumulates")
    if good < asked:
        sys.exit(1)


def _difference(make: Callable[[], Any]) -> str:
    """How a network differs; "" if it does not."""
    try:
        with torch.device("meta"):
            module = make().eval()
    except (NotImplementedError, RuntimeError):
        module = make().eval().to("meta")
    wanted = [
        sum(p.numel() for p in module.parameters()),
        sum(b.numel() for n, b in module.named_buffers() if not n.endswith("num_batches_tracked")),
    ]
    if wanted[0] > _LARGEST:
        return "left out"
    # Some modules keep what they have computed of the size, so they are read before they run.
    try:
        net = cnncalc.from_torch(module)
    except cnncalc.SpecError as error:
        return str(error)
    size = module.default_cfg["input_size"]
    counter = FlopCounterMode(display=False)
    # The counter follows gradients of what depends on parameters alone, and fails where there are none.
    module.requires_grad_(requires_grad=False)
    with torch.no_grad(), counter:
        module(torch.zeros((1, *size), device="meta"))
    wanted.append(counter.get_total_flops() // 2)
    found = [net.params.value, net.buffers.value, net.macs.value]
    return "" if found == wanted else f"{found}, and PyTorch says {wanted}"
