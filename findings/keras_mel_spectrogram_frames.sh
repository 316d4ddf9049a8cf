#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2, keras.layers.MelSpectrogram.
#
# One would guess: the shape that a functional model shows is that of what the layer gives.
# What happens: for lengths of which length + 1 is a multiple of `sequence_stride`, the symbolic shape
# has one frame more than the result. A Flatten and Dense built behind it get weights for a frame
# that never comes, and the model fails on its first batch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 numpy==2.4.6
KERAS_BACKEND=jax "$folder/venv/bin/python" - <<'PYTHON'
import sys

import keras
import numpy as np

print("Keras", keras.__version__)
found = {}
for length in (1022, 1023, 1024, 1151, 1279, 1280):
    layer = keras.layers.MelSpectrogram(
        fft_length=512, sequence_stride=128, sequence_length=512, num_mel_bins=8
    )
    shown = keras.Model(i := keras.Input((length,)), layer(i)).output_shape[-1]
    given = layer(np.zeros((1, length), "float32")).shape[-1]
    found[length] = shown - given
    print(f"length {length}: {shown} frames shown, {given} given")
sys.exit(found != {n: int((n + 1) % 128 == 0) for n in found})
PYTHON
