"""Asks PyTorch and timm which inputs each output reads, of layers with windows of a special kind.

As in `torch_reads`, along the first axis. What a max pool finds depends on the data: an unpooling
reads what it reads for any of many random maps. Involution and CARAFE are put together of unfolded
windows, with weights of one.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .dice import Dice, Draw
from .ops_draws import continued_conv, stft
from .refusal import refusal
from .torch_ops import VERSIONS, make
from .torch_reads import NOTE, SMALLEST

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

warnings.simplefilter("ignore")
torch.set_num_threads(1)

ARGS = "args"
FEW = ()
MANY = 400
"""So many maps, and every element of a window of four is the largest in one of them."""


def ask(cls: str, args: dict[str, Any], shapes: list[Any]) -> dict[str, Any]:
    """The reads of `cls(**args)` on a map of `shapes[0]`, which is [1, 1, n] or [1, 1, n, m]."""
    torch.manual_seed(0)
    try:
        return {"reads": HOW.get(cls, single_elements)(cls, args, shapes[0])}
    except Exception as error:
        return refusal(error, "forward")


def listed(read: torch.Tensor) -> list[list[int]]:
    """From a matrix, inputs by outputs, the inputs of every output."""
    return [torch.nonzero(read[:, u])[:, 0].tolist() for u in range(read.shape[1])]


def rows(shape: list[int]) -> torch.Tensor:
    """A batch of maps, each with one row of ones."""
    n = shape[2]
    eye = torch.eye(n, dtype=torch.float64).reshape(n, 1, n, *(1 for _ in shape[3:]))
    return eye.expand(n, 1, n, *shape[3:]).contiguous()


def single_elements(cls: str, args: dict[str, Any], shape: list[int]) -> list[list[int]]:
    """A module with weights of one."""
    module = make(cls, args)
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    with torch.no_grad():
        out = module.double()(rows(shape))
    return listed(out.reshape(shape[2], out.shape[2], -1).abs().amax(2) > SMALLEST)


def spectrum(cls: str, args: dict[str, Any], shape: list[int]) -> list[list[int]]:
    """A frame reads what any of its bins reads."""
    with torch.no_grad():
        out = make(cls, args).double()(rows(shape))
    return listed(out[:, 0].abs().amax(1) > SMALLEST)


def unpooled(cls: str, args: dict[str, Any], shape: list[int]) -> list[list[int]]:
    """The outputs that a pooled value may come to: where windows overlap, the last one is written."""
    pool = {name: value for name, value in args.items() if name != "output_size"}
    maps = torch.rand(MANY, 1, args["output_size"][0], dtype=torch.float64)
    found, indices = functional.max_pool1d(maps, return_indices=True, **pool)
    back = functional.max_unpool1d(found, indices, **args)
    if found.shape[2] != shape[2] or back.shape != maps.shape:
        raise ValueError("the pool has another number of windows")
    read = torch.zeros(shape[2], maps.shape[2], dtype=torch.bool)
    for i in range(shape[2]):
        read[i, indices[:, 0, i]] = True
    return listed(read)


def involved(cls: str, args: dict[str, Any], shape: list[int]) -> list[list[int]]:
    """The windows of involution summed with weights of one."""
    kernel, stride = (args["kernel_size"], 1), (args["stride"], 1)
    padding, dilation = (args["padding"], 0), (args["dilation"], 1)
    out = functional.unfold(rows(shape), kernel, dilation, padding, stride).sum(1)
    return listed(out > SMALLEST)


def reassembled(cls: str, args: dict[str, Any], shape: list[int]) -> list[list[int]]:
    """The window around the input that an output lies over, summed with weights of one."""
    k, s = args["kernel_size"], args["scale_factor"]
    out = functional.unfold(rows(shape), (k, 1), padding=(k // 2, 0)).sum(1)
    return listed(
        functional.interpolate(out[:, None], scale_factor=s, mode="nearest")[:, 0] > SMALLEST
    )


HOW = {
    "Carafe": reassembled,
    "Involution": involved,
    "MaxUnpool1d": unpooled,
    "Stft": spectrum,
}


def conv(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    args, shapes = continued_conv(1)(dice)
    args = {name: value for name, value in args.items() if name != "groups"}
    args |= {"in_channels": 1, "out_channels": 1, "bias": False}
    return args, [[1, 1, shapes[0][-1]]]


def unpool(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    kernel = dice.between(1, 4)
    args: dict[str, Any] = {"kernel_size": kernel, "stride": dice.between(1, 5)}
    args |= {"padding": dice.between(0, kernel // 2)}
    # Where all windows lie in the map as a whole, and one step of the stride more is too much.
    n = dice.between(1, 8)
    usual = (n - 1) * args["stride"] + kernel - 2 * args["padding"]
    size = max(1, usual + dice.between(0, args["stride"] - 1))
    return args | {"output_size": [size]}, [[1, 1, n]]


def signal(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    args, shapes = stft(dice)
    return {name: v for name, v in args.items() if name != "parts"}, [[1, 1, shapes[0][-1]]]


def blur(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    args = {"channels": 1, "filt_size": dice.between(2, 7), "stride": dice.between(1, 3)}
    args |= dice.some(pad_mode=dice.choice(["constant", "replicate", "circular"]))
    n = dice.between(1, 16)
    return args, [[1, 1, n, n]]


def involution(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    args = {"kernel_size": dice.between(1, 7), "stride": dice.between(1, 3)}
    args |= {"padding": dice.between(0, 3), "dilation": dice.between(1, 2)}
    return args, [[1, 1, dice.between(1, 20), 1]]


def carafe(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    args = {"kernel_size": 2 * dice.between(0, 3) + 1, "scale_factor": dice.between(1, 4)}
    return args, [[1, 1, dice.between(1, 9), 1]]


DRAWS: dict[str, Draw] = {
    "BlurPool2d": blur,
    "Carafe": carafe,
    "Conv1d": conv,
    "Involution": involution,
    "MaxUnpool1d": unpool,
    "Stft": signal,
}
