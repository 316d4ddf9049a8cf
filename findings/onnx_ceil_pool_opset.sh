#!/usr/bin/env bash
# onnx 1.23.2, onnx.shape_inference and onnx.checker, beside onnxruntime 1.32.0: pools with ceil_mode = 1.
#
# One would guess: a pool has the same size whatever operator set the file names, and the checker accepts a file
# that declares the size that the pool gives.
# What happens: a last window that starts in the end padding is counted by inference up to operator set 21 and
# dropped from 22; the runtime and the package's own reference evaluator drop it in both. So a pool of 2 at
# stride 2, padded by 1, takes 5 to 3, inference says 4 (21) or 3 (22), and check_model with full_check refuses
# the file of set 21 that says 3. The same node in another set is accepted.
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

onnxruntime.set_default_logger_severity(3)


def pool(op, opset, declared):
    """A network of one pool of 2 at stride 2 and padding 1 on 5 elements, rounded up."""
    node = helper.make_node(op, ["x"], ["y"], kernel_shape=[2], strides=[2], pads=[1, 1], ceil_mode=1)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 5])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, declared])
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(helper.make_graph([node], "g", [x], [y]), opset_imports=opsets, ir_version=10)


def is_accepted(model):
    try:
        onnx.checker.check_model(model, full_check=True)
    except onnx.shape_inference.InferenceError as error:
        print("   ", str(error).splitlines()[0])
        return False
    return True


print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
x = {"x": np.ones((1, 1, 5), np.float32)}
found = {}
for opset in (21, 22):
    for op in ("MaxPool", "AveragePool"):
        open_size = pool(op, opset, None)
        shape = onnx.shape_inference.infer_shapes(open_size).graph.output[0].type.tensor_type.shape
        session = onnxruntime.InferenceSession(
            open_size.SerializeToString(), providers=["CPUExecutionProvider"]
        )
        sizes = (
            shape.dim[2].dim_value,
            session.run(None, x)[0].shape[2],
            ReferenceEvaluator(open_size).run(None, x)[0].shape[2],
        )
        found[opset, op] = (*sizes, is_accepted(pool(op, opset, 3)))
        print(f"set {opset} {op}: inferred, run, reference {sizes}; a file that says 3 is accepted: {found[opset, op][3]}")
expected = {21: (4, 3, 3, False), 22: (3, 3, 3, True)}
sys.exit(found != {(opset, op): expected[opset] for opset, op in found})
PYTHON
