"""Runs single layers as code of PyTorch and as a file of ONNX, with the same weights and inputs.

An answer is how far the two are apart, as a share of the largest number, and the digest of the file.
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from cnncalc import loads
from cnncalc.exporters import onnx as to_onnx
from cnncalc.exporters import torch as to_torch
from cnncalc.layers.base.shape import axes_of

from .exports import digest
from .exports_numbers_cases import BATCH, cases, round_error
from .exports_onnx import check, run

if TYPE_CHECKING:
    from cnncalc.network import Network

_NAMES = {"weight": ("kernel", "scale", "slope", "embedding"), "bias": ("bias", "center"),
          "running_mean": ("mean",), "running_var": ("variance",)}  # fmt: skip
_ORDERS = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}
"""Where the gates of PyTorch stand among those of ONNX."""
_WHOLE = ("MultiheadAttention", "Attention", "Recurrent")


def answers() -> dict[str, dict[str, Any]]:
    """The digest and the difference of each case."""
    found = {}
    for name, spec in cases():
        found[name] = compare(loads(spec, name="net.yaml"))
        print(f"{name}: {found[name]}", flush=True)
    return found


def compare(network: Network) -> dict[str, Any]:
    """Both results; raises ArithmeticError if they have not the same shape, or are no numbers."""
    data = to_onnx.export(network, weights="random", batch=BATCH)
    check(data, network)
    weights: dict[str, dict[str, Any]] = {}
    for tensor in onnx.load_from_string(data).graph.initializer:
        layer, _, part = tensor.name.partition("/")
        if layer:
            weights.setdefault(layer, {})[part] = torch.tensor(numpy_helper.to_array(tensor))
    dice = torch.Generator().manual_seed(1)
    given = {}
    for node in network.nodes:
        if node.layer is None:
            axes = (BATCH, *axes_of(node.output))
            ids = node.output.is_tokens
            given[node.name] = (
                torch.randint(5, (BATCH, *axes[2:]), generator=dice)
                if ids
                else torch.randn(axes, generator=dice)
            )
    model = _build(network)
    inputs = list(given.values())
    _copy_weights(model, weights, network, inputs)
    with torch.no_grad():
        expected = model(*inputs)
    results = run(data, {name: value.numpy() for name, value in given.items()})
    pairs = zip(expected if isinstance(expected, tuple) else (expected,), results, strict=True)
    error = max(_difference(one.numpy(), other) for one, other in pairs)
    return {"code": digest(data), "error": round_error(error)}


def _difference(one: Any, other: Any) -> float:
    if one.shape != other.shape or not np.isfinite(other).all():
        raise ArithmeticError(f"{one.shape} is not {other.shape}")
    return float(np.abs(one - other).max() / max(1e-6, np.abs(one).max()))


def _build(network: Network) -> Any:
    """The network as the code of PyTorch makes it."""
    module = types.ModuleType("exported")
    sys.modules["exported"] = module
    exec(compile(to_torch.export(network), "exported", "exec"), module.__dict__)  # noqa: S102 - it is what is tested
    classes = [
        v for v in vars(module).values() if isinstance(v, type) and v.__module__ == "exported"
    ]
    return classes[-1]().eval()


def _copy_weights(
    model: Any, weights: dict[str, dict[str, Any]], network: Network, inputs: list[Any]
) -> None:
    """Give each module the weights of its layer: modules are called in the order of the layers."""
    called: dict[int, Any] = {}

    def note(part: Any, _: Any) -> None:
        called.setdefault(id(part), part)

    inner = {id(part) for whole in model.modules() if type(whole).__name__ in _WHOLE
             for part in whole.modules() if part is not whole}  # fmt: skip
    for path, part in model.named_modules():
        if "parametrizations" in path:
            continue
        held = [*part.parameters(recurse=False), *part.buffers(recurse=False)]
        held += [True] * hasattr(part, "parametrizations")
        if part is not model and id(part) not in inner and (held or type(part).__name__ in _WHOLE):
            part.register_forward_pre_hook(note)
    with torch.no_grad():
        model(*inputs)
        modules = list(called.values())
        own = dict(model.named_parameters(recurse=False))
        for node in network.nodes:
            held = weights.get(node.name, {})
            direct = {
                n: p for n, p in own.items() if n == node.name or n.startswith(f"{node.name}_")
            }
            for name, parameter in direct.items():
                part = name[len(node.name) + 1 :].replace(
                    "shift", "shift" if "shift" in held else "center"
                )
                _set(parameter, held[part] if part else next(iter(held.values())))
            if not held or (direct and "mean" not in held):
                continue
            if "depthwise/kernel" in held:
                first = {n.removeprefix("depthwise/"): w for n, w in held.items()}
                _fill(modules.pop(0), {n: w for n, w in first.items() if n not in held})
                held = {n.replace("pointwise", "kernel"): w for n, w in held.items()}
            _fill(modules.pop(0), held)


def _set(parameter: Any, value: Any) -> None:
    parameter.copy_(value.reshape(parameter.shape))


def _fill(module: Any, held: dict[str, Any]) -> None:
    kind = type(module).__name__
    if kind == "Recurrent":
        _fill(module.layer, held)
    elif isinstance(module, torch.nn.RNNBase):
        _fill_recurrent(module, held, _ORDERS[kind])
    elif kind in _WHOLE:
        _fill_attention(module, held)
    else:
        for name, parts in _NAMES.items():
            parameter = getattr(module, name, None)
            if isinstance(parameter, torch.Tensor):
                value = next(held[part] for part in parts if part in held)
                # A matrix of MatMul has what is read as its rows.
                turned = kind.endswith("Linear") and value.shape != parameter.shape
                if name == "weight" and hasattr(module, "parametrizations"):
                    lengths = next(held[f"{part}/lengths"] for part in parts if part in held)
                    parametrized = module.parametrizations["weight"]
                    _set(parametrized.original0, lengths.T if turned else lengths)
                    parameter = parametrized.original1
                _set(parameter, value.T if turned else value)


def _fill_recurrent(module: Any, held: dict[str, Any], order: tuple[int, ...]) -> None:
    def turn(rows: Any) -> Any:
        parts = rows.chunk(len(order))
        return torch.cat([parts[i] for i in order])

    for layer in range(module.num_layers):
        number = str(layer) if module.num_layers > 1 else ""
        for direction in range(2 if module.bidirectional else 1):
            end = f"_l{layer}" + "_reverse" * direction
            _set(getattr(module, f"weight_ih{end}"), turn(held[f"kernel{number}"][direction]))
            _set(getattr(module, f"weight_hh{end}"), turn(held[f"recurrent{number}"][direction]))
            if f"bias{number}" in held:
                biases = held[f"bias{number}"][direction]
                rows = getattr(module, f"weight_ih{end}").shape[0]
                _set(getattr(module, f"bias_ih{end}"), turn(biases[:rows]))
                if len(biases) > rows:
                    _set(getattr(module, f"bias_hh{end}"), turn(biases[rows:]))


def _fill_attention(module: Any, held: dict[str, Any]) -> None:
    projections = ("query", "key", "value")
    if type(module).__name__ == "MultiheadAttention":
        _set(module.in_proj_weight, torch.cat([held[name].T for name in projections]))
        _set(module.out_proj.weight, held["output"].T)
        if "query_bias" in held:
            _set(module.in_proj_bias, torch.cat([held[f"{name}_bias"] for name in projections]))
            _set(module.out_proj.bias, held["output_bias"])
        return
    for name in (*projections, "output"):
        _set(getattr(module, name).weight, held[name].T)
        if f"{name}_bias" in held:
            _set(getattr(module, name).bias, held[f"{name}_bias"])
    if "relative_bias" in held:
        _set(module.relative_bias, held["relative_bias"])


def write(path: Path) -> None:
    """Writes all answers, a line each."""
    lines = [f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers().items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
