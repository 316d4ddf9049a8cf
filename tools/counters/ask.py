"""The counters, each as a function of a model and its input."""

from __future__ import annotations

import copy
import importlib.util
import inspect
import io
import sys
import tempfile
import types
import warnings
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn


def fvcore(model: nn.Module, x: torch.Tensor) -> Any:
    from fvcore.nn import FlopCountAnalysis

    counted = FlopCountAnalysis(model, x).unsupported_ops_warnings(False)
    return counted.uncalled_modules_warnings(False).total()


def thop(model: nn.Module, x: torch.Tensor) -> Any:
    from thop import profile

    return profile(model, inputs=(x,), verbose=False)[0]


def ptflops(model: nn.Module, x: torch.Tensor) -> Any:
    from ptflops import get_model_complexity_info

    return get_model_complexity_info(
        model,
        tuple(x.shape[1:]),
        as_strings=False,
        backend="pytorch",
        print_per_layer_stat=False,
        input_constructor=lambda _: {next(iter(_names(model))): x},
    )[0]


def _names(model: nn.Module) -> Any:
    return inspect.signature(model.forward).parameters


def torchinfo(model: nn.Module, x: torch.Tensor) -> Any:
    from torchinfo import summary

    return summary(model, input_data=x, verbose=0).total_mult_adds


def deepspeed(model: nn.Module, x: torch.Tensor) -> Any:
    flops, macs, _ = profiler().get_model_profile(
        model, args=[x], print_profile=False, detailed=False, as_string=False
    )
    return {"macs": macs, "flops": flops}


def onnx_tool(model: nn.Module, x: torch.Tensor, *, kept: bool = False) -> Any:
    import onnx_tool as tool

    file = Path(tempfile.gettempdir()) / "counters.onnx"
    torch.manual_seed(0)
    for tensor in [*model.parameters(), *model.buffers()]:
        if tensor.is_floating_point():
            torch.nn.init.uniform_(tensor.data, 0.5, 1.5)  # equal tensors would be merged
    options = (
        {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False} if kept else {}
    )
    torch.onnx.export(model, (x,), file, dynamo=False, opset_version=17, **options)
    found = tool.Model(str(file))
    found.graph.shape_infer({})
    found.graph.profile()
    return found.graph.macs[0]


TOOLS = {"fvcore": fvcore, "thop": thop, "ptflops": ptflops, "torchinfo": torchinfo,
         "deepspeed": deepspeed, "onnx-tool": onnx_tool}  # fmt: skip


def flop_counter(model: nn.Module, x: torch.Tensor) -> Any:
    from torch.utils.flop_counter import FlopCounterMode

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(x)
    return counter.get_total_flops()


def ask(model: nn.Module, x: torch.Tensor) -> dict[str, Any]:
    """What every tool says of a model; None where it fails."""
    counts = {"flop-counter": flop_counter(copy.deepcopy(model).eval(), x)}
    for name, tool in TOOLS.items():
        try:
            with (
                redirect_stdout(io.StringIO()),
                redirect_stderr(io.StringIO()),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")
                said = tool(copy.deepcopy(model).eval(), x)
            counts[name] = (
                {k: int(v) for k, v in said.items()} if isinstance(said, dict) else int(said)
            )
        except Exception as error:
            print("  ", name, repr(error)[:150])
            counts[name] = None
    return counts


@cache
def profiler() -> Any:
    """DeepSpeed's profiler without DeepSpeed, which wants a compiler."""
    path = sys.argv[1]
    for name in (
        "deepspeed",
        "deepspeed.utils",
        "deepspeed.moe",
        "deepspeed.moe.layer",
        "deepspeed.utils.timer",
        "deepspeed.accelerator",
        "deepspeed.utils.torch",
        "einops",
    ):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["deepspeed.utils"].logger = types.SimpleNamespace(
        info=lambda *_: None, warning=lambda *_: None
    )
    sys.modules["deepspeed.moe.layer"].MoE = type("MoE", (), {})
    sys.modules["deepspeed.utils.timer"].FORWARD_GLOBAL_TIMER = ""
    sys.modules["deepspeed.utils.timer"].BACKWARD_GLOBAL_TIMER = ""
    sys.modules["deepspeed.utils.timer"].STEP_GLOBAL_TIMER = ""
    sys.modules["deepspeed.accelerator"].get_accelerator = lambda: types.SimpleNamespace(
        synchronize=lambda: None, Event=None, use_host_timers=lambda: True
    )
    sys.modules["deepspeed.utils.torch"].required_torch_version = lambda **_: True
    sys.modules["einops"].einsum = lambda *_: None
    spec = importlib.util.spec_from_file_location("profiler", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def saved(model: nn.Module, x: torch.Tensor) -> Any:
    """The bytes of all tensors that autograd keeps, each once, weights and buffers aside."""
    own = {t.untyped_storage().data_ptr() for t in [*model.parameters(), *model.buffers()]}
    kept = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model(x)
    return sum(size for size, _ in kept.values())


def trained(model: nn.Module, x: torch.Tensor) -> dict[str, int]:
    """What a step of training keeps, and its MACs, twice."""
    from torch.utils.flop_counter import FlopCounterMode

    # As on a GPU: the mask of dropout is one byte per element.
    nn.functional.dropout = lambda x, p=0.5, training=True, inplace=False: torch.native_dropout(
        x, p, training
    )[0]
    model.train()
    kept = saved(model, x)
    with FlopCounterMode(display=False) as counter:
        model(x).sum().backward()
    return {"batch": len(x), "saved": kept, "flops": counter.get_total_flops()}
