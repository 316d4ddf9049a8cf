#!/usr/bin/env bash
# Equinox 0.13.8 on JAX 0.10.2, nn.AdaptiveAvgPool1d, nn.AdaptiveMaxPool2d and nn.AvgPool1d with use_ceil.
#
# One would guess: adaptive pools have the windows that those of PyTorch and Keras have, from ⌊i · L / n⌋ to
# ⌈(i + 1) · L / n⌉, which overlap where n does not divide L; and a pool that rounds up divides its last window by what is
# there.
# What happens: the map is cut into disjoint pieces, the longer ones first: 1 … 10 to 3 gives the averages 2.5, 6, 9 (of 4,
# 3 and 3 elements) and not 2.5, 5.5, 8.5 (of 4, 4 and 4). Receptive fields and values are others as soon as n does
# not divide L, and the size shows nothing. AvgPool1d(3, 3, use_ceil=True) of 1 … 7 gives 2, 5, 2.33: its last
# window has the 7 alone and is divided by 3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check equinox==0.13.8 jax==0.10.2 numpy==2.4.6
JAX_PLATFORMS=cpu "$folder/venv/bin/python" - <<'PYTHON'
import sys

import equinox as eqx
import jax
import numpy as np


def line(length):
    return np.arange(1, length + 1, dtype=np.float32)


def overlapping(length, count):
    """The averages over windows from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉."""
    return [line(length)[i * length // count : -(-(i + 1) * length // count)].mean() for i in range(count)]


def disjoint(length, count):
    """The averages over pieces whose lengths differ by one, the longer ones first."""
    return [piece.mean() for piece in np.array_split(line(length), count)]


print("Equinox", eqx.__version__, "JAX", jax.__version__)
results = []
for length, count in ((10, 3), (11, 4), (7, 5), (10, 4), (8, 4), (9, 1)):
    found = np.asarray(eqx.nn.AdaptiveAvgPool1d(count)(line(length)[None])).ravel()
    divides = length % count == 0
    print(f"{length} → {count}: {found.tolist()}, by overlapping windows {[float(x) for x in overlapping(length, count)]}")
    results.append(np.allclose(found, disjoint(length, count)))
    results.append(np.allclose(found, overlapping(length, count)) == divides)
grid = np.arange(25, dtype=np.float32).reshape(1, 5, 5)
grid[0, 2, 2] = 100  # the middle is in all four of the overlapping windows, and in one of the disjoint ones
maxima = np.asarray(eqx.nn.AdaptiveMaxPool2d(2)(grid)).ravel().tolist()
print("maxima of 5 × 5 → 2 × 2, the middle of which is 100:", maxima)
ceiled = np.asarray(eqx.nn.AvgPool1d(3, 3, use_ceil=True)(line(7)[None])).ravel()
print("averages of 3 at stride 3 over 1 … 7, rounded up:", ceiled.tolist())
sys.exit(not all(results) or maxima != [100, 14, 22, 24] or not np.allclose(ceiled, [2, 5, 7 / 3]))
PYTHON
