#!/usr/bin/env bash
# Keras 3.15.1, UpSampling2D and keras.ops.image.resize with "bicubic", on JAX 0.10.2 and on torch 2.13.0.
#
# One would guess: a bicubic layer without weights gives the same values on every backend, as a bilinear one does.
# What happens: the cubic has a free coefficient, and it is −0.5 on JAX (Keys' choice) and −0.75 on torch. Beside a step
# from 0 to 1, doubled, the values reach 1.070 on JAX and 1.105 on torch, far from the edges of the map. A saved model
# does not say which of the two it was trained with. Bilinear ones agree to the digit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 torch==2.13.0 numpy==2.4.6
cat >"$folder/cubic.py" <<'PYTHON'
import sys

import keras
import numpy as np
from keras import layers

backend = keras.backend.backend()
step = np.repeat(np.array([0, 0, 0, 0, 1, 1, 1, 1], np.float32)[None, None, :, None], 8, axis=1)


def cubic(a):
    """The value at 4.25 of a step between cells 3 and 4: the weights of cells 4, 5 and 6 of the window of 3 to 6."""
    near, far = 0.75, 1.75
    weight = (a + 2) * near**3 - (a + 3) * near**2 + 1  # of cell 5, at a distance of 0.75
    first = (a + 2) * 0.25**3 - (a + 3) * 0.25**2 + 1  # of cell 4
    last = a * far**3 - 5 * a * far**2 + 8 * a * far - 4 * a  # of cell 6
    return first + weight + last


def row(mode):
    y = layers.UpSampling2D(2, interpolation=mode)(step)
    return np.asarray(keras.ops.convert_to_numpy(y))[0, 8, :, 0]


found = row("bicubic")
print("Keras", keras.__version__, "on", backend)
print("bilinear", row("bilinear").round(3).tolist())
print("bicubic ", found.round(3).tolist())
coefficients = {a: cubic(a) for a in (-0.5, -0.75)}
print("at 4.25:", found[9], "by coefficient:", coefficients)
same = np.allclose(row("bilinear"), [0] * 7 + [0.25, 0.75] + [1] * 7)
off = abs(found[9] - coefficients[-0.5 if backend == "jax" else -0.75])
sys.exit(not (same and off < 1e-5))
PYTHON
for backend in jax torch; do
    KERAS_BACKEND=$backend "$folder/venv/bin/python" "$folder/cubic.py"
done
