#!/usr/bin/env bash
# onnx 1.23.2, onnx.reference.ReferenceEvaluator, beside onnxruntime 1.32.0.
#
# One would guess: the evaluator that comes with the format, to say what the operators mean, is the oracle for pools.
# What happens: it is not, once a size is rounded up or padding is uneven, and nothing is said. AveragePool of 3 at
# stride 3 on 1 … 7, rounded up and without padding, gives 1.5, 4, 6 instead of 2, 5, 7: what is missing at the end is
# put in front, so each window moves (PyTorch gives 2, 5, 7, too; MaxPool is right). MaxPool of 3 with
# pads = [0, 1] loses its last output. MaxPool of 3 × 3 at stride 2 with SAME_LOWER on 4 × 4 starts inside the map: 11,
# 12, 15, 16 instead of 6, 8, 14, 16.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator


def both(kind, shape, **attributes):
    """The values of the evaluator and of onnxruntime for a map of 1, 2, 3 …"""
    x = np.arange(1, 1 + np.prod(shape), dtype=np.float32).reshape(shape)
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name, size in (("x", shape), ("y", None))]
    graph = helper.make_graph([helper.make_node(kind, ["x"], ["y"], **attributes)], "g", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    model = onnx.shape_inference.infer_shapes(model)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    values = ReferenceEvaluator(model).run(None, {"x": x})[0], session.run(None, {"x": x})[0]
    print(kind, shape, attributes)
    print("    evaluator, onnxruntime:", *(one.ravel().tolist() for one in values))
    return tuple(one.ravel().tolist() for one in values)


print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
line, square = [1, 1, 7], [1, 1, 4, 4]
up = {"kernel_shape": [3], "strides": [3], "ceil_mode": 1}
half = {"kernel_shape": [3, 3], "strides": [2, 2]}
found = {
    "averages, ceil": both("AveragePool", line, **up),
    "averages, floor": both("AveragePool", line, **up | {"ceil_mode": 0}),
    "maxima, ceil": both("MaxPool", line, **up),
    "maxima, pads 0 1": both("MaxPool", line, kernel_shape=[3], pads=[0, 1]),
    "averages, pads 0 1": both("AveragePool", line, kernel_shape=[3], pads=[0, 1]),
    "maxima, pads 1 1 1 1": both("MaxPool", square, pads=[1, 1, 1, 1], **half),
    "maxima, SAME_LOWER": both("MaxPool", square, auto_pad="SAME_LOWER", **half),
}
different = {name: values for name, values in found.items() if values[0] != values[1]}
print("different:", list(different))
expected = {
    "averages, ceil": ([1.5, 4, 6], [2, 5, 7]),
    "maxima, pads 0 1": ([3, 4, 5, 6, 7], [3, 4, 5, 6, 7, 7]),
    "maxima, SAME_LOWER": ([11, 12, 15, 16], [6, 8, 14, 16]),
}
sys.exit(different != expected)
PYTHON
