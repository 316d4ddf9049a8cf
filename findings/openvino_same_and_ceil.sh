#!/usr/bin/env bash
# OpenVINO 2026.4.1, its own operators (not as they come from an ONNX file).
#
# One would guess: ConvolutionBackpropData with auto_pad same_upper gives L * stride, as ConvTranspose of
# ONNX with SAME_UPPER does; AvgPool rounds up as MaxPool does, and both as the ONNX file that was converted.
# What happens: without an output_shape, same_upper cuts nothing: (L - 1) * stride + k. With rounding_type
# "ceil", both pools keep a last window that starts in the end padding; "ceil_torch" drops it. An average of
# an ONNX file becomes "ceil_torch", so one network has other sizes by the way that it was made.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check openvino==2026.4.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import openvino
from openvino import opset15 as ops

x = ops.parameter([1, 1, 9, 9], np.float32)
weight = ops.constant(np.ones((1, 1, 3, 3), np.float32))
up = ops.convolution_backprop_data(x, weight, [2, 2], auto_pad="same_upper").output(0).shape[2]
told = ops.convolution_backprop_data(
    x, weight, [2, 2], ops.constant(np.array([18, 18])), auto_pad="same_upper"
).output(0).shape[2]
pools = {}
for rounding in ("floor", "ceil", "ceil_torch"):
    most = ops.max_pool(x, [2, 2], [1, 1], [1, 1], [1, 1], [2, 2], rounding, "explicit").output(0).shape[2]
    mean = ops.avg_pool(x, [2, 2], [1, 1], [1, 1], [2, 2], True, rounding, "explicit").output(0).shape[2]
    pools[rounding] = (most, mean)
print("OpenVINO", openvino.__version__)
print("transposed, k 3, stride 2, same_upper, of 9:", up, "and with output_shape 18:", told)
print("pools, k 2, stride 2, padding 1, of 9, max and average:", pools)
sys.exit((up, told) != (19, 18) or pools != {"floor": (5, 5), "ceil": (6, 6), "ceil_torch": (5, 5)})
PYTHON
