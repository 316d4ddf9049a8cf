#!/usr/bin/env bash
# Keras 3.15.1, AdaptiveAveragePooling and AdaptiveMaxPooling, on JAX 0.10.2 and on torch 2.13.0.
#
# One would guess: the last window of an adaptive pool ends with the map, on every backend.
# What happens: on JAX, for some pairs of lengths, 13 → 7 or 13 → 13 among them, the last output is NaN, without a
# warning, of averages and of maxima, in every row of a map of 11 × 13. Most lengths are right (12 → 5, 13 → 5), so a
# test at one size shows nothing. On torch all lengths from 2 to 16, to up to twice as many, are right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 torch==2.13.0 numpy==2.4.6
cat >"$folder/pools.py" <<'PYTHON'
import sys

import keras
import numpy as np
from keras import layers

backend = keras.backend.backend()
pools = {1: layers.AdaptiveAveragePooling1D, 2: layers.AdaptiveMaxPooling2D}


def values(pool, sizes, output):
    x = np.ones((1, *sizes, 1), np.float32)
    return np.asarray(keras.ops.convert_to_numpy(pool(output)(x)))[0, ..., 0]


print("Keras", keras.__version__, "on", backend)
odd = {}
for length in range(2, 17):
    for output in range(1, 2 * length + 1):
        found = values(pools[1], [length], output)
        if not np.allclose(found, 1):
            odd.setdefault(length, []).append(output)
            assert np.isnan(found).tolist() == [False] * (output - 1) + [True]
print("averages of ones, the last of which is not a number, by length:", odd)
maps = values(pools[2], [11, 13], [7, 5])
print("maxima of a map of ones, 11 × 13 → 7 × 5:", maps.tolist())
print("maxima of ones, 13 → 7:", values(layers.AdaptiveMaxPooling1D, [13], 7).tolist())
last = np.isnan(maps).all(axis=1).tolist() == [False] * 6 + [True] and not np.isnan(maps[:-1]).any()
if backend == "jax":
    right = odd.keys() >= {11, 13} and {7, 13} <= set(odd[13]) and 5 not in odd[13] and 5 not in odd[12] and last
else:
    right = not odd and (maps == 1).all()
sys.exit(not right)
PYTHON
for backend in jax torch; do
    KERAS_BACKEND=$backend "$folder/venv/bin/python" "$folder/pools.py"
done
