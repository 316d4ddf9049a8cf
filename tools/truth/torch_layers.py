"""Asks PyTorch: modules executed on the CPU."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from .refusal import refusal
from .torch_draws import DRAWS, FEW

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

logging.disable(logging.WARNING)
warnings.simplefilter("ignore")
torch.set_num_threads(1)

ARGS = "args"
VERSIONS = {"torch": torch.__version__}

UNMEASURED = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "Bilinear")
"""Modules whose kernels the counter does not see."""

NOTE = (
    "in/out include the batch axis (2) unless the case is unbatched; macs_b1 = FlopCounterMode / 2 at "
    "batch 1, absent if 0, null if not measured; stage = ctor|forward"
)


def ask(cls: str, args: dict[str, Any], shapes: list[Any]) -> dict[str, Any]:
    """What PyTorch says to `cls(**args)` on tensors of `shapes`."""
    torch.manual_seed(0)
    try:
        module = getattr(torch.nn, cls)(
            **{name: tuples(value) for name, value in args.items()}
        ).eval()
    except Exception as error:
        return refusal(error, "ctor")
    params = sum(p.numel() for p in module.parameters())
    answer: dict[str, Any] = {"params": params}
    if buffers := sum(b.numel() for b in module.buffers()):
        answer["buffers"] = buffers
    try:
        answer["out"] = nested(module(*tensors(cls, args, shapes)))
    except Exception as error:
        return {**answer, **refusal(error, "forward")}
    macs = None if cls in UNMEASURED else multiply_accumulates(module, cls, args, shapes)
    return answer if macs == 0 else {**answer, "macs_b1": macs}


def tuples(value: Any) -> Any:
    """JSON's lists as the tuples that some modules insist on."""
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def tensors(cls: str, args: dict[str, Any], shapes: list[Any]) -> list[torch.Tensor]:
    """Inputs of these shapes: token ids for embeddings, query, key and value for attention."""
    if cls.startswith("Embedding"):
        return [torch.randint(0, args["num_embeddings"], shape) for shape in shapes]
    inputs = [torch.randn(*shape) for shape in shapes]
    return inputs * 3 if cls == "MultiheadAttention" and len(inputs) == 1 else inputs


def multiply_accumulates(
    module: torch.nn.Module, cls: str, args: dict[str, Any], shapes: list[Any]
) -> int | None:
    """Half the operations that the counter sees for one example."""
    batched = [shape for shape in shapes if shape[0] == 2]
    first = 0 if not cls.startswith("Multihead") or args.get("batch_first") else 1
    single = [[1 if i == first else n for i, n in enumerate(shape)] for shape in shapes]
    if first == 0 and (len(batched) < len(shapes) or is_unbatched(cls, shapes[0])):
        single = shapes
    try:
        with FlopCounterMode(display=False) as counter:
            module(*tensors(cls, args, single))
    except Exception:
        return None
    return int(counter.get_total_flops()) // 2


def is_unbatched(cls: str, shape: list[int]) -> bool:
    """Whether the module takes the shape as that of one example."""
    rank = next((int(c) for c in cls if c in "123"), 0)
    return bool(rank) and len(shape) == rank + 1


def nested(value: Any) -> Any:
    """The shapes of whatever comes out."""
    return list(value.shape) if isinstance(value, torch.Tensor) else [nested(v) for v in value]
