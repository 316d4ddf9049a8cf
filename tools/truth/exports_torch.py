"""What PyTorch makes of the code of a network: the shapes of its layers, its weights, its MACs."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from cnncalc.exporters.base.place import translate
from cnncalc.exporters.base.torch_table import LAYERS, WHY
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from types import ModuleType

    from cnncalc.network import Network

__all__ = ["ask", "params"]

KINDS = ("Conv", "BatchNorm", "InstanceNorm", "GroupNorm", "MaxPool", "AvgPool", "AdaptiveAvg")
"""How modules are called whose output has the axes that a map has here."""
STATISTICS = ("running_mean", "running_var", "relative_index")


def ask(module: ModuleType, network: Network) -> dict[str, Any]:
    """Builds the last class of the module on tensors without values, and runs it on one example.

    Raises ArithmeticError if a layer has another output, or the network other totals, than cnncalc says.
    """
    classes = [
        v for v in vars(module).values() if isinstance(v, type) and v.__module__ == "exported"
    ]
    with torch.device("meta"):
        model = classes[-1]().eval()
        given = [
            _example(axes_of(n.output), ids=n.output.is_tokens)
            for n in network.nodes
            if n.layer is None
        ]
        regions = [n.layer.rois for n in network.nodes if n.op in ("roi_align", "roi_pool")]
        given += [torch.zeros(count, 5) for count in regions]
    shapes: list[tuple[int, ...]] = []
    for part in model.modules():
        if type(part).__module__.startswith("torch.") and type(part).__name__.startswith(KINDS):
            part.register_forward_hook(lambda _, __, output: shapes.append(tuple(output.shape[1:])))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        outputs = model(*given)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    compared = _expected(network)
    if shapes != compared:
        pairs = zip_longest(shapes, compared)
        raise ArithmeticError(
            f"{network.name}: {next(pair for pair in pairs if pair[0] != pair[1])}"
        )
    totals = {
        "outputs": [list(output.shape[1:]) for output in outputs],
        "params": sum(parameter.numel() for parameter in model.parameters()),
        "buffers": sum(b.numel() for name, b in model.named_buffers() if name.endswith(STATISTICS)
                       or "." not in name.removeprefix("pos")),
        "macs": int(counter.get_total_flops()) // 2,
    }  # fmt: skip
    return {"layers": len(shapes), **totals}


def params(module: ModuleType, **arguments: Any) -> int:
    """The parameters of the network with other arguments."""
    with torch.device("meta"):
        model = list(vars(module).values())[-1](**arguments)
    return sum(parameter.numel() for parameter in model.parameters())


def _expected(network: Network) -> list[tuple[int, ...]]:
    """The shapes that the modules of a network are to give, in order."""
    found = []
    codes = translate(network, LAYERS, WHY, "PyTorch")
    for node in network.nodes:
        code = codes.get(node.index)
        for suffix, made in code.made.items() if code else ():
            if not made.function.removeprefix("nn.").startswith(KINDS):
                continue
            x = network.nodes[node.inputs[0]].output
            # What is computed within a layer has the channels that it reads.
            inner = suffix == "depthwise"
            channels = x.channels * node.layer.multiplier if inner else node.output.channels
            shape = node.output._replace(channels=channels)
            calls = code.given.count("{m}(") if not suffix else 1
            found += [axes_of(shape)] * calls
    return found


def _example(axes: tuple[int, ...], *, ids: bool) -> torch.Tensor:
    """One example; ids have no channels."""
    if ids:
        return torch.zeros(1, *axes[1:], dtype=torch.long)
    return torch.zeros(1, *axes)
