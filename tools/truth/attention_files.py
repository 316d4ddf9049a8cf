"""Small networks with attention as both exporters of PyTorch write them, and what PyTorch counts in them.

`python -m tools.truth.attention_files tests/importers/data/onnx` writes `attention.zip`: the files, whose
weights are zeros after the export, and `truth.json`. It needs PyTorch with torchvision, onnx and onnxscript.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.vision_transformer import VisionTransformer

ZEROED = 16
"""Weights of more numbers than this become zeros in the file; shapes and scales have fewer."""


class Own(nn.Module):
    """Attention written by hand: `cut` says how query, key and value come out of one product."""

    def __init__(self, cut: str, heads: int = 3, width: int = 24, *, bias: bool = True) -> None:
        super().__init__()
        self.cut, self.heads, self.each = cut, heads, width // heads
        self.qkv = nn.Linear(width, 3 * width, bias=bias)
        self.proj = nn.Linear(width, width)
        self.norm = nn.LayerNorm(self.each)

    def forward(self, x: Any, mask: Any = None) -> Any:
        n, steps, width = x.shape
        qkv = self.qkv(x)
        if self.cut == "chunk":
            q, k, v = (
                part.view(n, steps, self.heads, self.each).transpose(1, 2)
                for part in qkv.chunk(3, -1)
            )
        else:
            q, k, v = qkv.view(n, steps, 3, self.heads, self.each).permute(2, 0, 3, 1, 4).unbind(0)
        if self.cut == "norm":
            q = self.norm(q)
        scores = (q @ k.transpose(-2, -1)) * self.each**-0.5
        if mask is not None:
            scores = scores + mask
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, steps, width))


class Module(nn.Module):
    """PyTorch's own module of one tensor, or of two or three."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(24, 3, batch_first=True, **options)

    def forward(self, *given: Any) -> Any:
        query, key, value = (given[0], given[min(1, len(given) - 1)], given[-1])
        return self.attention(query, key, value, need_weights=False)[0]


def encoder() -> nn.Module:
    """Two blocks on an image of 16 patches, with a class token and positions."""
    return VisionTransformer(
        image_size=32,
        patch_size=8,
        num_layers=2,
        num_heads=3,
        hidden_dim=24,
        mlp_dim=48,
        num_classes=5,
    )


ROW, OTHER = (1, 7, 24), (1, 5, 24)
NETWORKS: dict[str, tuple[Any, list[tuple[int, ...]]]] = {
    "vit": (encoder, [(1, 3, 32, 32)]),
    "packed": (lambda: Own("unbind"), [ROW]),
    "chunked": (lambda: Own("chunk", bias=False), [ROW]),
    "one_head": (lambda: Own("unbind", heads=1), [ROW]),
    "self": (Module, [ROW]),
    "cross": (Module, [ROW, OTHER]),
    "three": (lambda: Module(kdim=16, vdim=20), [ROW, (1, 5, 16), (1, 5, 20)]),
    "masked": (lambda: Own("unbind"), [ROW, (1, 1, 7, 7)]),
    "normed": (lambda: Own("norm"), [ROW]),
}


def export(module: nn.Module, inputs: tuple[Any, ...], *, dynamo: bool) -> bytes:
    """The file, its weights zeros."""
    data = io.BytesIO()
    if dynamo:
        torch.onnx.export(module, inputs, dynamo=True, verbose=False).save(data)  # type: ignore[union-attr]
    else:
        torch.onnx.export(module, inputs, data, dynamo=False, opset_version=17)
    model = onnx.load_from_string(data.getvalue())
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.size > ZEROED and values.dtype.kind == "f":
            weight.CopyFrom(numpy_helper.from_array(values * 0, weight.name))
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    return model.SerializeToString()


def facts(module: nn.Module, inputs: tuple[Any, ...]) -> dict[str, Any]:
    """Parameters, multiply-accumulates and the shape of what comes out."""
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH), torch.no_grad():
        output = module(*inputs)
    learnt = [
        p
        for name, p in module.named_parameters()
        if not name.startswith("norm.") or module.cut == "norm"
    ]  # type: ignore[union-attr]
    return {
        "params": sum(p.numel() for p in learnt),
        "macs": counter.get_total_flops() // 2,
        "output": list(output.shape[1:]),
    }


def main(folder: Path) -> None:
    """Write all files and what is true of them."""
    warnings.filterwarnings("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    torch.manual_seed(1)
    truth: dict[str, Any] = {"versions": {"torch": torch.__version__, "onnx": onnx.__version__}}
    with zipfile.ZipFile(folder / "attention.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (make, shapes) in NETWORKS.items():
            module = make().eval()
            for parameter in module.parameters():
                # Tensors that are equal would be stored once.
                nn.init.normal_(parameter)
            inputs = tuple(torch.randn(shape) for shape in shapes)
            truth[name] = facts(module, inputs)
            for exporter in ("script", "dynamo"):
                data = export(module, inputs, dynamo=exporter == "dynamo")
                archive.writestr(
                    zipfile.ZipInfo(f"{name}.{exporter}.onnx"), data, zipfile.ZIP_DEFLATED
                )
        archive.writestr(
            zipfile.ZipInfo("truth.json"), json.dumps(truth, indent=1), zipfile.ZIP_DEFLATED
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
