#!/usr/bin/env bash
# onnxslim 0.1.98, slim with its defaults, beside onnxsim 0.8.1 and onnxruntime 1.32.0 (onnx 1.23.2).
#
# One would guess: a Mul behind a Conv is folded into its kernel only where the factors are one per channel, of shape
# (C, 1, 1); a vector is broadcast along the last axis, the width, and no kernel can do that.
# What happens: the count of factors decides, not their axis. Where the width happens to equal the channels, onnxslim
# multiplies the channels by factors that belong to the columns (shape (4,)) or the rows (shape (4, 1)), and those of
# a batch of factors (shape (4, 1, 1, 1)), too, so that the batch shrinks from 4 to 1. The network computes other
# values without a warning, and at another width (5 columns, 5 factors) it is right. onnxsim keeps such a Mul.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 \
    onnxsim==0.8.1 onnxslim==0.1.98
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import onnxsim
import onnxslim
from onnx import TensorProto, helper, numpy_helper


def network(width, factors):
    """A pointwise convolution that copies 4 channels of 4 × `width`, times `factors`."""
    kernel = np.eye(4, dtype=np.float32).reshape(4, 4, 1, 1)
    values = [numpy_helper.from_array(array, name) for name, array in (("w", kernel), ("factors", factors))]
    nodes = [helper.make_node("Conv", ["x", "w"], ["a"]), helper.make_node("Mul", ["a", "factors"], ["y"])]
    batch = factors.shape[0] if factors.ndim == 4 else 1
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, 4, width])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, 4, 4, width])
    graph = helper.make_graph(nodes, "g", [x], [y], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    return model


def run(model, width):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": np.ones((1, 4, 4, width), np.float32)})[0]


tools = {
    "as written": lambda model: model,
    "onnxsim": lambda model: onnxsim.simplify(model)[0],
    "onnxslim": onnxslim.slim,
}
for package in ("onnx", "onnxruntime", "onnxsim", "onnxslim"):
    print(package, version(package))
changed = []
for shape, width in (((4, 1, 1), 4), ((4,), 4), ((4, 1), 4), ((4, 1, 1, 1), 4), ((5,), 5), ((4, 4), 4)):
    factors = np.arange(1, 1 + np.prod(shape), dtype=np.float32).reshape(shape)
    expected = np.broadcast_to(factors, np.broadcast_shapes(shape, (1, 4, 4, width)))
    for name, tool in tools.items():
        model = tool(network(width, factors))
        y = run(model, width)
        kinds = [node.op_type for node in model.graph.node]
        print(f"factors {shape}, width {width}, {name}: {kinds}, {y.shape}, first row {y[0, 0, 0].tolist()}")
        if y.shape != expected.shape or not np.allclose(y, expected):
            changed.append((name, shape))
            assert np.allclose(y, np.arange(1, 5).reshape(4, 1, 1)) and y.shape == (1, 4, 4, 4)
print("changed:", changed)
sys.exit(changed != [("onnxslim", (4,)), ("onnxslim", (4, 1)), ("onnxslim", (4, 1, 1, 1))])
PYTHON
