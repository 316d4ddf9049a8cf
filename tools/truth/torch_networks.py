"""Asks PyTorch for whole networks: torchvision's and timm's, on tensors without values."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from math import prod
from typing import TYPE_CHECKING, Any
from unittest import mock

import torch
from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.regnet import BlockParams
from torchvision.models.swin_transformer import ShiftedWindowAttention
from torchvision.ops.misc import FrozenBatchNorm2d

if TYPE_CHECKING:
    from .networks import Asked

__all__ = ["ask"]

warnings.simplefilter("ignore")

LIBRARIES = ("torch", "torchvision", "timm", "ultralytics", "effdet")
NORMS = (_NormBase, nn.LayerNorm, nn.GroupNorm, FrozenBatchNorm2d)
ATTENTIONS = (nn.MultiheadAttention, ShiftedWindowAttention)
"""Modules whose projections are used as functions, so that their dense layers are never called."""
RECURRENT = (nn.LSTM, nn.GRU, nn.RNN)
"""Modules whose first axis is the batch, as they are used here, and the second the steps."""
CHANNELS_LAST = (nn.Linear, nn.LayerNorm, *ATTENTIONS, *RECURRENT)
"""Modules over the last axis; classes derived from them may move the channels themselves."""


def ask(asked: Asked) -> dict[str, Any]:
    """What runs in the model, and what it holds."""
    torch.manual_seed(0)
    with torch.device("meta"), values_for_regnet():
        model = asked.make().eval()
        image = torch.empty(1, *asked.input)
    model.training = asked.heads
    layers: list[list[Any]] = []
    for module in model.modules():
        if kind(module):
            module.register_forward_hook(lambda *call: layers.append(row(*call)))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(image)
    macs = int(counter.get_total_flops()) // 2
    if macs != sum(layer[-1] for layer in layers) + products(model, counter):
        raise ArithmeticError(f"{asked}: the counter sees {macs} MACs, the layers have others")
    buffers = {name: buffer.numel() for name, buffer in model.named_buffers()}
    statistics = ("running_mean", "running_var", "relative_position_index")
    totals = {
        "params": sum(parameter.numel() for parameter in model.parameters()),
        "buffers": sum(count for name, count in buffers.items() if name.endswith(statistics)),
        "macs": macs,
    }
    classes = {type(module).__module__.partition(".")[0] for module in model.modules()}
    # Without the build, which changes no answer: 2.13.0+cpu.
    versions = {name: version(name).partition("+")[0] for name in LIBRARIES if name in classes}
    return {"versions": versions, "layers": layers, "totals": totals}


def products(model: nn.Module, counter: FlopCounterMode) -> int:
    """MACs of products of tensors that no row has: those of attention that is written out."""
    if any(isinstance(module, ATTENTIONS) for module in model.modules()):
        return 0
    return int(counter.get_flop_counts()["Global"].get(torch.ops.aten.bmm, 0)) // 2


def kind(module: nn.Module) -> str:
    """What a module is to us; empty for all without MACs or statistics."""
    if isinstance(module, _ConvTransposeNd):
        return "conv_transpose"
    if isinstance(module, _ConvNd):
        return "conv"
    if isinstance(module, nn.Linear):
        return "dense"
    if isinstance(module, ATTENTIONS):
        return "attention"
    if isinstance(module, RECURRENT):
        return "recurrent"
    return "norm" if isinstance(module, NORMS) else ""


def row(module: nn.Module, inputs: Any, output: Any) -> list[Any]:
    """[kind, output, params, MACs] of one call."""
    # Behind the output of PyTorch's attention come its weights, if they are asked for.
    output = output[0] if isinstance(output, tuple) else output
    shape = list(output.shape[1:])
    if type(module) in CHANNELS_LAST:
        shape = shape[-1:] + shape[:-1]
    whole = isinstance(module, ATTENTIONS)
    params = sum(parameter.numel() for parameter in module.parameters(recurse=whole))
    return [kind(module), shape, params, multiply_accumulates(module, inputs[0], output)]


def multiply_accumulates(module: Any, given: torch.Tensor, output: torch.Tensor) -> int:
    """Weights of a filter × where it is applied; a transposed filter is applied to the input."""
    if isinstance(module, NORMS):
        return 0
    if isinstance(module, ATTENTIONS):
        *sizes, channels = output.shape[1:]
        window = getattr(module, "window_size", sizes)
        pairs = prod(window)
        positions = prod(-(-n // w) * w for n, w in zip(sizes, window, strict=True))
        # Four projections, query × key, and weights × value.
        return int(positions * channels * (4 * channels + 2 * pairs))
    if isinstance(module, RECURRENT):
        weights = sum(p.numel() for name, p in module.named_parameters() if "weight" in name)
        return int(output.shape[1]) * weights
    places = given if isinstance(module, _ConvTransposeNd) else output
    return int(places.numel() * module.weight[0].numel())


def values_for_regnet() -> Any:
    """RegNet finds its widths with tensors, which must have values although the model has none."""
    original = BlockParams.from_init_params

    def on_cpu(**given: Any) -> BlockParams:
        with torch.device("cpu"):
            return original(**given)

    return mock.patch.object(BlockParams, "from_init_params", on_cpu)
