"""Asks PyTorch which inputs each output reads, along one axis.

Modules get one channel and weights of one. Of the identity matrix as a batch, example `i` is zero
but for input `i`: an output that is not zero there reads input `i`.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch

from .dice import Dice, Draw
from .refusal import refusal
from .torch_draws import DRAWS as LAYERS
from .torch_layers import tuples

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

warnings.simplefilter("ignore")
torch.set_num_threads(1)

ARGS = "args"
FEW = ()
VERSIONS = {"torch": torch.__version__}
NOTE = "reads: for every output along the first axis, the input indices that it depends on"

SMALLEST = 1e-9
"""What is less is a rounding error of interpolation, in double precision."""


def ask(cls: str, args: dict[str, Any], shapes: list[Any]) -> dict[str, Any]:
    """The reads of `cls(**args)` on a map of `shapes[0]`, which is [1, 1, n] or [1, 1, n, 1]."""
    n = shapes[0][2]
    try:
        module = getattr(torch.nn, cls)(**{name: tuples(value) for name, value in args.items()})
    except Exception as error:
        return refusal(error, "ctor")
    for parameter in module.parameters():
        torch.nn.init.ones_(parameter)
    batch = torch.eye(n, dtype=torch.float64).reshape(n, *shapes[0][1:])
    try:
        with torch.no_grad():
            out = module.double()(batch).reshape(n, -1)
    except Exception as error:
        return refusal(error, "forward")
    # A maximum of nothing is not a number: it reads nothing.
    read = (out.abs() > SMALLEST) & out.isfinite()
    return {"reads": [torch.nonzero(read[:, u])[:, 0].tolist() for u in range(out.shape[1])]}


def narrow(cls: str) -> Draw:
    """The draws of a one-dimensional class, with one channel and no bias."""

    def draw(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
        args, shapes = LAYERS[cls](dice)
        args = {name: value for name, value in args.items() if name not in ("groups", "value")}
        if "in_channels" in args:
            args |= {"in_channels": 1, "out_channels": 1, "bias": False}
        if cls == "CircularPad1d":
            # PyTorch leaves part of the output unwritten if one side is negative.
            args["padding"] = [dice.between(0, 4), dice.between(0, 4)]
        return args, [[1, 1, shapes[0][-1]]]

    return draw


def upsample(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    mode = dice.choice(["nearest", "nearest-exact", "linear", "bicubic", "area"])
    length, plane = dice.between(1, 16), mode == "bicubic"
    args: dict[str, Any] = {"mode": mode}
    if mode == "area" or dice.chance(2):
        size = dice.between(1, 24)
        args["size"] = [size, 1] if plane else size
    else:
        factor = dice.choice([0.5, 0.7, 1.3, 1.5, 2, 2.63, 3, 1 / 3])
        args["scale_factor"] = [factor, 1] if plane else factor
    if mode in ("linear", "bicubic") and dice.chance(2):
        args["align_corners"] = dice.chance(2)
    return args, [[1, 1, length, 1] if plane else [1, 1, length]]


DRAWS: dict[str, Draw] = {
    "Upsample": upsample,
    **{
        cls: narrow(cls)
        for cls in (
            "AdaptiveAvgPool1d", "AdaptiveMaxPool1d", "AvgPool1d", "CircularPad1d", "Conv1d",
            "ConvTranspose1d", "LPPool1d", "MaxPool1d", "ReflectionPad1d", "ReplicationPad1d",
            "ZeroPad1d",
        )
    },
}  # fmt: skip
