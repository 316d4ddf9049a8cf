"""Asks PyTorch for functions that reduce, move, add or repeat axes."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch

from . import axes_draws, torch_ops
from .dice import Dice, Draw
from .torch_ops import ARGS, VERSIONS, Function

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

NOTE = (
    "in/out include the batch axis (2); macs_b1 = FlopCounterMode / 2 at batch 1, absent if 0, null if "
    "not measured; stage = ctor|forward. Functions of the name of the class; Max and Min are amax and "
    "amin, Gather is indexing by a list, Tile is repeat"
)


def tile(x: torch.Tensor, axis: int, times: int) -> torch.Tensor:
    """`repeat` along one axis."""
    counts = [1] * x.dim()
    counts[axis] = times
    return x.repeat(counts)


def gather(x: torch.Tensor, axis: int, indices: Any) -> torch.Tensor:
    """Places by a list, negative ones from the end."""
    return x.movedim(axis, 0)[list(indices)].movedim(0, axis)


FUNCTIONS: dict[str, Any] = {
    "Abs": torch.abs,
    "Chunk": lambda x, axis, parts: torch.chunk(x, parts, axis),
    "Gather": gather,
    "Max": lambda x, axis, keep: torch.amax(x, axis, keepdim=keep),
    "Mean": lambda x, axis, keep: torch.mean(x, axis, keepdim=keep),
    "Min": lambda x, axis, keep: torch.amin(x, axis, keepdim=keep),
    "Narrow": lambda x, axis, start, length: x.narrow(axis, start, length),
    "Permute": lambda x, axes: x.permute(axes),
    "Split": lambda x, axis, sizes: torch.split(x, list(sizes), axis),
    "Squeeze": lambda x, axis: x.squeeze(axis),
    "Stack": lambda *x, axis: torch.stack(x, axis),
    "Sum": lambda x, axis, keep: torch.sum(x, axis, keepdim=keep),
    "Tile": tile,
    "Unsqueeze": lambda x, axis: x.unsqueeze(axis),
}


def make(cls: str, args: dict[str, Any]) -> Function:
    """The function as a module."""
    return Function(
        FUNCTIONS[cls], **{name: torch_ops.tuples(value) for name, value in args.items()}
    )


ask = partial(torch_ops.ask, make=make)


def permute(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    shape = axes_draws.some_shape(dice)
    rank = len(shape) - 1
    axes = dice.sample(range(1, rank + 1), rank)
    if dice.chance(20):
        axes[0] = axes[-1]
    return {"axes": [0, *axes]}, [shape]


DRAWS: dict[str, Draw] = {**axes_draws.DRAWS, "Permute": permute}
FEW = axes_draws.FEW
