"""What PyTorch makes of the code of a network: the shapes of its layers, its weights, its MACs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from cnncalc.exporters.base.place import translate
from cnncalc.exporters.base.torch_table import LAYERS, WHY
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from types import ModuleType

    from cnncalc.network import Network

__all__ = ["ask"]

COMPARED = (nn.modules.conv._ConvNd, nn.modules.batchnorm._NormBase, nn.modules.pooling._MaxPoolNd,
            nn.modules.pooling._AvgPoolNd, nn.modules.pooling._AdaptiveAvgPoolNd, nn.GroupNorm)  # fmt: skip
"""Modules whose output has the axes that a map has here."""
KINDS = ("nn.Conv", "nn.BatchNorm", "nn.InstanceNorm", "nn.GroupNorm", "nn.MaxPool", "nn.AvgPool", "nn.AdaptiveAvg")
"""Their names."""
STATISTICS = ("running_mean", "running_var", "relative_index")


def ask(module: ModuleType, network: Network) -> dict[str, Any]:
    """Builds the last class of the module on tensors without values, and runs it on one example.

    Raises ArithmeticError if a layer has another output, or the network other totals, than cnncalc says.
    """
    classes = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == "exported"]
    with torch.device("meta"):
        model = classes[-1]().eval()
        given = [_example(axes_of(n.output), ids=n.output.is_tokens) for n in network.nodes if n.layer is None]
        regions = [n.layer.rois for n in network.nodes if n.op in ("roi_align", "roi_pool")]
        given += [torch.zeros(count, 5) for count in regions]
    shapes: list[tuple[int, ...]] = []
    for part in model.modules():
        if isinstance(part, COMPARED):
            part.register_forward_hook(lambda _, __, output: shapes.append(tuple(output.shape[1:])))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        outputs = model(*given)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    compared = _expected(network)
    if shapes != compared:
        raise ArithmeticError(f"{network.name}: {list(zip(shapes, compared, strict=False))}")
    totals = {
        "outputs": [list(output.shape[1:]) for output in outputs],
        "params": sum(parameter.numel() for parameter in model.parameters()),
        "buffers": sum(b.numel() for name, b in model.named_buffers() if name.endswith(STATISTICS)
                       or "." not in name.removeprefix("pos")),
        "macs": int(counter.get_total_flops()) // 2,
    }  # fmt: skip
    return {"layers": len(shapes), **totals}


def _expected(network: Network) -> list[tuple[int, ...]]:
    """The shapes that the modules of a network are to give, in order."""
    found = []
    codes = translate(network, LAYERS, WHY, "PyTorch")
    for node in network.nodes:
        code = codes.get(node.index)
        for suffix, made in code.made.items() if code else ():
            if not made.function.startswith(KINDS):
                continue
            x = network.nodes[node.inputs[0]].output
            # What is computed within a layer has the channels that it reads.
            inner = suffix == "depthwise"
            shape = node.output if not inner else node.output._replace(channels=x.channels * node.layer.multiplier)
            calls = code.given.count("{m}(") if not suffix else 1
            found += [axes_of(shape)] * calls
    return found


def _example(axes: tuple[int, ...], *, ids: bool) -> torch.Tensor:
    """One example; ids have no channels."""
    if ids:
        return torch.zeros(1, *axes[1:], dtype=torch.long)
    return torch.zeros(1, *axes)
