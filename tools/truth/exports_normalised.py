"""Runs layers whose weights are normalised as code of PyTorch and of Keras, and has ONNX check their files.

An answer is what the framework counts: parameters, buffers, and the shape of the output of one example.
"""

from __future__ import annotations

import os
import sys
import types
from importlib import import_module
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ["KERAS_BACKEND"] = "torch"

from cnncalc import SpecError, loads, registry
from cnncalc.layers.base.shape import axes_of

from .exports import digest
from .exports_numbers_cases import read

if TYPE_CHECKING:
    from cnncalc.network import Network

CASES = Path("tests/exporters/data/normalised.txt")


def answers(target: str) -> dict[str, dict[str, Any]]:
    """The answer to each case, or the reasons why there is none."""
    found: dict[str, dict[str, Any]] = {}
    for name, spec in read(CASES):
        network = loads(spec, name="net.yaml")
        try:
            text = registry.load("exporters", target).export(network)
        except SpecError as error:
            found[name] = {"refused": [finding.message for finding in error.diagnostics]}
            continue
        found[name] = {"code": digest(text), **ASK[target](text, network)}
        print(f"{name}: {found[name]}", flush=True)
    return found


def _load(text: str) -> Any:
    """The last class or function of a module."""
    module = types.ModuleType("exported")
    sys.modules["exported"] = module
    exec(compile(text, "exported", "exec"), module.__dict__)  # noqa: S102 - it is what is tested
    return [v for v in vars(module).values() if getattr(v, "__module__", "") == "exported"][-1]


def _ask_torch(text: str, network: Network) -> dict[str, Any]:
    import torch

    model = _load(text)()
    x = network.nodes[0].output
    given = (
        torch.zeros((1, *x.size), dtype=torch.long) if x.is_tokens else torch.rand(1, *axes_of(x))
    )
    # Estimates are made while training, from weights that an optimiser may change.
    model(given).sum().backward()
    buffers = [b for name, b in model.named_buffers() if not name.endswith("num_batches_tracked")]
    return {
        "output": list(model.eval()(given).shape[1:]),
        "params": sum(parameter.numel() for parameter in model.parameters()),
        "learnt": sum(p.numel() for p in model.parameters() if p.grad is not None),
        "buffers": sum(buffer.numel() for buffer in buffers),
    }


def _ask_keras(text: str, network: Network) -> dict[str, Any]:
    import keras

    keras.backend.clear_session()
    model = _load(text)()
    kept = [weight for weight in model.non_trainable_weights if "seed" not in weight.path]
    [output] = model.outputs
    rank = network.nodes[-1].output.rank
    shape = list(output.shape[1:])
    return {
        "output": [shape[-1], *shape[:-1]] if rank else shape,
        "params": sum(prod(weight.shape) for weight in model.trainable_weights),
        "buffers": sum(prod(weight.shape) for weight in kept),
    }


def _ask_onnx(data: bytes, network: Network) -> dict[str, Any]:
    answer = import_module(".exports_onnx", __package__).ask(data, network)
    return {"output": answer["outputs"][0], "params": answer["weights"]}


ASK: dict[str, Any] = {"keras": _ask_keras, "onnx": _ask_onnx, "torch": _ask_torch}
