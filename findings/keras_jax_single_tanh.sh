#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2, keras.ops.tanh, sin, cos and their like in double precision.
#
# One would guess: with JAX_ENABLE_X64 and floatx float64, a float64 tensor gives a float64 result, as
# in sigmoid, exp, selu and others.
# What happens: tanh (also as an activation, so in every LSTM) and the other trigonometric and
# hyperbolic functions return float32, wrong from the eighth digit, without a warning; tanh(1e-300)
# is 0. sigmoid and exp of the same tensor are float64.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 numpy==2.4.6
KERAS_BACKEND=jax JAX_ENABLE_X64=1 "$folder/venv/bin/python" - <<'PYTHON'
import math
import sys

import jax
import keras

keras.config.set_floatx("float64")
x = keras.ops.convert_to_tensor([1.0, 1e-300], dtype="float64")
print("Keras", keras.__version__, "JAX", jax.__version__, "input", x.dtype)
single, double = ("tanh", "sin", "cos", "sinh"), ("sigmoid", "exp", "elu", "selu", "gelu", "silu")
types = {}
for name in single + double:
    y = getattr(keras.ops, name)(x)
    types[name] = str(y.dtype)
    print(f"{name:8} {y.dtype} {y.tolist()}")
print("math.tanh       ", [math.tanh(1), math.tanh(1e-300)])
activation = str(keras.activations.tanh(x).dtype)
print("keras.activations.tanh", activation)
expected = {name: "float32" if name in single else "float64" for name in types}
sys.exit(types != expected or activation != "float32")
PYTHON
