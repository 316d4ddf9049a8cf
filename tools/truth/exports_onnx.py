"""What ONNX makes of the file of a network: its checker, its inference of shapes, and onnxruntime."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime
from onnx import checker, shape_inference

from cnncalc.exporters.onnx import export
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from cnncalc.network import Network

__all__ = ["ask", "check", "run"]

PARAMS, MACS = 30_000_000, 2_000_000_000
"""Networks of at most so many are run."""


def ask(data: bytes, network: Network) -> dict[str, Any]:
    """Checks a file in full, infers its shapes anew, and runs small networks with random weights.

    Raises ArithmeticError if a layer has another output than cnncalc says, or a result is no number.
    """
    compared = check(data, network)
    outputs = [network.nodes[index].output for index in dict.fromkeys(network.outputs.values())]
    model = onnx.load_from_string(data)
    weights = [
        value for value in model.graph.input if "/" in value.name and "rois/" not in value.name
    ]
    answer = {
        "layers": compared,
        "outputs": [list(axes_of(x)) for x in outputs],
        "weights": sum(prod(_dims(value)) for value in weights),
    }
    if (network.params.known or 0) <= PARAMS and (network.macs.known or 0) <= MACS:
        for result in run(export(network, weights="random")):
            if not np.isfinite(result).all():
                raise ArithmeticError(f"{network.name}: not all of its results are numbers")
        answer["ran"] = True
    return answer


def check(data: bytes, network: Network) -> int:
    """How many layers have the shape that cnncalc says where ONNX infers it without being told any."""
    model = onnx.load_from_string(data)
    checker.check_model(model, full_check=True)
    shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    said = {value.name: _dims(value) for value in (*model.graph.value_info, *model.graph.output)}
    del model.graph.value_info[:]
    for value in model.graph.output:
        value.type.tensor_type.ClearField("shape")
    found = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    inferred = {value.name: _dims(value) for value in (*found.value_info, *found.output)}
    compared = 0
    for node in network.nodes:
        if node.layer is None:
            continue
        dims = inferred.get(node.name)
        if said[node.name][1:] != list(axes_of(node.output)):
            raise ArithmeticError(f"{network.name}: {node.name} is said to be {said[node.name]}")
        # What no rule of ONNX infers is written in the file, and held against what follows.
        if dims and dims != said[node.name]:
            raise ArithmeticError(f"{network.name}: {node.name} is {dims}, not {said[node.name]}")
        compared += bool(dims)
    return compared


def run(data: bytes, given: dict[str, Any] | None = None) -> list[Any]:
    """What onnxruntime gives for the inputs, or for such as lie between 0 and 1."""
    session = onnxruntime.InferenceSession(data)
    dice = np.random.default_rng(1)
    inputs = dict(given or {})
    for value in session.get_inputs():
        if value.name not in inputs:
            drawn = dice.random(value.shape)
            whole = value.type == "tensor(int64)"
            inputs[value.name] = (drawn * 2).astype("int64") if whole else drawn.astype("float32")
    return list(session.run(None, inputs))


def _dims(value: Any) -> list[int]:
    return [dim.dim_value for dim in value.type.tensor_type.shape.dim]
