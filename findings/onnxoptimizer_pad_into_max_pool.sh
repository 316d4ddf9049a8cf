#!/usr/bin/env bash
# onnxoptimizer 0.4.2, optimize with its default passes, beside onnxsim 0.8.1, onnxslim 0.1.98 and onnxruntime 1.32.0.
#
# One would guess: "optimize" keeps what a network computes; a Pad in front of a pool becomes the pool's own padding
# only where both mean the same.
# What happens: a Pad of zeros in front of a MaxPool (as converters write it for zero_padding2d, max_pool2d) becomes
# pads of the MaxPool. Those are left out of the maximum, while the zeros took part in it: of a map of negative
# values the borders were 0 and are −1 to −5 then. onnxsim and onnxslim leave the Pad there. For an AveragePool
# count_include_pad is set and the values stay; a Pad of −5 is left alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 \
    onnxoptimizer==0.4.2 onnxsim==0.8.1 onnxslim==0.1.98
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import numpy as np
import onnx
import onnxoptimizer
import onnxruntime
import onnxsim
import onnxslim
from onnx import TensorProto, helper, numpy_helper


def network(pool, value):
    """Pad by one on every side of 3 × 3, then a pool of 3 × 3."""
    pads = numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1]), "pads")
    fill = numpy_helper.from_array(np.array(value, np.float32), "fill")
    nodes = [
        helper.make_node("Pad", ["x", "pads", "fill"], ["a"]),
        helper.make_node(pool, ["a"], ["y"], kernel_shape=[3, 3]),
    ]
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, 3, 3]) for name in "xy")
    graph = helper.make_graph(nodes, "g", [x], [y], initializer=[pads, fill])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def run(model):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    x = -np.arange(1, 10, dtype=np.float32).reshape(1, 1, 3, 3)
    return session.run(None, {"x": x})[0].ravel()


tools = {
    "as written": lambda model: model,
    "onnxoptimizer": onnxoptimizer.optimize,
    "onnxsim": lambda model: onnxsim.simplify(model)[0],
    "onnxslim": onnxslim.slim,
}
for package in ("onnx", "onnxruntime", *list(tools)[1:]):
    print(package, version(package))
results = {}
for pool, value in (("MaxPool", 0), ("MaxPool", -5), ("AveragePool", 0)):
    for name, tool in tools.items():
        model = tool(network(pool, value))
        results[pool, value, name] = run(model)
        kinds = [node.op_type for node in model.graph.node]
        print(pool, "of pads of", value, name, kinds, results[pool, value, name].astype(float).round(2).tolist())
changed = [key for key, found in results.items() if not np.allclose(found, results[(*key[:2], "as written")])]
print("changed:", changed)
zeros = results["MaxPool", 0, "as written"].tolist() == [0, 0, 0, 0, -1, 0, 0, 0, 0]
borders = results["MaxPool", 0, "onnxoptimizer"].tolist() == [-1, -1, -2, -1, -1, -2, -4, -4, -5]
sys.exit(not (zeros and borders and changed == [("MaxPool", 0, "onnxoptimizer")]))
PYTHON
