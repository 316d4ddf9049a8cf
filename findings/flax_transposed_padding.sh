#!/usr/bin/env bash
# Flax 0.12.8 on JAX 0.10.2, ConvTranspose of linen and of nnx with a number as padding.
#
# One would guess: ConvTranspose(kernel 4, stride 2, padding 1) doubles a map, as in PyTorch and most others, where
# padding takes p from each end of the result: 8 becomes (8 − 1) · 2 − 2 · 1 + 4 = 16.
# What happens: it becomes 14, as p is padding of the stretched input: (L − 1) · s + 1 + 2p − (k − 1). More padding makes
# the map larger, and padding=0 makes it smaller than "VALID" does (12 and 18). With a kernel of 3 and a padding of 1 both
# rules give the same, 15, so a test with the usual kernel passes. To get PyTorch's p one has to say k − 1 − p.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check flax==0.12.8 jax==0.10.2 numpy==2.4.6
JAX_PLATFORMS=cpu "$folder/venv/bin/python" - <<'PYTHON'
import itertools
import sys

import flax
import jax
import jax.numpy as jnp
from flax import linen, nnx

length, key = 8, jax.random.PRNGKey(0)
x = jnp.ones((1, length, 1))


def lengths(kernel, stride, padding):
    """The lengths that linen and nnx give."""
    layer = linen.ConvTranspose(1, (kernel,), (stride,), padding=padding)
    first = layer.init_with_output(key, x)[0].shape[1]
    second = nnx.ConvTranspose(1, 1, (kernel,), (stride,), padding=padding, rngs=nnx.Rngs(0))(x).shape[1]
    return first, second


print("Flax", flax.__version__, "JAX", jax.__version__)
right, equal = True, []
for kernel, stride, padding in itertools.product((2, 3, 4, 5), (1, 2, 3), (0, 1, 2)):
    found = lengths(kernel, stride, padding)
    cut = (length - 1) * stride - 2 * padding + kernel
    stretched = (length - 1) * stride + 1 + 2 * padding - (kernel - 1)
    print(f"kernel {kernel}, stride {stride}, padding {padding}: {found}, by cutting the result {cut}")
    right &= found == (stretched, stretched)
    if cut == stretched:
        equal.append((kernel, padding))
valid, same = lengths(4, 2, "VALID"), lengths(4, 2, "SAME")
print("kernel 4, stride 2: VALID", valid, "SAME", same)
named = lengths(4, 2, 0) == (12, 12) and lengths(4, 2, 1) == (14, 14) and lengths(4, 2, 4 - 1 - 1) == (16, 16)
sys.exit(not (right and named and valid == (18, 18) and same == (16, 16) and set(equal) == {(3, 1), (5, 2)}))
PYTHON
