#!/usr/bin/env bash
# TensorFlow 2.21.0 (tensorflow-cpu), tf.lite.TFLiteConverter with optimizations = [Optimize.DEFAULT].
#
# One would guess: dynamic-range quantisation makes the weights of every convolution 8 bits, so a file is a quarter
# of the float one, and a wider layer is the larger one.
# What happens: weights of fewer than 1,024 elements stay float32, so the first layer and the depthwise ones of a
# small network do, without a word: a depthwise 3 × 3 on up to 113 channels is float, on 114 is int8. A 3 × 3
# convolution to 16 channels from 8 (1,152 weights) is a file of half the bytes of one from 7 (1,008 weights).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - 2>"$folder/errors" <<'PYTHON' || { cat "$folder/errors"; exit 1; }
import contextlib
import io
import math
import sys

import keras
import tensorflow as tf


def converted(channels, layer):
    """The type of the weights of the layer's file, their number, and the bytes of the file."""
    model = keras.Sequential([keras.Input((8, 8, channels)), layer])
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    with contextlib.redirect_stdout(io.StringIO()):
        content = converter.convert()
    inputs = {one["index"] for one in tf.lite.Interpreter(model_content=content).get_input_details()}
    details = tf.lite.Interpreter(model_content=content).get_tensor_details()
    (weight,) = (
        one for one in details
        if one["index"] not in inputs and len(one["shape"]) == 4 and not one["name"].startswith("Stateful")
    )
    return weight["dtype"].__name__, math.prod(map(int, weight["shape"])), len(content)


print("TensorFlow", tf.__version__, "Keras", keras.__version__)
found = {}
for name, channels, layer in (
    ("1 × 1 to 1,023", 1, keras.layers.Conv2D(1023, 1)),
    ("1 × 1 to 1,024", 1, keras.layers.Conv2D(1024, 1)),
    ("depthwise 3 × 3 on 113", 113, keras.layers.DepthwiseConv2D(3)),
    ("depthwise 3 × 3 on 114", 114, keras.layers.DepthwiseConv2D(3)),
    ("3 × 3 of 7 to 16", 7, keras.layers.Conv2D(16, 3)),
    ("3 × 3 of 8 to 16", 8, keras.layers.Conv2D(16, 3)),
):
    found[name] = kind, count, size = converted(channels, layer)
    print(f"{name}: {count} weights as {kind}, {size} bytes in the file")
types = [kind for kind, _, _ in found.values()]
counts = [count for _, count, _ in found.values()]
smaller = found["3 × 3 of 8 to 16"][2] < 0.6 * found["3 × 3 of 7 to 16"][2]
sys.exit(types != ["float32", "int8"] * 3 or counts != [1023, 1024, 1017, 1026, 1008, 1152] or not smaller)
PYTHON
