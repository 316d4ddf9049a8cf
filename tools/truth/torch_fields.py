"""Asks PyTorch by gradients which inputs each output depends on, of whatever moves, mixes or slides.

A gradient that is not zero is a dependence. What the largest of many depends on is another one in
every example, so that many random examples are asked at once.
"""

from __future__ import annotations

import warnings
from math import prod
from typing import Any

import torch
from torch import nn

from . import built_draws, ops_draws, torch_axes, torch_built, torch_ops
from .dice import Dice, Draw
from .torch_ops import VERSIONS

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

warnings.simplefilter("ignore")
torch.set_num_threads(1)

ARGS = "args"
NOTE = (
    "fields: for every output, of every input, for each element of the output the elements of the input "
    "that it depends on; elements are counted in the order of memory, without the batch"
)

SMALLEST = 1e-25
"""What is less, in double precision, is a mask of attention."""

EXAMPLES = {"Max": 1200, "Min": 1200}
"""So many examples, and every element of some is the largest, or the smallest."""

MOST = 40
"""Elements of an input; an output may have twice as many."""


def ask(cls: str, args: dict[str, Any], shapes: list[Any]) -> dict[str, Any]:
    """The fields of `cls(**args)` on tensors of `shapes`, which it accepts."""
    outputs, inputs = run(cls, args, shapes, EXAMPLES.get(cls, 3))
    return {
        "out": [list(one.shape[1:]) for one in outputs],
        "fields": [fields(one, inputs) for one in outputs],
    }


def run(cls: str, args: dict[str, Any], shapes: list[Any], count: int) -> tuple[Any, Any]:
    """The outputs, and the `count` random examples that they were made of."""
    torch.manual_seed(0)
    module = make(cls, args).eval().double()
    for parameter in module.parameters():
        nn.init.uniform_(parameter, 0.1, 1)
    inputs = [
        torch.rand(count, *shape[1:], dtype=torch.float64).requires_grad_() for shape in shapes
    ]
    out = module(*inputs)
    return out if isinstance(out, (tuple, list)) else [out], inputs


def make(cls: str, args: dict[str, Any]) -> nn.Module:
    """The module, wherever it comes from."""
    homes: tuple[Any, ...] = (torch_axes, torch_built, torch_ops)
    module: nn.Module = next(home for home in homes if cls in home.DRAWS).make(cls, args)
    return module


def fields(out: torch.Tensor, inputs: list[torch.Tensor]) -> list[list[list[int]]]:
    """Of each input, the elements that each element of `out` depends on, in any example."""
    if not out.requires_grad:
        return [[[]] * out[0].numel() for _ in inputs]
    found: list[list[list[int]]] = [[] for _ in inputs]
    for element in out.reshape(len(out), -1).unbind(1):
        gradients = torch.autograd.grad(
            element.sum(), inputs, retain_graph=True, materialize_grads=True
        )
        for seen, gradient in zip(found, gradients, strict=True):
            depends = (gradient.flatten(1).abs() > SMALLEST).any(0)
            seen.append(torch.nonzero(depends)[:, 0].tolist())
    return found


def small(cls: str, draw: Draw) -> Draw:
    """Draws what is accepted, and small enough to be looked at element by element."""

    def drawn(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
        while True:
            args, shapes = draw(dice)
            if all(prod(shape[1:]) <= MOST for shape in shapes) and fits(cls, args, shapes):
                return args, shapes

    return drawn


def fits(cls: str, args: dict[str, Any], shapes: list[Any]) -> bool:
    """Whether the call is accepted, and what comes out is small."""
    try:
        outputs, _ = run(cls, args, shapes, 1)
    except Exception:
        return False
    return all(0 < one.numel() <= 2 * MOST for one in outputs)


MOVING = ("Chunk", "Gather", "Max", "Mean", "Min", "Narrow", "Permute", "Split", "Squeeze", "Stack",
          "Sum", "Tile", "Unsqueeze")  # fmt: skip

MIXING = ("Attention", "Carafe2d", "Coordinates1d", "Coordinates2d", "Coordinates3d", "Gram",
          "Involution2d", "LocallyConnected1d", "LocallyConnected2d", "LocallyConnected3d",
          "PositionalEmbedding1d", "PositionalEmbedding2d", "PositionalEmbedding3d",
          "ShiftedWindowAttention", "ShiftedWindowAttention3d", "StyleLoss", "VisionTransformer",
          "WeightedAdd")  # fmt: skip

SLIDING = ("BlurPool2d", "CondConv2d", "Conv1d", "Conv2d", "Conv3d", "DeformConv2d", "FunctionalPad1d",
           "FunctionalPad2d", "FunctionalPad3d", "GridSample2d", "GridSample3d")  # fmt: skip

FEW = ("Coordinates1d", "Coordinates2d", "Coordinates3d", "Gram", "PositionalEmbedding1d",
       "PositionalEmbedding2d", "PositionalEmbedding3d", "StyleLoss")  # fmt: skip

DRAWS: dict[str, Draw] = {
    **{name: small(name, torch_axes.DRAWS[name]) for name in MOVING},
    **{name: small(name, built_draws.DRAWS[name]) for name in MIXING},
    **{name: small(name, ops_draws.DRAWS[name]) for name in SLIDING},
}
