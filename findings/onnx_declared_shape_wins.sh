#!/usr/bin/env bash
# onnx 1.23.2, onnx.shape_inference.infer_shapes, beside onnxruntime 1.32.0.
#
# One would guess: infer_shapes computes every shape from the inputs and the operators, and says so where a
# shape that the file declares (value_info) is another.
# What happens: the declared one stays and what comes behind is computed from it, without a word, also with
# check_type; only strict_mode refuses. Of a max pool of 2 on 16 that is declared as 100 (it gives 8), a second
# pool is inferred as 50; the runtime warns, and gives 4. Shapes of a file that was edited by hand, or of
# which a layer was cut out, are therefore to be cleared first: with the entry removed, inference says 4.
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

onnxruntime.set_default_logger_severity(3)
nodes = [
    helper.make_node("MaxPool", ["x"], ["a"], kernel_shape=[2], strides=[2]),
    helper.make_node("Relu", ["a"], ["b"]),
    helper.make_node("MaxPool", ["b"], ["y"], kernel_shape=[2], strides=[2]),
]
x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 16])
y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)


def network(declared):
    values = [] if declared is None else [helper.make_tensor_value_info("a", TensorProto.FLOAT, [1, 1, declared])]
    graph = helper.make_graph(nodes, "g", [x], [y], value_info=values)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def inferred(declared, **options):
    try:
        graph = onnx.shape_inference.infer_shapes(network(declared), **options).graph
    except onnx.shape_inference.InferenceError as error:
        print("   ", str(error).splitlines()[0])
        return "refused"
    sizes = {value.name: value.type.tensor_type.shape.dim[2].dim_value for value in [*graph.value_info, *graph.output]}
    return [sizes[name] for name in "aby"]


session = onnxruntime.InferenceSession(network(100).SerializeToString(), providers=["CPUExecutionProvider"])
found = {
    "not declared": inferred(None),
    "declared as 100": inferred(100),
    "with check_type": inferred(100, check_type=True),
    "with strict_mode": inferred(100, strict_mode=True),
    "run": session.run(None, {"x": np.ones((1, 1, 16), np.float32)})[0].shape[2],
}
print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
for name, sizes in found.items():
    print(f"{name}: {sizes}")
wrong = [100, 100, 50]
sys.exit(list(found.values()) != [[8, 8, 4], wrong, wrong, "refused", 4])
PYTHON
