#!/usr/bin/env bash
# onnxoptimizer 0.4.2, optimize with its default passes, beside onnxsim 0.8.1 and onnxslim 0.1.98 (onnx 1.23.2).
#
# One would guess: fuse_bn_into_conv leaves a convolution with new weights: two nodes become one, and the file holds
# the 4·4·9 + 4 = 148 numbers of a convolution with a bias (160 before: 144 of the kernel, 16 of BatchNormalization).
# What happens: the arithmetic of the folding is written into the graph: Cast, Add, Sqrt, Div, Unsqueeze, Mul, Sub on
# constants, 11 nodes of which the last is the Conv, with a weight that no initializer holds, and 168 numbers. It is
# right, but who reads parameters or kernels off the file finds another network; onnxsim and onnxslim fold them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 \
    onnxoptimizer==0.4.2 onnxsim==0.8.1 onnxslim==0.1.98
"$folder/venv/bin/python" - <<'PYTHON'
import math
import sys
from importlib.metadata import version

import numpy as np
import onnx
import onnxoptimizer
import onnxsim
import onnxslim
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
weights = {"w": (4, 4, 3, 3), "scale": (4,), "bias": (4,), "mean": (4,), "variance": (4,)}
nodes = [
    helper.make_node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]),
    helper.make_node("BatchNormalization", ["c", "scale", "bias", "mean", "variance"], ["y"]),
]


def network():
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4, 8, 8]) for name in "xy")
    arrays = {key: rng.uniform(1, 2, shape).astype(np.float32) for key, shape in weights.items()}
    values = [numpy_helper.from_array(array, key) for key, array in arrays.items()]
    graph = helper.make_graph(nodes, "g", [x], [y], initializer=values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    return model


tools = {
    "as written": lambda model: model,
    "onnxoptimizer": onnxoptimizer.optimize,
    "onnxsim": lambda model: onnxsim.simplify(model)[0],
    "onnxslim": onnxslim.slim,
}
for package in ("onnx", *list(tools)[1:]):
    print(package, version(package))
found = {}
for name, tool in tools.items():
    graph = tool(network()).graph
    numbers = sum(math.prod(value.dims) for value in graph.initializer)
    held = graph.node[-1].op_type == "Conv" and graph.node[-1].input[1] in {value.name for value in graph.initializer}
    found[name] = (len(graph.node), numbers, held)
    print(f"{name}: {[node.op_type for node in graph.node]}, {numbers} numbers, the kernel is among them: {held}")
expected = {
    "as written": (2, 160, False),
    "onnxoptimizer": (11, 168, False),
    "onnxsim": (1, 148, True),
    "onnxslim": (1, 148, True),
}
sys.exit(found != expected)
PYTHON
