#!/usr/bin/env bash
# Keras 3.15.1, LayerNormalization over an axis that is not the last, on torch 2.13.0 and on JAX 0.10.2.
#
# One would guess: LayerNormalization(axis=1), as networks with channels first have it, normalizes over axis 1 on every
# backend, or is refused.
# What happens: on torch the last axes are normalized instead. Where their lengths differ from those asked for, that
# is an error of shapes (2 × 3 × 4 × 5, axis 1); where they are equal (2 × 4 × 4, or a map of 4 channels and 4 × 4),
# values come out that are wrong by as much as they are large. JAX gives those of the definition. Axes (1, 3), in
# which the last is one, are right in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 torch==2.13.0 numpy==2.4.6
cat >"$folder/norms.py" <<'PYTHON'
import sys

import keras
import numpy as np
from keras import layers

backend = keras.backend.backend()
print("Keras", keras.__version__, "on", backend)


def over(x, axes):
    """Of `x`, less its mean and divided by its deviation over `axes`."""
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-3)


def compared(shape, axes):
    """How LayerNormalization's values come about: 'asked', 'last axes', 'refused' or 'else'."""
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    try:
        found = np.asarray(keras.ops.convert_to_numpy(layers.LayerNormalization(axis=axes)(x)))
    except RuntimeError as error:
        print("   ", str(error).splitlines()[2])
        return "refused"
    last = tuple(range(-len(axes), 0))
    print("    largest distance from the definition:", np.abs(found - over(x, axes)).max())
    return "asked" if np.allclose(found, over(x, axes), atol=1e-5) else (
        "last axes" if np.allclose(found, over(x, last), atol=1e-5) else "else"
    )


cases = {
    ((2, 3, 4, 5), (1,)): "refused",
    ((2, 4, 4), (1,)): "last axes",
    ((2, 4, 4, 4), (1,)): "last axes",
    ((2, 4, 4, 4), (1, 2)): "last axes",
    ((2, 3, 4, 5), (1, 3)): "asked",
    ((2, 3, 4, 5), (2, 3)): "asked",
}
wrong = []
for (shape, axes), torch in cases.items():
    found = compared(shape, axes)
    print(shape, "over axes", axes, "normalized:", found)
    if found != (torch if backend == "torch" else "asked"):
        wrong.append((shape, axes))
sys.exit(bool(wrong))
PYTHON
for backend in torch jax; do
    KERAS_BACKEND=$backend "$folder/venv/bin/python" "$folder/norms.py"
done
