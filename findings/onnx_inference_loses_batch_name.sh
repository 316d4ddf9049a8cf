#!/usr/bin/env bash
# onnx 1.23.2, onnx.shape_inference.infer_shapes with data_prop.
#
# One would guess: an open batch called "batch" keeps its name through layers that do not touch it; where Pad or
# Resize is told to work on the axes 2 and 3 only, all the more so.
# What happens: Resize forgets it always, by scales of 1 for the batch as by axes=[2, 3]; Pad keeps it where every axis
# is listed and forgets it where `axes` leaves the batch out (Slice with axes keeps it). What comes behind has a fresh
# name per node (unk__0, unk__1), so two branches of one network no longer have an equal batch. Reshape keeps it
# by 0 and forgets it by −1, also if all other lengths stay as they are.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def dimensions(values, *nodes, outputs=("y",)):
    """What inference says of the outputs for an input of (batch, 3, 8, 8)."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, 8, 8])
    results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "c", "h", "w"]) for name in outputs]
    constants = [numpy_helper.from_array(np.array(value), name) for name, value in values.items()]
    graph = helper.make_graph(nodes, "g", [x], results, initializer=constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    for result in model.graph.output:
        result.type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True).graph.output
    found = [[dim.dim_param or dim.dim_value for dim in result.type.tensor_type.shape.dim] for result in inferred]
    return found if len(found) > 1 else found[0]


node, spatial = helper.make_node, {"p": [1, 1, 1, 1], "a": [2, 3]}
scales = {"s": np.array([1, 1, 2, 2], np.float32)}
two = {"s": np.array([2, 2], np.float32)}
slices = {"b": [1], "e": [5], "a": [2]}
found = {
    "Pad, all axes": dimensions({"p": [0, 0, 1, 1, 0, 0, 1, 1]}, node("Pad", ["x", "p"], ["y"])),
    "Pad, axes 2, 3": dimensions(spatial, node("Pad", ["x", "p", "", "a"], ["y"])),
    "Slice, axis 2": dimensions(slices, node("Slice", ["x", "b", "e", "a"], ["y"])),
    "Resize, scales": dimensions(scales, node("Resize", ["x", "", "s"], ["y"])),
    "Resize, axes 2, 3": dimensions(two, node("Resize", ["x", "", "s"], ["y"], axes=[2, 3])),
    "Reshape, 0 3 64 1": dimensions({"s": [0, 3, 64, 1]}, node("Reshape", ["x", "s"], ["y"])),
    "Reshape, −1 3 64 1": dimensions({"s": [-1, 3, 64, 1]}, node("Reshape", ["x", "s"], ["y"])),
}
resizes = [node("Resize", ["x", "", "s"], [name], axes=[2, 3]) for name in ("y", "z")]
both = dimensions(two, *resizes, outputs=("y", "z"))
print("onnx", onnx.__version__)
for name, shape in found.items():
    print(f"{name:18} {shape}")
print("two equal Resizes ", both)
kept = [name for name, shape in found.items() if shape[0] == "batch"]
expected = ["Pad, all axes", "Slice, axis 2", "Reshape, 0 3 64 1"]
known = all("" not in shape and 0 not in shape for shape in found.values())
sys.exit(kept != expected or not known or both[0][0] == both[1][0] or both[0][1:] != [3, 16, 16])
PYTHON
