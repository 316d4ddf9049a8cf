"""Models of Keras 2 as SavedModels: what stands beside the graph, and what Keras says of the layers.

Run by hand where tensorflow and tf_keras are installed: `python -m tools.truth.keras_saved FOLDER`.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def models(keras: Any) -> list[Any]:
    """Functional with a model inside, and Sequential; each with layers whose keys are tuples."""
    layers = keras.layers
    image = keras.Input((33, 35, 3), name="image")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="stem")(image)
    x = layers.BatchNormalization(name="bn")(x)
    x = layers.ReLU(max_value=6.0, name="act")(x)
    y = layers.DepthwiseConv2D(3, padding="same", name="dw")(x)
    y = layers.SeparableConv2D(8, 3, padding="same", name="sep")(y)
    x = layers.Add(name="sum")([x, y])
    x = layers.ZeroPadding2D(((0, 1), (2, 1)), name="pad")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    inner = [
        keras.Input((9, 10, 8)),
        layers.Conv2D(4, 1, name="one"),
        layers.Dropout(0.2, name="drop"),
    ]
    x = keras.Sequential(inner, name="sub")(x)
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    x = layers.Dense(10, activation="softmax", name="out")(x)
    chain = [
        layers.Conv2D(4, 3, dilation_rate=2, activation="relu", input_shape=(8, 8, 3), name="c"),
        layers.Flatten(name="f"),
        layers.Dense(2, name="d"),
    ]
    return [keras.Model(image, x, name="functional"), keras.Sequential(chain, name="sequential")]


def facts(model: Any) -> list[list[Any]]:
    """Name, output without the batch, and parameters of each layer, those of inner models one by one."""
    found: list[list[Any]] = []
    for layer in model.layers:
        if hasattr(layer, "layers"):
            found += [[f"{layer.name}.{name}", shape, count] for name, shape, count in facts(layer)]
        elif type(layer).__name__ != "InputLayer":
            found.append([layer.name, list(layer.output_shape[1:]), layer.count_params()])
    return found


def main() -> None:
    """Write `saved_models.json.gz` into the folder that is given."""
    import tf_keras

    made = {}
    for model in models(tf_keras):
        with TemporaryDirectory() as folder:
            model.save(folder, save_format="tf")
            data = (Path(folder) / "keras_metadata.pb").read_bytes()
        made[model.name] = {"file": data.decode("latin-1"), "rows": facts(model)}
    text = json.dumps(made, indent=1).encode()
    path = Path(sys.argv[1]) / "saved_models.json.gz"
    path.write_bytes(gzip.compress(text, mtime=0))


if __name__ == "__main__":
    main()
