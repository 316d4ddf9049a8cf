#!/usr/bin/env bash
# OpenCV (opencv-python-headless) 4.14.0.94, cv2.dnn.Net.getFLOPS of a network from ONNX (onnx 1.23.2).
#
# One would guess: a depthwise convolution of 8 channels, 3 × 3 on 10 × 10, costs an eighth of the whole one, 14,400
# operations (7,200 multiply-accumulates) and not 115,200.
# What happens: groups are not looked at: 116,000 in each case, so a network of depthwise layers is counted at many
# times its cost. The 800 more are one addition for each output, which are there without a bias, too; a transposed
# convolution has none of them, nor its groups. getMemoryConsumption does know the kernels' true sizes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 numpy==2.4.6 \
    opencv-python-headless==4.14.0.94
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import cv2
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

shape = [1, 8, 10, 10]


def counted(kind, group, size, length, **attributes):
    """The operations and the bytes of the weights, as OpenCV has them; `size` is the output's."""
    weights = np.ones((8, 8 // group, length, length), np.float32)
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 8, n, n]) for name, n in (("x", 10), ("y", size))]
    node = helper.make_node(kind, ["x", "w"], ["y"], group=group, **attributes)
    graph = helper.make_graph([node], "g", ends[:1], ends[1:], [numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    net = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))
    flops, (memory, _) = net.getFLOPS(shape), net.getMemoryConsumption(shape)
    defined = 2 * 100 * 8 * (8 // group) * length**2
    print(f"{kind}, {group} groups: {flops} operations, by definition {defined}; {memory} bytes of weights")
    return flops, defined, memory


print("OpenCV", cv2.__version__)
same = {group: counted("Conv", group, 10, 3, pads=[1] * 4) for group in (1, 2, 8)}
twice = {group: counted("ConvTranspose", group, 20, 2, strides=[2, 2]) for group in (1, 2)}
expected = {
    1: (116000, 115200, 2304),
    2: (116000, 57600, 1152),
    8: (116000, 14400, 288),
}
sys.exit(same != expected or twice != {1: (51200, 51200, 1024), 2: (51200, 25600, 512)})
PYTHON
