"""Recurrent layers of Keras as graph models of TensorFlow.js hold them: loops of either kind.

`python -m tools.truth.tfjs_loops ARCHIVE` writes a zip archive of the files, and `facts.json` with what
Keras says of each: `params`, `macs` of its kernels in all steps, and the `outputs`. In `NAME.lowered` loops are
nodes of the graph, as the converter writes them by default; in `NAME.functions` they call functions
(`--control_flow_v2`).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path
from unittest import mock

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from keras import layers

_STEPS, _FEATURES = 12, 8
_DATE = (2026, 1, 1, 0, 0, 0)


def networks() -> dict[str, list[keras.Layer]]:
    """The layers of each network."""
    return {
        "lstm": [layers.LSTM(6, return_sequences=True), layers.Dense(3)],
        "two": [layers.LSTM(6, return_sequences=True), layers.LSTM(4)],
        "no_bias": [layers.LSTM(6, use_bias=False), layers.Dense(2)],
        "simple": [layers.SimpleRNN(7, return_sequences=True), layers.SimpleRNN(3)],
        "gru": [layers.GRU(6, return_sequences=True), layers.GRU(4, reset_after=False)],
        "both_ways": [layers.Bidirectional(layers.LSTM(5, return_sequences=True)), layers.Dense(2)],
    }


def facts(model: keras.Model) -> dict[str, object]:
    """What Keras says of a model."""
    macs, steps = 0, _STEPS
    for layer in model.layers:
        kernels = sum(int(np.prod(weight.shape)) for weight in layer.weights
                      if "kernel" in weight.path.rpartition("/")[2])  # fmt: skip
        macs += steps * kernels
        steps = _STEPS if len(layer.output.shape) > 2 else 1
    return {"params": model.count_params(), "macs": macs, "outputs": list(model.output_shape[1:])}


def write(model: keras.Model, target: Path, *, functions: bool) -> None:
    """The files of the converter; what it imports beside TensorFlow may be missing."""
    for name in ("tensorflow_decision_forests", "tensorflow_hub", "jax", "jax.experimental", "tf_keras",
                 "tf_keras.src", "tensorflowjs.converters.converter", "tensorflowjs.converters.jax_conversion",
                 "tensorflowjs.converters.keras_h5_conversion",
                 "tensorflowjs.converters.keras_tfjs_loader"):  # fmt: skip
        sys.modules.setdefault(name, mock.MagicMock(name=name))
    for name, kind in (("object", object), ("bool", bool)):
        # NumPy called them so when the converter was written.
        setattr(np, name, kind)
    from tensorflowjs.converters import tf_saved_model_conversion_v2 as converter

    with tempfile.TemporaryDirectory() as scratch:
        model.export(scratch, verbose=False)
        converter.convert_tf_saved_model(
            scratch, str(target), skip_op_check=True, control_flow_v2=functions
        )


def main(archive: str) -> None:
    """Write the archive."""
    keras.utils.set_random_seed(0)
    found = {}
    with (
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out,
        tempfile.TemporaryDirectory() as scratch,
    ):
        for name, parts in networks().items():
            model = keras.Sequential([keras.Input((_STEPS, _FEATURES)), *parts])
            # Biases of zeros would be left out.
            for weight in model.weights:
                weight.assign(keras.random.uniform(weight.shape, 0.1, 0.9))
            for way in ("lowered", "functions"):
                target = Path(scratch, f"{name}.{way}")
                write(model, target, functions=way == "functions")
                for path in sorted(target.iterdir()):
                    place = zipfile.ZipInfo(f"{name}.{way}/{path.name}", _DATE)
                    out.writestr(place, path.read_bytes(), zipfile.ZIP_DEFLATED)
            found[name] = facts(model)
        place = zipfile.ZipInfo("facts.json", _DATE)
        out.writestr(place, json.dumps(found, indent=1), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main(sys.argv[1])
