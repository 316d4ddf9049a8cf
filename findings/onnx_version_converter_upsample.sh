#!/usr/bin/env bash
# onnx 1.23.2, onnx.version_converter.convert_version, run by onnxruntime 1.32.0.
#
# One would guess: a network brought to a newer opset computes what it did, or the converter says that it cannot.
# What happens: Upsample of opset 9 and Resize of opset 10 place their samples at i / scale (asymmetric); the converter
# makes a Resize of opset 11 or later without a coordinate_transformation_mode, whose default is half_pixel. Linear
# interpolation by 2 of 1, 2, 3, 4 was 1, 1.5, 2, 2.5, 3, 3.5, 4, 4 and becomes 1, 1.25, 1.75, 2.25, 2.75, 3.25,
# 3.75, 4: a shift by a quarter of a cell that no shape shows. Nearest by 2 stays the same.
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
from onnx import TensorProto, helper, numpy_helper, version_converter


def network(kind, opset, mode):
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, 1, n]) for name, n in (("x", 4), ("y", 8)))
    scales = numpy_helper.from_array(np.array([1, 1, 1, 2], np.float32), "scales")
    graph = helper.make_graph([helper.make_node(kind, ["x", "scales"], ["y"], mode=mode)], "g", [x], [y], [scales])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def run(model):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": np.arange(1, 5, dtype=np.float32).reshape(1, 1, 1, 4)})[0].ravel().tolist()


print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
found = {}
for kind, opset in (("Upsample", 9), ("Resize", 10)):
    for mode in ("linear", "nearest"):
        old = network(kind, opset, mode)
        new = version_converter.convert_version(old, 19)
        onnx.checker.check_model(new)
        found[kind, mode] = run(old), run(new)
        attributes = [attribute.name for attribute in new.graph.node[-1].attribute]
        print(kind, "of opset", opset, mode, "becomes", new.graph.node[-1].op_type, attributes)
        print("   ", *found[kind, mode])
asymmetric, half_pixel = [1, 1.5, 2, 2.5, 3, 3.5, 4, 4], [1, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4]
nearest = [1, 1, 2, 2, 3, 3, 4, 4]
expected = {
    (kind, mode): ((asymmetric, half_pixel) if mode == "linear" else (nearest, nearest))
    for kind in ("Upsample", "Resize")
    for mode in ("linear", "nearest")
}
sys.exit(found != expected)
PYTHON
