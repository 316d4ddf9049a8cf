"""Small networks as Core ML programs, written by coremltools, with their sizes as it infers them.

`python -m tools.truth.coreml_programs ARCHIVE` writes a zip archive: of each network the spec of its
package (the weights stay behind), and `facts.json` with what is known without cnncalc: `params`, the numbers
that the weights of its layers hold; `ops`, how often the program has each operation; and `outputs`, shapes.
They are modules of PyTorch, and one program of coremltools' own builder.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import coremltools as ct
import numpy as np
import torch
from coremltools.converters.mil import Builder
from coremltools.optimize import coreml as compress
from torch import nn
from torch.nn import functional

_DATE = (2026, 1, 1, 0, 0, 0)
_WEIGHTS = ("weight", "bias", "gamma", "beta", "mean", "variance", "alpha", "weight_ih", "weight_hh",
            "weight_ih_back", "weight_hh_back", "bias_back", "input_bias")  # fmt: skip
"""The arguments that hold weights."""


class Function(nn.Module):
    """A module that is one function."""

    def __init__(self, run: Callable[..., Any], **parts: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleDict(parts)
        self.run = run

    def forward(self, *x: torch.Tensor) -> Any:
        return self.run(*x, **self.parts)


def cnn() -> nn.Module:
    """A network for pictures: convolutions and activations of all sorts."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
        nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.Hardswish(), nn.Conv2d(8, 12, 1, groups=2), nn.SiLU(),
        nn.MaxPool2d(3, 2, 1), nn.Conv2d(12, 12, 3, padding=2, dilation=2), nn.PReLU(12), nn.GELU(),
        nn.AvgPool2d(2, 1, count_include_pad=False), nn.Upsample(scale_factor=2), nn.LeakyReLU(0.2), nn.ELU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 10), nn.Softmax(1),
    )  # fmt: skip


def norms() -> nn.Module:
    return nn.Sequential(
        nn.InstanceNorm2d(4, affine=True),
        nn.Conv2d(4, 6, (3, 1), padding=(1, 0)),
        nn.BatchNorm2d(6),
        nn.LocalResponseNorm(5),
        nn.LayerNorm([8, 8]),
        nn.InstanceNorm2d(6),
        nn.GroupNorm(2, 6),
    )


def moves(x: torch.Tensor, conv: nn.Module) -> Any:
    a, b = torch.split(x, [2, 2], 1)
    y = torch.cat([a, b * 2, conv(x)[:, :, 1:7, ::2].repeat(1, 1, 2, 2)[:, :, :8, :8]], 1)
    y = functional.pixel_shuffle(functional.pad(y, (1, 1, 0, 2), mode="reflect"), 2).mean(
        1, keepdim=True
    )
    y = functional.interpolate(y, size=(12, 10), mode="bilinear") + functional.interpolate(
        y, (12, 10), mode="nearest"
    )
    return y.permute(0, 2, 3, 1).reshape(1, 12, 10).amax(2), torch.stack([a, b], 1).sum((3, 4))


def attention(x: torch.Tensor, q: nn.Module, k: nn.Module, out: nn.Module) -> Any:
    tokens = x.flatten(2).transpose(1, 2)
    weights = torch.softmax(q(tokens) @ k(tokens).transpose(1, 2) / 4, -1)
    return out(torch.einsum("bij,bjc->bic", weights, tokens))


def recurrent(x: torch.Tensor, a: nn.Module, b: nn.Module) -> Any:
    return b(a(x)[0])[1][0]


