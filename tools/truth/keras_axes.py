"""Asks Keras for functions that reduce, move, add or repeat axes, and for layers that came later."""

from __future__ import annotations

import os
import warnings
from itertools import accumulate
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
from keras import ops

from . import axes_draws, keras_layers
from .dice import Dice, Draw
from .keras_layers import ARGS, nested
from .refusal import refusal

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

warnings.simplefilter("ignore")

VERSIONS = {"keras": keras.__version__}
NOTE = (
    "out: of keras.ops, symbolically, on a batch of 2; Gather is take, Chunk and Split are split, Unsqueeze "
    "is expand_dims. Layers as in keras_drawn; GroupQueryAttention without macs"
)


def along(x: Any, axis: int, value: int, rest: Any) -> list[int]:
    """`value` at `axis`, and what `rest` says of the other axes."""
    found = list(rest)
    found[axis] = value
    return found


def narrow(x: Any, axis: int, start: int, length: int) -> Any:
    """A range of one axis; beyond the end nothing can be taken."""
    if start + length > x.shape[axis]:
        raise ValueError("beyond the end")
    return ops.slice(x, along(x, axis, start, [0] * x.ndim), along(x, axis, length, x.shape))


def split(x: Any, axis: int, sizes: list[int]) -> Any:
    """By sizes, where Keras wants the places of the cuts."""
    if sum(sizes) != x.shape[axis]:
        raise ValueError("the sizes are not those of the axis")
    cuts = list(accumulate(sizes))[:-1]
    # The torch backend takes no list of no cuts.
    return ops.split(x, cuts, axis) if cuts else [x]


def gather(x: Any, axis: int, indices: list[int]) -> Any:
    """Of places that are not there, backends make what they like."""
    if max(indices) >= x.shape[axis]:
        raise ValueError("no such place")
    return ops.take(x, indices, axis)


FUNCTIONS: dict[str, Any] = {
    "Abs": ops.abs,
    "Chunk": lambda x, axis, parts: ops.split(x, parts, axis),
    "DepthToSpace": ops.depth_to_space,
    "Gather": gather,
    "Max": lambda x, axis, keep: ops.max(x, axis=axis, keepdims=keep),
    "Mean": lambda x, axis, keep: ops.mean(x, axis=axis, keepdims=keep),
    "Min": lambda x, axis, keep: ops.min(x, axis=axis, keepdims=keep),
    "Narrow": narrow,
    "SpaceToDepth": ops.space_to_depth,
    "Split": split,
    "Squeeze": ops.squeeze,
    "Stack": lambda *x, axis: ops.stack(x, axis),
    "Sum": lambda x, axis, keep: ops.sum(x, axis=axis, keepdims=keep),
    "Tile": lambda x, axis, times: ops.tile(x, along(x, axis, times, [1] * x.ndim)),
    "Unsqueeze": ops.expand_dims,
}


def ask(cls: str, config: dict[str, Any], shapes: list[Any]) -> dict[str, Any]:
    """What Keras says to the function, or the layer, on tensors of `shapes`."""
    if cls not in FUNCTIONS:
        return keras_layers.ask(cls, config, shapes)
    given = {
        name: tuple(v) if name == "axis" and isinstance(v, list) else v
        for name, v in config.items()
    }
    try:
        out = FUNCTIONS[cls](*map(keras.KerasTensor, shapes), **given)
    except Exception as error:
        return refusal(error, "call")
    return {"out": nested(out), "params": 0}


def block(*, up: bool) -> Draw:
    def draw(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
        factor = dice.between(2, 4)
        channels = dice.between(1, 3) * (factor**2 if up else 1) + dice.chance(8)
        size = [n * (1 if up else factor) + dice.chance(12) for n in dice.axes(2, 1, 6)]
        if dice.chance(4):
            return {"block_size": factor, "data_format": "channels_first"}, [[2, channels, *size]]
        return {"block_size": factor}, [[2, *size, channels]]

    return draw


def activation(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    words = ["sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "threshold", "soft_shrink",
             "hard_shrink", "tanh_shrink", "log_sigmoid", "hard_tanh"]  # fmt: skip
    shape = [None, *[dice.between(1, 8) for _ in range(dice.between(1, 4))]]
    return {"activation": dice.choice(words)}, [shape]


def attention(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    kv = dice.between(1, 3)
    config = {"head_dim": dice.between(1, 6), "num_query_heads": kv * dice.between(1, 3)}
    config |= {"num_key_value_heads": kv + dice.chance(12)} | dice.some(use_bias=False)
    features = dice.between(1, 12)
    query, value = ([None, dice.between(1, 9), features] for _ in range(2))
    key = [[None, value[1], features + dice.chance(8)]] if dice.chance(3) else []
    return config, [query, value, *key]


DRAWS: dict[str, Draw] = {
    **axes_draws.DRAWS,
    "Activation": activation,
    "DepthToSpace": block(up=True),
    "GroupQueryAttention": attention,
    "SpaceToDepth": block(up=False),
}
FEW = axes_draws.FEW
