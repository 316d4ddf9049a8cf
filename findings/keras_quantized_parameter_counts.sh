#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2, Model.quantize and Model.count_params.
#
# One would guess: quantization changes how a weight is stored, not how many there are, and "int8" makes a small CNN a
# quarter of its size.
# What happens: count_params is another number for each mode. A network of 3,241 parameters has 3,256 in int8 (a scale a
# unit) and 2,149 in int4, for two weights of a dense kernel are one element of its stored array (288 × 10 is
# 288 × 5); in float8 it has 9,391, because each layer keeps histories of 1,024 numbers for three scales. Of the kinds
# of layers only the dense ones, EinsumDense and embeddings take part: convolutions stay float32 with a warning, also in
# a network that has nothing else, which is left as it was.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 numpy==2.4.6
KERAS_BACKEND=jax "$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings

warnings.simplefilter("ignore")
import keras
from keras import layers


def network():
    return keras.Sequential(
        [layers.Input((8, 8, 4)), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10), layers.Dense(5)]
    )


def convolutions():
    body = [layers.Conv2D(8, 3), layers.DepthwiseConv2D(3), layers.SeparableConv2D(8, 3), layers.Conv2DTranspose(4, 2)]
    return keras.Sequential([layers.Input((8, 8, 4)), *body])


print("Keras", keras.__version__, "on", keras.backend.backend())
found = {}
for make in (network, convolutions):
    for mode in (None, "int8", "int4", "float8"):
        model = make()
        if mode:
            model.quantize(mode)
        found[make.__name__, mode] = model.count_params()
        stored = {variable.dtype for variable in model.weights}
        print(make.__name__, mode, "count_params:", model.count_params(), "stored as", sorted(stored))
        for layer in model.layers:
            print("   ", layer.name, layer.dtype_policy.name, [tuple(one.shape) for one in layer.weights])
        if make is convolutions:
            assert stored == {"float32"}
        else:
            assert model.layers[0].kernel.dtype == "float32"
size = (3 * 3 * 4 + 1) * 8 + (6 * 6 * 8 + 1) * 10 + (10 + 1) * 5
expected = {None: size, "int8": size + 10 + 5, "int4": 2149, "float8": size + 2 * 3 * (1024 + 1)}
plain = found["convolutions", None]
right = {("network", mode): count for mode, count in expected.items()}
right |= {("convolutions", mode): plain for mode in expected}
sys.exit(found != right or size != 3241)
PYTHON
