"""Asks Keras: layers called symbolically; MACs are counted by running them on the torch backend."""

from __future__ import annotations

import os
import warnings
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
from torch.utils.flop_counter import FlopCounterMode

from .keras_draws import DRAWS, FEW
from .refusal import refusal

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

warnings.simplefilter("ignore")
torch.set_num_threads(1)

ARGS = "config"
VERSIONS = {"keras": keras.__version__, "torch": torch.__version__}

UNMEASURED = ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "MultiHeadAttention", "SimpleRNN",
              "GroupQueryAttention")  # fmt: skip
"""Layers of which the backend runs more or other products than the layer is defined by."""

NOTE = (
    "out/params/error: the symbolic call; trainable if different from params; macs_b1 = "
    "FlopCounterMode / 2 on the torch backend at batch 1, absent if 0, null if not measured; "
    "stage = ctor|call"
)


def ask(cls: str, config: dict[str, Any], shapes: list[Any]) -> dict[str, Any]:
    """What Keras says to `cls(**config)` on tensors of `shapes`."""
    keras.utils.set_random_seed(0)
    try:
        layer = make(cls, config)
    except Exception as error:
        return refusal(error, "ctor")
    integer = cls == "Embedding"
    try:
        inputs = [
            keras.Input(batch_shape=shape, dtype="int32" if integer else None) for shape in shapes
        ]
        out = call(layer, cls, inputs)
    except Exception as error:
        return refusal(error, "call")
    params = layer.count_params()
    trainable = sum(int(weight.value.numel()) for weight in layer.trainable_weights)
    answer: dict[str, Any] = {"out": nested(out), "params": params}
    if trainable != params:
        answer["trainable"] = trainable
    macs = None if is_unmeasured(cls, config) else multiply_accumulates(layer, cls, config, shapes)
    return answer if macs == 0 else {**answer, "macs_b1": macs}


def make(cls: str, config: dict[str, Any]) -> keras.layers.Layer:
    """The layer; a wrapped one is made first."""
    if "layer" in config:
        inner = config["layer"]
        config = {**config, "layer": make(inner["class_name"], inner["config"])}
    return getattr(keras.layers, cls)(**config)


def call(layer: keras.layers.Layer, cls: str, inputs: list[Any]) -> Any:
    """Merges take a list, attention takes arguments."""
    if len(inputs) == 1:
        return layer(inputs[0])
    return layer(*inputs) if cls.endswith("Attention") else layer(inputs)


def is_unmeasured(cls: str, config: dict[str, Any]) -> bool:
    """Whether what the backend runs is no measure of the layer."""
    inner = config.get("layer", {"class_name": cls, "config": config})
    resetting = inner["class_name"] == "GRU" and inner["config"].get("reset_after") is False
    return inner["class_name"] in UNMEASURED or resetting


def multiply_accumulates(
    layer: keras.layers.Layer, cls: str, config: dict[str, Any], shapes: list[Any]
) -> int | None:
    """Half the operations that the counter sees for one example."""
    single = [[1, *shape[1:]] for shape in shapes]
    if cls == "Embedding":
        inputs = [torch.randint(0, config["input_dim"], shape) for shape in single]
    else:
        inputs = [torch.randn(*shape) for shape in single]
    try:
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            call(layer, cls, inputs)
    except Exception:
        return None
    return int(counter.get_total_flops()) // 2


def nested(value: Any) -> Any:
    """The shapes of whatever comes out."""
    return [nested(v) for v in value] if isinstance(value, (list, tuple)) else list(value.shape)
