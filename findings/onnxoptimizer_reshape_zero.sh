#!/usr/bin/env bash
# onnxoptimizer 0.4.2, optimize with its default passes, beside onnxsim 0.8.1, onnxslim 0.1.98 and onnxruntime 1.32.0.
#
# One would guess: of two Reshapes in a row only the last matters, so the first can go, and the shapes stay.
# What happens: that is so unless the last has a 0, "as it comes in": what comes in is another shape once the first is
# gone. Frames folded into the batch and then flattened, (2, 2, 3, 6) → (4, 18) → [0, −1], are 4 rows of 18 before and
# 2 rows of 36 after, and the file still declares 4 × 18. It is as valid as it was and runs; onnxruntime only warns.
# With [0, 0, −1] behind a regrouping of channels the same happens. onnxsim and onnxslim fold both and keep the shapes.
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

onnxruntime.set_default_logger_severity(3)
x = np.arange(72, dtype=np.float32).reshape(2, 2, 3, 6)


def network(first, last, declared):
    values = [numpy_helper.from_array(np.array(shape), name) for name, shape in (("first", first), ("last", last))]
    nodes = [helper.make_node("Reshape", ["x", "first"], ["a"]), helper.make_node("Reshape", ["a", "last"], ["y"])]
    shapes = {"x": x.shape, "y": declared}
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    return model


def run(model):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0].shape


tools = {
    "as written": lambda model: model,
    "onnxoptimizer": onnxoptimizer.optimize,
    "onnxsim": lambda model: onnxsim.simplify(model)[0],
    "onnxslim": onnxslim.slim,
}
for package in ("onnx", "onnxruntime", *list(tools)[1:]):
    print(package, version(package))
cases = {
    ((4, 18), (0, -1)): (4, 18),
    ((2, 3, 2, 6), (0, 0, -1)): (2, 3, 12),
    ((4, 18), (4, -1)): (4, 18),
    ((4, 18), (-1, 9)): (8, 9),
}
found = {}
for (first, last), declared in cases.items():
    for name, tool in tools.items():
        model = tool(network(first, last, declared))
        onnx.checker.check_model(model)
        written = tuple(dim.dim_value for dim in model.graph.output[0].type.tensor_type.shape.dim)
        found[name, last] = run(model)
        count = len(model.graph.node)
        print(f"{x.shape} → {first} → {last}, {name}: {count} nodes, {found[name, last]}, declared {written}")
        assert written == declared
changed = {key: shape for key, shape in found.items() if shape != found["as written", key[1]]}
print("changed:", changed)
sys.exit(changed != {("onnxoptimizer", (0, -1)): (2, 36), ("onnxoptimizer", (0, 0, -1)): (2, 2, 18)})
PYTHON
