"""Recurrent layers of Keras as TFLite writes them: loops, with their weights in the file or in variables.

`python -m tools.truth.tflite_loops ARCHIVE` writes a zip archive of the files, and `facts.json` with what
Keras says of each: `params`, `macs` of its kernels in all steps, and the `outputs`. In `NAME.frozen.tflite`
weights are constants, in `NAME.variables.tflite` they are read of variables; in `NAME.open.tflite` the batch
is open, and states are written into lists of TensorFlow.
"""

from __future__ import annotations

import json
import sys
import zipfile
from typing import Any

import keras
import tensorflow as tf
from keras import layers

_DATE = (2026, 1, 1, 0, 0, 0)
_STEPS, _FEATURES = 20, 8


def networks() -> dict[str, list[Any]]:
    """The layers of each network."""
    return {
        "sequence": [layers.LSTM(6, return_sequences=True), layers.Dense(3)],
        "two": [layers.LSTM(6, return_sequences=True), layers.LSTM(4)],
        "no_bias": [layers.LSTM(6, use_bias=False), layers.Dense(2)],
        "simple": [layers.SimpleRNN(7, return_sequences=True), layers.SimpleRNN(3)],
        "gru": [layers.GRU(6, return_sequences=True), layers.GRU(4, reset_after=False)],
        "both_ways": [layers.Bidirectional(layers.LSTM(5, return_sequences=True)), layers.Dense(2)],
    }


def convert(model: Any, way: str) -> bytes:
    """The file of a model, for one example unless the batch is open."""
    spec = tf.TensorSpec((None if way == "open" else 1, _STEPS, _FEATURES), tf.float32)
    function = tf.function(lambda x: model(x, training=False)).get_concrete_function(spec)
    if way != "variables":
        from tensorflow.python.framework.convert_to_constants import (
            convert_variables_to_constants_v2,
        )

        function = convert_variables_to_constants_v2(function, lower_control_flow=False)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function], model)
    if way == "open":
        operators = tf.lite.OpsSet
        converter.target_spec.supported_ops = [operators.TFLITE_BUILTINS, operators.SELECT_TF_OPS]
        converter._experimental_lower_tensor_list_ops = False  # noqa: SLF001
    written: bytes = converter.convert()
    return written


def facts(model: Any) -> dict[str, Any]:
    """What Keras says of a model."""
    macs, steps = 0, _STEPS
    for layer in model.layers:
        kernels = sum(_size(weight.shape)
                      for weight in layer.weights if "kernel" in weight.path.rpartition("/")[2])  # fmt: skip
        macs += steps * kernels
        steps = _STEPS if len(layer.output.shape) > 2 else 1
    return {"params": model.count_params(), "macs": macs, "outputs": list(model.output_shape[1:])}


def _size(shape: Any) -> int:
    size = 1
    for n in shape:
        size *= n
    return size


def main(archive: str) -> None:
    """Write the archive."""
    keras.utils.set_random_seed(0)
    found = {}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, parts in networks().items():
            model = keras.Sequential([keras.Input((_STEPS, _FEATURES)), *parts])
            # Biases of zeros would be left out.
            for weight in model.weights:
                weight.assign(keras.random.uniform(weight.shape, 0.1, 0.9))
            for way in ("frozen", "variables", "open"):
                data = convert(model, way)
                out.writestr(
                    zipfile.ZipInfo(f"{name}.{way}.tflite", _DATE), data, zipfile.ZIP_DEFLATED
                )
            found[name] = facts(model)
        out.writestr(
            zipfile.ZipInfo("facts.json", _DATE), json.dumps(found, indent=1), zipfile.ZIP_DEFLATED
        )


if __name__ == "__main__":
    main(sys.argv[1])