def networks() -> Iterator[tuple[str, Any, tuple[Any, ...], dict[str, Any]]]:
    """Name, module, inputs, and what the converter is told."""
    image = (1, 3, 24, 20)
    yield "cnn", cnn(), (image,), {}
    yield "cnn_float32", cnn(), (image,), {"compute_precision": ct.precision.FLOAT32}
    yield "image", cnn(), (ct.ImageType("x", image, scale=1 / 255),), {}
    yield (
        "flexible",
        cnn()[:15],
        (ct.TensorType("x", (1, 3, ct.RangeDim(16, 64, 24), ct.RangeDim(16, 64, 24))),),
        {},
    )
    yield "norms", norms(), ((1, 4, 8, 8),), {}
    yield "moves", Function(moves, conv=nn.Conv2d(4, 4, 3, padding="same")), ((1, 4, 8, 8),), {}
    up = nn.Sequential(
        nn.ConvTranspose2d(4, 6, 3, 2, 1, output_padding=1),
        nn.Sigmoid(),
        nn.ConvTranspose2d(6, 6, 4, 2, 1, groups=3),
        nn.Tanh(),
        nn.ConvTranspose2d(6, 2, 2, 2, bias=False),
        nn.Softplus(),
    )
    yield "transposed", up, ((1, 4, 7, 5),), {}
    ceil = nn.Sequential(
        nn.MaxPool2d(3, 2, 0, ceil_mode=True),
        nn.Conv2d(4, 4, 1),
        nn.MaxPool2d(3, 2, 1, ceil_mode=True),
        nn.AvgPool2d(2, 2, ceil_mode=True),
    )
    yield "ceil", ceil, ((1, 4, 18, 15),), {}
    line = nn.Sequential(
        nn.Conv1d(4, 8, 3, 2, 1), nn.ReLU(), nn.MaxPool1d(2), nn.Flatten(), nn.Linear(40, 3)
    )
    yield "line", line, ((1, 4, 20),), {}
    volume = nn.Sequential(
        nn.Conv3d(2, 4, 3, padding=1), nn.ReLU(), nn.MaxPool3d(2), nn.Conv3d(4, 2, (1, 2, 2))
    )
    yield "volume", volume, ((1, 2, 6, 8, 8),), {}
    heads = {"q": nn.Linear(16, 16), "k": nn.Linear(16, 16, bias=False), "out": nn.Linear(16, 5)}
    yield "attention", Function(attention, **heads), ((1, 16, 4, 4),), {}
    cells = {"a": nn.LSTM(6, 8, bidirectional=True), "b": nn.LSTM(16, 4)}
    yield "loop", Function(lambda x, a: a(x)[0], a=nn.GRU(6, 4)), ((7, 1, 6),), {}
    yield "recurrent", Function(recurrent, **cells), ((7, 1, 6),), {}
    for name in ("palettized", "quantized"):
        yield (
            name,
            nn.Sequential(nn.Conv2d(3, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3)),
            ((1, 3, 12, 12),),
            {},
        )
    ios17 = {"minimum_deployment_target": ct.target.iOS18}
    yield "newest", Function(newest, conv=nn.Conv2d(4, 8, 3)), ((1, 4, 10, 10),), ios17


def newest(x: torch.Tensor, conv: nn.Module) -> Any:
    y = functional.pixel_unshuffle(conv(x), 2).flatten(2)[:, None]
    return functional.scaled_dot_product_attention(y, y, y)


def built() -> Any:
    """A program of operations that no module makes."""

    @Builder.program(input_specs=[Builder.TensorSpec(shape=(1, 4, 8, 8))])
    def program(x: Any) -> Any:
        weights = np.random.default_rng(1).normal(size=(6, 4, 3, 3)).astype("float32")
        y = Builder.conv(x=x, weight=weights, pad_type="same", strides=[2, 2])
        y = Builder.l2_pool(x=y, kernel_sizes=[2, 2], strides=[1, 1], pad_type="valid")
        y = Builder.avg_pool(x=y, kernel_sizes=[2, 2], strides=[1, 1], pad_type="same_lower")
        y = Builder.thresholded_relu(x=Builder.sigmoid_hard(x=y, alpha=0.2, beta=0.5), alpha=0.3)
        y = Builder.upsample_bilinear(
            x=y, scale_factor_height=4, scale_factor_width=4, align_corners=True
        )
        y = Builder.crop(x=y, crop_height=[1, 1], crop_width=[2, 0])
        y = Builder.space_to_depth(
            x=Builder.slice_by_size(x=y, begin=[0, 0, 1, 1], size=[1, 6, 8, 8]), block_size=2
        )
        y = Builder.softplus_parametric(
            x=y, alpha=np.ones(24, "float32"), beta=np.ones(24, "float32")
        )
        y = Builder.band_part(x=Builder.depth_to_space(x=y, block_size=2), lower=-1, upper=0)
        return Builder.topk(x=y, k=3, axis=3)[0]

    return program


