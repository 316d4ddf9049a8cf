"""Networks of Keras, converted to TensorFlow Lite."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from .dice import Dice
    from .ported import Layers

VERSIONS = {"keras": keras.__version__, "tensorflow": tf.__version__}
CHANNELS = 4
WINDOWS = ("CONV_2D", "DEPTHWISE_CONV_2D", "MAX_POOL_2D", "AVERAGE_POOL_2D", "TRANSPOSE_CONV")


def _window(dice: Dice) -> dict[str, Any]:
    return {"kernel": dice.between(1, 5), "stride": dice.between(1, 3),
            "padding": dice.choice(["same", "same", "valid"])}  # fmt: skip


def _conv(dice: Dice) -> dict[str, Any]:
    return {"filters": CHANNELS, **_window(dice)}


def _pool(dice: Dice) -> dict[str, Any]:
    found = _window(dice)
    return {"size": found.pop("kernel"), **found}


LAYERS = {"conv": _conv, "depthwise_conv": _window, "max_pool": _pool, "avg_pool": _pool,
          "conv_transpose": _conv}  # fmt: skip

_CLASSES = {
    "conv": keras.layers.Conv2D,
    "depthwise_conv": keras.layers.DepthwiseConv2D,
    "max_pool": keras.layers.MaxPooling2D,
    "avg_pool": keras.layers.AveragePooling2D,
    "conv_transpose": keras.layers.Conv2DTranspose,
}
_WORDS = {"kernel": "kernel_size", "size": "pool_size", "stride": "strides"}


def _model(size: list[int], layers: Layers) -> keras.Model:
    x = given = keras.Input((*size, CHANNELS), batch_size=1)
    for kind, keys in layers:
        x = _CLASSES[kind](**{_WORDS.get(key, key): value for key, value in keys.items()})(x)
    return keras.Model(given, x)


def accepts(size: list[int], layers: Layers) -> bool:
    """Whether the network can be built, and leaves a map that is not too small or large."""
    try:
        found = _model(size, layers).output_shape
    except ValueError:
        return False
    return min(found[1:3]) >= 4 and max(found[1:3]) <= 150


def ask(size: list[int], layers: Layers) -> dict[str, Any]:
    """The sizes in Keras itself and in the converted file, run once."""
    model = _model(size, layers)
    here = [list(layer.output.shape[1:3]) for layer in model.layers[1:]]
    converted = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    reader = tf.lite.Interpreter(model_content=converted, experimental_preserve_all_tensors=True)
    reader.allocate_tensors()
    reader.set_tensor(
        reader.get_input_details()[0]["index"], np.zeros((1, *size, CHANNELS), np.float32)
    )
    reader.invoke()
    there = [
        list(reader.get_tensor(op["outputs"][0]).shape[1:3])
        for op in reader._get_ops_details()  # noqa: SLF001 - nothing public lists operators
        if op["op_name"] in WINDOWS
    ]
    return {"sizes": {"keras": here, "tflite": there}}
