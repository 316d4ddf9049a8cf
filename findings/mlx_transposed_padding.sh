#!/usr/bin/env bash
# MLX 0.32.4 on the CPU (mlx[cpu]), conv_transpose1d, beside its definition.
#
# One would guess: padding by p takes p from each end of a transposed convolution, so (L − 1) · s − 2p + d · (k − 1) + 1
# of it is left, as by definition, and as it is for paddings up to d · (k − 1).
# What happens: beyond that the input is cut, not the output. Each further step of padding drops an element of the input
# at each end, which is a whole stride of the output: a kernel of 2 at stride 2 on 8 elements gives 14 with a padding of
# 1, and then 10, not 12, with 2, and 6, not 10, with 3. At stride 1 both are the same, so a test there shows nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'mlx[cpu]==0.32.4' numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import itertools
import sys

import mlx.core as mx
import numpy as np

mx.set_default_device(mx.cpu)
length = 8
x = np.arange(1, length + 1, dtype=np.float32)


def defined(kernel, stride, padding, dilation):
    """Each element adds the kernel, of ones, from `stride` times its place on; `padding` is cut off at both ends."""
    whole = np.zeros((length - 1) * stride + dilation * (kernel - 1) + 1, np.float32)
    for place, tap in itertools.product(range(length), range(kernel)):
        whole[place * stride + tap * dilation] += x[place]
    return whole[padding : len(whole) - padding].tolist()


print("MLX", mx.__version__)
wrong = []
for kernel, stride, padding, dilation in itertools.product((2, 3, 4), (1, 2, 3), (0, 1, 2, 3), (1, 2)):
    weights = mx.ones((1, kernel, 1))
    y = mx.conv_transpose1d(mx.array(x).reshape(1, length, 1), weights, stride, padding, dilation).reshape(-1).tolist()
    expected = defined(kernel, stride, padding, dilation)
    beyond = max(0, padding - dilation * (kernel - 1))
    assert len(y) == len(expected) - 2 * beyond * (stride - 1)
    if y != expected:
        wrong.append((kernel, stride, padding, dilation))
        print(f"kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}: {len(y)}, not {len(expected)}")
        print("   ", y, "is not", expected)
beyond = [case for case in itertools.product((2, 3, 4), (2, 3), (0, 1, 2, 3), (1, 2)) if case[2] > case[3] * (case[0] - 1)]
sys.exit(wrong != beyond or len(beyond) != 8)
PYTHON