def cells() -> Any:
    """Recurrent cells that no module becomes."""
    draw = np.random.default_rng(2)

    def numbers(*shape: int) -> Any:
        return draw.normal(size=shape).astype("float32")

    @Builder.program(input_specs=[Builder.TensorSpec(shape=(7, 1, 6))])
    def program(x: Any) -> Any:
        state = np.zeros((1, 5), "float32")
        y, _ = Builder.gru(x=x, initial_h=state, weight_ih=numbers(15, 6), weight_hh=numbers(15, 5),
                           bias=numbers(15), output_sequence=True)  # fmt: skip
        _, last = Builder.rnn(x=y, initial_h=state[:, :4], weight_ih=numbers(4, 5), weight_hh=numbers(4, 4),
                              bias=numbers(4))  # fmt: skip
        return Builder.reduce_max(
            x=Builder.stack(values=[last, Builder.square(x=last)], axis=0), axes=[0]
        )

    return program


def settle(module: nn.Module) -> nn.Module:
    """With statistics and weights that are no constants, so that nothing is dropped or stored once."""
    torch.manual_seed(0)
    for tensor in (*module.parameters(), *module.buffers()):
        if tensor.is_floating_point():
            tensor.data.uniform_(0.1, 0.9)
    return module.eval()


def convert(name: str, module: Any, inputs: tuple[Any, ...], told: dict[str, Any]) -> Any:
    """The model of a module."""
    types = [ct.TensorType(f"x{i}" if i else "x", given) if isinstance(given, tuple) else given
             for i, given in enumerate(inputs)]  # fmt: skip
    samples = tuple(
        torch.rand([n if isinstance(n, int) else n.default for n in given.shape.shape])
        for given in types
    )
    traced = torch.jit.trace(settle(module), samples)
    model = ct.convert(traced, inputs=types, convert_to="mlprogram", skip_model_load=True, **told)
    if name == "palettized":
        settings = compress.OptimizationConfig(
            compress.OpPalettizerConfig("uniform", nbits=4, weight_threshold=0)
        )
        model = compress.palettize_weights(model, settings)
    if name == "quantized":
        settings = compress.OptimizationConfig(compress.OpLinearQuantizerConfig(weight_threshold=0))
        model = compress.linear_quantize_weights(model, settings)
    return model


def facts(spec: Any) -> dict[str, Any]:
    """What a program says of itself, by coremltools' own reader of it."""
    [function] = spec.mlProgram.functions.values()
    block = function.block_specializations[function.opset]
    sizes: dict[str, list[int]] = {}
    constants, params = set(), 0
    for op in block.operations:
        for output in op.outputs:
            dims = output.type.tensorType.dimensions
            sizes[output.name] = [d.constant.size if d.HasField("constant") else 0 for d in dims]
            if op.type.startswith("const"):
                constants.add(output.name)
    counted: set[str] = set()
    for op in block.operations:
        for key, argument in op.inputs.items():
            for binding in argument.arguments:
                size = sizes.get(binding.name, [])
                if (
                    key in _WEIGHTS
                    and binding.name in constants
                    and size
                    and binding.name not in counted
                ):
                    counted.add(binding.name)
                    params += int(np.prod(size))
    ops = Counter(op.type for op in block.operations if not op.type.startswith("const"))
    return {
        "params": params,
        "ops": dict(sorted(ops.items())),
        "outputs": [sizes[name] for name in block.outputs],
    }


def main(archive: str) -> None:
    """Write the archive."""
    found = {}
    with (
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out,
        tempfile.TemporaryDirectory() as folder,
    ):
        models = (
            (name, convert(name, module, inputs, told)) for name, module, inputs, told in networks()
        )
        programs = ((made.__name__, ct.convert(made(), convert_to="mlprogram", skip_model_load=True))
                    for made in (built, cells))  # fmt: skip
        for name, model in (*models, *programs):
            package = Path(folder, f"{name}.mlpackage")
            model.save(str(package))
            data = (package / "Data/com.apple.CoreML/model.mlmodel").read_bytes()
            out.writestr(zipfile.ZipInfo(f"{name}.mlmodel", _DATE), data, zipfile.ZIP_DEFLATED)
            found[name] = facts(model.get_spec())
        out.writestr(
            zipfile.ZipInfo("facts.json", _DATE), json.dumps(found, indent=1), zipfile.ZIP_DEFLATED
        )


if __name__ == "__main__":
    main(sys.argv[1])
