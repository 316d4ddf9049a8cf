#!/usr/bin/env bash
# onnxruntime 1.32.0 on the CPU, auto_pad SAME_UPPER and SAME_LOWER where the stride is larger than the kernel.
#
# One would guess: SAME never cuts (TensorFlow takes a negative total as 0), so the first window starts at the
# first element, in every operator alike, and UPPER and LOWER are the same where nothing is padded.
# What happens: convolutions and averages give ⌈L / stride⌉ outputs, but a negative total is divided between the
# two sides, so windows can start inside. They divide it in different ways, and UPPER is not LOWER: with kernel 1 and
# stride 4 on 8 elements (a total of -3), a convolution starts at the second element by UPPER and at the first by
# LOWER, an average at the second by both. MaxPool refuses, when it runs, though the model was loaded: also
# a pool of 1 at stride 2 on an even size, which some ResNets have beside a block.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

onnxruntime.set_default_logger_severity(4)


def taken(op, length, stride, mode):
    """The elements of 0, 1, 2 … that windows of one element take; None where the runtime refuses."""
    names, weights = ["x"], []
    if op == "Conv":
        names, weights = ["x", "w"], [helper.make_tensor("w", TensorProto.FLOAT, [1, 1, 1], [1.0])]
    node = helper.make_node(op, names, ["y"], kernel_shape=[1], strides=[stride], auto_pad=mode)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, length])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([node], "g", [x], [y], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    try:
        got = session.run(None, {"x": np.arange(length, dtype=np.float32).reshape(1, 1, length)})[0]
    except Exception as error:
        if "padding values must be non-negative" not in str(error):
            raise
        return None
    return got.ravel().astype(int).tolist()


print("onnxruntime", onnxruntime.__version__, "kernel 1, elements taken by UPPER and by LOWER")
found = {}
for length, stride in ((5, 4), (4, 2), (7, 4), (8, 4)):
    total = (-(-length // stride) - 1) * stride + 1 - length
    print(f"{length} elements, stride {stride}, total padding {total}")
    for op in ("Conv", "AveragePool", "MaxPool"):
        found[length, op] = [taken(op, length, stride, mode) for mode in ("SAME_UPPER", "SAME_LOWER")]
        print(f"    {op:11}", *found[length, op])
refused, first, second = [None, None], [0, 4], [1, 5]
expected = {
    (5, "Conv"): [first, first], (5, "AveragePool"): [first, first], (5, "MaxPool"): [first, first],
    (4, "Conv"): [[0, 2], [0, 2]], (4, "AveragePool"): [[0, 2], [0, 2]], (4, "MaxPool"): refused,
    (7, "Conv"): [first, first], (7, "AveragePool"): [second, first], (7, "MaxPool"): refused,
    (8, "Conv"): [second, first], (8, "AveragePool"): [second, second], (8, "MaxPool"): refused,
}
sys.exit(found != expected)
PYTHON
