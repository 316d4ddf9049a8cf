"""Asks PyTorch, torchvision and timm: layers of several operands, functions, paddings that repeat the map.

What is a function there is a module here, under a name that says how many axes it has.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import timm.layers
import torch
import torchvision
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from .ops_draws import DRAWS, FEW
from .refusal import refusal
from .torch_layers import is_unbatched, nested, tuples

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

warnings.simplefilter("ignore")
torch.set_num_threads(1)

ARGS = "args"
Maker = Callable[[str, dict[str, Any]], nn.Module]
VERSIONS = {
    "torch": torch.__version__,
    "torchvision": torchvision.__version__,
    "timm": timm.__version__,
}

UNMEASURED = ("DeformConv2d",)
"""Modules whose kernels the counter does not see."""

NOTE = (
    "in/out include the batch axis (2); macs_b1 = FlopCounterMode / 2 at batch 1, absent if 0, null if "
    "not measured; stage = ctor|forward. MaxUnpool with indices of 0; GridSample, AffineGrid, Stft and "
    "FunctionalPad are the functions of that name, Stft on every channel"
)


class Unpool(nn.Module):
    """A MaxUnpool with the indices of some pool: all of them 0."""

    def __init__(self, rank: int, output_size: Any = None, **args: Any) -> None:
        super().__init__()
        self.module = getattr(nn, f"MaxUnpool{rank}d")(**args)
        self.output_size = output_size

    def forward(self, x: torch.Tensor) -> Any:
        return self.module(x, torch.zeros_like(x, dtype=torch.int64), output_size=self.output_size)


class Function(nn.Module):
    """A function with its keywords."""

    def __init__(self, function: Any, **args: Any) -> None:
        super().__init__()
        self.function, self.args = function, args

    def forward(self, *operands: torch.Tensor) -> Any:
        return self.function(*operands, **self.args)


class Stft(nn.Module):
    """torch.stft of every channel, with a window; `parts` makes two channels of a complex one."""

    def __init__(self, n_fft: int, *, parts: bool = False, **args: Any) -> None:
        super().__init__()
        self.n_fft, self.parts, self.args = n_fft, parts, args
        length = args.get("win_length")
        self.window = torch.ones(n_fft if length is None else length)

    def forward(self, x: torch.Tensor) -> Any:
        flat = x.reshape(-1, x.shape[-1])
        found = torch.stft(
            flat, self.n_fft, window=self.window.to(x.dtype), return_complex=True, **self.args
        )
        found = found.reshape(*x.shape[:-1], *found.shape[1:])
        return torch.cat([found.real, found.imag], 1) if self.parts else found


def make(cls: str, args: dict[str, Any]) -> nn.Module:
    """The module of a name in `DRAWS`."""
    args = {name: tuples(value) for name, value in args.items()}
    if cls.startswith("MaxUnpool"):
        return Unpool(int(cls[-2]), **args)
    if cls.startswith("GridSample"):
        return Function(functional.grid_sample, **args)
    if cls.startswith("AffineGrid"):
        return Function(functional.affine_grid, **args)
    if cls.startswith("FunctionalPad"):
        return Function(functional.pad, **args)
    if cls == "Stft":
        return Stft(**args)
    homes = {"DeformConv2d": torchvision.ops, "CondConv2d": timm.layers, "BlurPool2d": timm.layers}
    module: nn.Module = getattr(homes.get(cls, nn), cls)(**args)
    return module


def ask(cls: str, args: dict[str, Any], shapes: list[Any], make: Maker = make) -> dict[str, Any]:
    """What the module that `make(cls, args)` gives says to tensors of `shapes`."""
    torch.manual_seed(0)
    try:
        module = make(cls, args).eval()
    except Exception as error:
        return refusal(error, "ctor")
    answer: dict[str, Any] = {"params": sum(p.numel() for p in module.parameters())}
    if buffers := sum(b.numel() for b in module.buffers()):
        answer["buffers"] = buffers
    try:
        answer["out"] = nested(module(*(torch.randn(*shape) for shape in shapes)))
    except Exception as error:
        return {**answer, **refusal(error, "forward")}
    macs = None if cls in UNMEASURED else multiply_accumulates(cls, args, module, shapes)
    return answer if macs == 0 else {**answer, "macs_b1": macs}


def multiply_accumulates(
    cls: str, args: dict[str, Any], module: nn.Module, shapes: list[Any]
) -> int | None:
    """Half the operations that the counter sees for one example."""
    if cls.startswith("AffineGrid"):
        module = make(cls, {**args, "size": [1, *args["size"][1:]]})
    single = [[1, *shape[1:]] for shape in shapes]
    if cls.startswith("Conv") and is_unbatched(cls, shapes[0]):
        single = shapes
    try:
        with FlopCounterMode(display=False) as counter:
            module(*(torch.randn(*shape) for shape in single))
    except RuntimeError:
        # An empty output is refused by some kernels only.
        return None
    return int(counter.get_total_flops()) // 2
