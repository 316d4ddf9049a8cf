"""Asks Keras for whole networks: those of keras.applications, on tensors without values."""

from __future__ import annotations

import os
import warnings
from math import prod
from typing import TYPE_CHECKING, Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
from keras import layers
from torch.utils.flop_counter import FlopCounterMode

if TYPE_CHECKING:
    from .networks import Asked

__all__ = ["ask"]

warnings.simplefilter("ignore")

KINDS = {
    layers.Conv2D: "conv", layers.DepthwiseConv2D: "conv", layers.SeparableConv2D: "conv",
    layers.Dense: "dense", layers.BatchNormalization: "norm",
}  # fmt: skip


def ask(asked: Asked) -> dict[str, Any]:
    """What is in the model, and what its backend runs."""
    shape = (*asked.input[1:], asked.input[0])
    with keras.device("meta"), torch.no_grad(), FlopCounterMode(display=False) as counter:
        model = asked.make(input_shape=shape)
        model(torch.empty(1, *shape, device="meta"))
    rows = [row(layer) for layer in model.layers if type(layer) in KINDS]
    macs = int(counter.get_total_flops()) // 2
    if macs != sum(layer[-1] for layer in rows):
        raise ArithmeticError(f"{asked}: the counter sees {macs} MACs, the layers have others")
    totals = {
        "params": size(model.trainable_weights),
        "buffers": size(model.non_trainable_weights),
        "macs": macs,
    }
    return {"versions": {"keras": keras.__version__}, "layers": rows, "totals": totals}


def row(layer: layers.Layer) -> list[Any]:
    """[kind, output, params, MACs]: its kernels, the weights of several axes, at every position."""
    *positions, channels = layer.output.shape[1:]
    kernels = [weight for weight in layer.weights if len(weight.shape) > 1]
    macs = prod(positions) * size(kernels)
    return [KINDS[type(layer)], [channels, *positions], size(layer.trainable_weights), macs]


def size(weights: list[Any]) -> int:
    """The elements of all of them."""
    return sum(prod(weight.shape) for weight in weights)
