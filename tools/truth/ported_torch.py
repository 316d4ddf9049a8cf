"""Networks of PyTorch, exported to ONNX, in onnxruntime and OpenVINO."""

from __future__ import annotations

import io
import logging
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime
import openvino
import torch
from torch import nn

if TYPE_CHECKING:
    from .dice import Dice
    from .ported import Layers

VERSIONS = {
    "torch": torch.__version__,
    "onnx": onnx.__version__,
    "onnxruntime": onnxruntime.__version__,
    "openvino": openvino.__version__.split("-")[0],
}
CHANNELS = 4
WINDOWS = ("Conv", "MaxPool", "AveragePool", "ConvTranspose")


def _conv(dice: Dice) -> dict[str, Any]:
    k, d = dice.between(1, 5), dice.choice([1, 1, 2])
    return {"filters": CHANNELS, "kernel": k, "stride": dice.between(1, 3), "dilation": d,
            "padding": dice.between(0, k)}  # fmt: skip


def _pool(dice: Dice) -> dict[str, Any]:
    k = dice.between(2, 4)
    return {"size": k, "stride": dice.between(1, 4), "padding": dice.between(0, k // 2),
            "ceil": dice.chance(2)}  # fmt: skip


def _transposed(dice: Dice) -> dict[str, Any]:
    k, s = dice.between(2, 5), dice.between(1, 3)
    return {"filters": CHANNELS, "kernel": k, "stride": s, "padding": dice.between(0, k // 2),
            "output_padding": dice.between(0, s - 1)}  # fmt: skip


LAYERS = {"conv": _conv, "max_pool": _pool, "avg_pool": _pool, "conv_transpose": _transposed}


def _module(kind: str, keys: dict[str, Any]) -> nn.Module:
    rest = {
        key: value
        for key, value in keys.items()
        if key not in ("filters", "kernel", "size", "ceil")
    }
    if kind == "conv":
        return nn.Conv2d(CHANNELS, CHANNELS, keys["kernel"], **rest)
    if kind == "conv_transpose":
        return nn.ConvTranspose2d(CHANNELS, CHANNELS, keys["kernel"], **rest)
    pool = nn.MaxPool2d if kind == "max_pool" else nn.AvgPool2d
    return pool(keys["size"], ceil_mode=keys["ceil"], **rest)


def _model(layers: Layers) -> nn.Module:
    return nn.Sequential(*(_module(kind, keys) for kind, keys in layers)).eval()


def accepts(size: list[int], layers: Layers) -> bool:
    """Whether the network runs, and leaves a map that is not too small or large."""
    try:
        with torch.no_grad():
            found = _model(layers)(torch.zeros(1, CHANNELS, *size))
    except RuntimeError:
        return False
    return min(found.shape[2:]) >= 4 and max(found.shape[2:]) <= 150


def ask(size: list[int], layers: Layers) -> dict[str, Any]:
    """The sizes in PyTorch itself and in both targets."""
    model, x = _model(layers), torch.zeros(1, CHANNELS, *size)
    here = []
    with torch.no_grad():
        for module in model:
            x = module(x)
            here.append(list(x.shape[2:]))
    file = io.BytesIO()
    logging.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model, (torch.zeros(1, CHANNELS, *size),), dynamo=True, verbose=False
        )
    program.save(file)
    read = onnx.load_from_string(file.getvalue())
    names = [node.output[0] for node in read.graph.node if node.op_type in WINDOWS]
    return {"sizes": {"torch": here, "onnxruntime": _run(read, names, size),
                      "openvino": _compile(file.getvalue(), names, size)}}  # fmt: skip


def _run(model: onnx.ModelProto, names: list[str], size: list[int]) -> Any:
    del model.graph.output[:]
    for name in names:
        model.graph.output.append(
            onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        )
    del model.graph.value_info[:]
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options)
        given = session.get_inputs()[0].name
        found = session.run(names, {given: np.zeros((1, CHANNELS, *size), np.float32)})
    except Exception as error:
        return {"error": type(error).__name__}
    return [list(one.shape[2:]) for one in found]


def _compile(file: bytes, names: list[str], size: list[int]) -> Any:
    core = openvino.Core()
    try:
        model = core.read_model(io.BytesIO(file))
        model.add_outputs([name for name in names if name not in model.outputs[0].names])
        compiled = core.compile_model(model, "CPU")
        found = compiled(np.zeros((1, CHANNELS, *size), np.float32))
    except Exception as error:
        return {"error": type(error).__name__}
    by_name = {name: list(found[out].shape[2:]) for out in compiled.outputs for name in out.names}
    return [by_name[name] for name in names]
