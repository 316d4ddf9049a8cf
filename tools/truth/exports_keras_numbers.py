"""Runs single layers as code of PyTorch and of Keras, on the same inputs.

All weights are one number, and all variances another, so nothing need be known of how the two hold
them; but biases of distances are drawn, for which both have the same table. An answer is how far the
results are apart, as a share of the largest number, and the digest of the code of Keras, or why there
is none.
"""

from __future__ import annotations

import json
import os
import sys
import types
from typing import TYPE_CHECKING, Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch

from cnncalc import SpecError, loads
from cnncalc.exporters import keras as to_keras
from cnncalc.exporters import torch as to_torch
from cnncalc.layers.base.shape import axes_of

from .exports import digest
from .exports_numbers_cases import BATCH, cases, round_error

if TYPE_CHECKING:
    from pathlib import Path

    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network

WEIGHT, VARIANCE = 0.05, 1.3


def answers() -> dict[str, dict[str, Any]]:
    """The digest and the difference of each case, or the reasons why Keras cannot say it."""
    found: dict[str, dict[str, Any]] = {}
    for name, spec in cases():
        network = loads(spec, name="net.yaml")
        try:
            text = to_keras.export(network)
        except SpecError as error:
            found[name] = {"refused": [finding.message for finding in error.diagnostics]}
            continue
        found[name] = {"code": digest(text)}
        try:
            found[name]["error"] = round_error(compare(network, text))
        except RuntimeError as error:
            # Raised by the backend of Keras, not by the code.
            found[name]["wrong"] = str(error).splitlines()[0]
        print(f"{name}: {found[name]}", flush=True)
    return found


def compare(network: Network, text: str) -> float:
    """How far the results are apart; raises ArithmeticError if one is no number."""
    inputs = [node.output for node in network.nodes if node.layer is None]
    dice = torch.Generator().manual_seed(1)
    given = [
        torch.randint(5, (BATCH, *x.size), generator=dice)
        if x.is_tokens
        else torch.randn((BATCH, *axes_of(x)), generator=dice)
        for x in inputs
    ]
    expected = _run_torch(network, given)
    keras.backend.clear_session()
    model = _load(text)()
    for weight in model.weights:
        if "seed" not in weight.path:
            if weight.path.endswith("relative_bias"):
                weight.assign(_draw(tuple(weight.shape)))
            elif not weight.path.endswith("relative_index"):
                value = VARIANCE if "variance" in weight.path else WEIGHT
                weight.assign(np.full(tuple(weight.shape), value))
    turned = [_turn(x, value).numpy() for x, value in zip(inputs, given, strict=True)]
    results = model(turned if len(turned) > 1 else turned[0], training=False)
    outputs = [network.nodes[index].output for index in dict.fromkeys(network.outputs.values())]
    results = results if isinstance(results, (list, tuple)) else [results]
    results = [torch.from_numpy(keras.ops.convert_to_numpy(result)) for result in results]
    return max(
        _difference(_turn(x, one), other)
        for x, one, other in zip(outputs, expected, results, strict=True)
    )


def _run_torch(network: Network, given: list[Any]) -> tuple[Any, ...]:
    model = _load(to_torch.export(network))().eval()
    with torch.no_grad():
        for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
            if not name.endswith("relative_index") and tensor.is_floating_point():
                # What a class keeps as zeros is no weight.
                last = name.rpartition(".")[2]
                if last == "relative_bias":
                    tensor.copy_(torch.from_numpy(_draw(tuple(tensor.shape))))
                elif not (last.startswith("bias_hh") and tensor.requires_grad is False):
                    tensor.fill_(VARIANCE if last == "running_var" else WEIGHT)
        results = model(*given)
    return results if isinstance(results, tuple) else (results,)


def _load(text: str) -> Any:
    """The last class or function of a module."""
    module = types.ModuleType("exported")
    sys.modules["exported"] = module
    exec(compile(text, "exported", "exec"), module.__dict__)  # noqa: S102 - it is what is tested
    return [v for v in vars(module).values() if getattr(v, "__module__", "") == "exported"][-1]


def _draw(shape: tuple[int, ...]) -> Any:
    """Numbers of a table that both hold alike."""
    return np.random.default_rng(1).random(shape).astype("float32")


def _turn(x: Shape, value: Any) -> Any:
    """Channels last, as Keras has them."""
    return value.movedim(1, -1) if x.rank and not x.form else value


def _difference(one: Any, other: Any) -> float:
    if one.shape != other.shape:
        raise ValueError(f"{tuple(one.shape)} is not {tuple(other.shape)}")
    if not torch.isfinite(other).all():
        raise ArithmeticError(f"{one.shape}: not all of the results are numbers")
    return float((one - other).abs().max() / max(1e-6, float(one.abs().max())))


def write(path: Path) -> None:
    """Writes all answers, a line each."""
    lines = [f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers().items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
