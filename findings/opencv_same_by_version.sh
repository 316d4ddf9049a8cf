#!/usr/bin/env bash
# OpenCV (opencv-python-headless) 4.14.0.94 and 5.0.0.93, cv2.dnn.readNetFromONNX, beside onnxruntime 1.32.0.
#
# One would guess: auto_pad of an ONNX file is the same padding in both versions, as its rule is in the standard.
# What happens: sizes are always right, and the windows move, each version in its own way. OpenCV 4 takes SAME_LOWER
# for SAME_UPPER: right where the padding is even, wrong for a kernel of 3 at stride 2 on 6 × 6. OpenCV 5 pads
# (k − 1) / 2 in front, whatever the name, the stride and the size (for kernels of 2, none): right where version 4
# is wrong, and wrong for SAME_UPPER at stride 2, which networks from TensorFlow have, for both names at
# stride 3, and for SAME_LOWER with a kernel of 2. Convolutions and both pools behave alike.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/windows.py" <<'PYTHON'
import itertools
import sys

import cv2
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

x = np.arange(1, 37, dtype=np.float32).reshape(1, 1, 6, 6)


def network(kind, kernel, stride, auto_pad):
    attributes = {"strides": [stride] * 2, "auto_pad": auto_pad, "kernel_shape": [kernel] * 2}
    weights = [numpy_helper.from_array(np.ones((1, 1, kernel, kernel), np.float32), "w")] if kind == "Conv" else []
    size = -(-6 // stride)
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, n, n]) for name, n in (("x", 6), ("y", size))]
    node = helper.make_node(kind, ["x", *(value.name for value in weights)], ["y"], **attributes)
    graph = helper.make_graph([node], "g", ends[:1], ends[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def is_moved(*case):
    """Whether OpenCV's values are not onnxruntime's; the sizes have to be equal."""
    file = network(*case)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    expected = session.run(None, {"x": x})[0]
    net = cv2.dnn.readNetFromONNX(np.frombuffer(file, np.uint8))
    net.setInput(x)
    found = net.forward()
    assert found.shape == expected.shape
    same = np.allclose(found, expected)
    print(*case, *("as onnxruntime",) if same else (expected[0, 0, 0].tolist(), "is", found[0, 0, 0].tolist()))
    return not same


print("OpenCV", cv2.__version__, "onnxruntime", onnxruntime.__version__)
cases = list(itertools.product(((3, 1), (3, 2), (3, 3), (2, 1), (2, 2)), ("UPPER", "LOWER")))
kinds = ("Conv", "MaxPool", "AveragePool")
moved = {kind: [case for case in cases if is_moved(kind, *case[0], f"SAME_{case[1]}")] for kind in kinds}
four = [((3, 2), "LOWER"), ((2, 1), "LOWER")]
five = [((3, 2), "UPPER"), ((3, 3), "UPPER"), ((3, 3), "LOWER"), ((2, 1), "LOWER")]
expected = four if cv2.__version__.startswith("4.") else five
sys.exit(moved != dict.fromkeys(kinds, expected))
PYTHON
python3 -m venv "$folder/venv"
for opencv in 4.14.0.94 5.0.0.93; do
    "$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 \
        opencv-python-headless==$opencv
    "$folder/venv/bin/python" "$folder/windows.py"
done
