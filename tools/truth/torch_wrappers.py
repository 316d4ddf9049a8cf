"""Asks PyTorch: modules whose weights are normalised, by both of the interfaces that it has.

All weights of a module are normalised, biases aside: of a recurrent one those of each layer and direction, of
attention the projections.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrizations

from .dice import Dice, Draw
from .refusal import refusal
from .torch_layers import ARGS, VERSIONS, nested, tensors, tuples
from .torch_layers import DRAWS as MODULES

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

NOTE = (
    "args: the class and the arguments of the module, and those of the function; in/out include the batch "
    "axis (2) unless the case is unbatched; buffers are without step counters; macs_b1 is not measured; "
    "stage = ctor|wrap|forward"
)

WEIGHTED = (
    "Bilinear", "Embedding", "GRU", "GroupNorm", "LSTM", "LayerNorm", "Linear", "MultiheadAttention",
    "PReLU", "RMSNorm", "RNN",
    *(f"{name}{rank}d" for rank in (1, 2, 3) for name in ("Conv", "ConvTranspose", "InstanceNorm")),
)  # fmt: skip
UNWEIGHTED = ("ReLU", "MaxPool2d", "Dropout")

FEW = ()


def draw(name: str) -> Draw:
    def drawn(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
        inner = dice.choice(UNWEIGHTED if dice.chance(20) else WEIGHTED)
        args, shapes = MODULES[inner](dice)
        given: dict[str, Any] = {"module": inner, "args": args}
        if name == "weight_norm" and dice.chance(3):
            given["dim"] = dice.choice([0, 1, 2, None])
        if dice.chance(8):
            given["within"] = dice.choice(["weight_norm", "spectral_norm"])
        return given, shapes

    return drawn


DRAWS: dict[str, Draw] = {name: draw(name) for name in ("weight_norm", "spectral_norm")}


def weights(module: nn.Module) -> list[tuple[nn.Module, str]]:
    """The weights of a module, each with that of its parts that has it."""
    found = [(module, name) for name, _ in module.named_parameters(recurse=False)]
    if isinstance(module, nn.MultiheadAttention):
        found.append((module.out_proj, "weight"))
    return [(part, name) for part, name in found if "weight" in name] or [(module, "weight")]


def ask(cls: str, args: dict[str, Any], shapes: list[Any]) -> dict[str, Any]:
    """What PyTorch says to a module whose weights are normalised, on tensors of `shapes`."""
    torch.manual_seed(0)
    try:
        given = {name: tuples(value) for name, value in args["args"].items()}
        module = getattr(nn, args["module"])(**given).eval()
    except Exception as error:
        return refusal(error, "ctor")
    if not any(True for _ in module.parameters()) and args["module"] in WEIGHTED:
        return refusal(ValueError("it has no weights"), "wrap")
    options = {"dim": args["dim"]} if "dim" in args else {}
    try:
        for part, name in weights(module):
            if "within" in args:
                getattr(parametrizations, args["within"])(part, name)
            getattr(parametrizations, cls)(part, name, **options)
    except Exception as error:
        return refusal(error, "wrap")
    answer: dict[str, Any] = {"params": sum(p.numel() for p in module.parameters())}
    stored = dict(module.named_buffers()).items()
    if buffers := sum(b.numel() for name, b in stored if "num_batches" not in name):
        answer["buffers"] = buffers
    try:
        answer["out"] = nested(module(*tensors(args["module"], args["args"], shapes)))
    except Exception as error:
        return {**answer, **refusal(error, "forward")}
    return {**answer, "macs_b1": None}
