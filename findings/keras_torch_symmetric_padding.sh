#!/usr/bin/env bash
# Keras 3.15.1, keras.ops.pad, on torch 2.13.0 and on JAX 0.10.2.
#
# One would guess: mode "symmetric" is numpy.pad's on every backend, as "reflect" and "constant" are: 1, 2, 3, 4 padded
# by two in front becomes 2, 1, 1, 2, 3, 4.
# What happens: on torch it repeats the edge, 1, 1, 1, 2, 3, 4, without a warning (numpy's mode "edge", a name that
# this backend refuses). By one on a side both are the same, so it shows from two on. JAX gives numpy's values.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 torch==2.13.0 numpy==2.4.6
cat >"$folder/pads.py" <<'PYTHON'
import sys

import keras
import numpy as np

backend = keras.backend.backend()
x = np.arange(1, 5, dtype=np.float32)
print("Keras", keras.__version__, "on", backend)


def padded(mode, before):
    try:
        found = np.asarray(keras.ops.convert_to_numpy(keras.ops.pad(x, ((before, 0),), mode=mode)))
    except NotImplementedError:
        return "refused"
    names = ("constant", "reflect", "symmetric", "edge", "wrap")
    equal = [name for name in names if np.array_equal(found, np.pad(x, ((before, 0),), mode=name))]
    print("   ", mode, before, found.tolist())
    return equal


results = {}
for before in (1, 2):
    for mode in ("constant", "reflect", "symmetric", "edge"):
        results[mode, before] = padded(mode, before)
        print(f"{mode} by {before}: as numpy's", results[mode, before])
expected = {
    ("constant", 1): ["constant"],
    ("reflect", 1): ["reflect"],
    ("symmetric", 1): ["symmetric", "edge"],
    ("edge", 1): ["symmetric", "edge"],
    ("constant", 2): ["constant"],
    ("reflect", 2): ["reflect"],
    ("symmetric", 2): ["symmetric"],
    ("edge", 2): ["edge"],
}
if backend == "torch":
    expected |= {("symmetric", 2): ["edge"], ("edge", 1): "refused", ("edge", 2): "refused"}
sys.exit(results != expected)
PYTHON
for backend in torch jax; do
    KERAS_BACKEND=$backend "$folder/venv/bin/python" "$folder/pads.py"
done
