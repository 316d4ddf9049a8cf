"""Asks timm and torchvision for their layers, and PyTorch for what papers say put together.

What is put together is built of the operations that do the work: windows are unfolded, weights
are parameters, products are batched. So the sizes, the numbers of weights and the products are
those that PyTorch makes of a definition, not those of a formula.
"""

from __future__ import annotations

from functools import partial
from math import prod
from typing import Any

import timm.layers
import torch
import torchvision
from timm.models.mlp_mixer import Affine
from timm.models.vision_transformer import VisionTransformer
from torch import nn
from torch.ao import quantization
from torch.nn import functional
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.swin_transformer import ShiftedWindowAttention
from torchvision.models.video.swin_transformer import ShiftedWindowAttention3d

from . import torch_ops
from .built_draws import DRAWS, FEW
from .torch_layers import tuples
from .torch_ops import ARGS, VERSIONS, Function

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

# Only what is written out as products is counted.
timm.layers.set_fused_attn(False)

NOTE = (
    "in/out include the batch axis (2), regions of interest in its place; macs_b1 = FlopCounterMode / 2 at "
    "batch 1, absent if 0, null if not measured; stage = ctor|forward. VisionTransformer has no blocks; "
    "Involution2d, Carafe2d, Coordinates, Gram, losses, LocallyConnected, PositionalEmbedding, Scale and "
    "WeightedAdd are put together; AnchorGenerator has the coordinates of a position as its channels"
)


class Positions(nn.Module):
    """A table that is added, as far as it is needed."""

    def __init__(self, channels: int, positions: Any, *, learnt: bool) -> None:
        super().__init__()
        table = torch.randn(1, channels, *positions)
        if learnt:
            self.table = nn.Parameter(table)
        else:
            self.register_buffer("table", table)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        table = self.table
        for axis, n in enumerate(x.shape[2:], 2):
            table = table.narrow(axis, 0, n)
        return x + table


class Scale(nn.Module):
    """A learnt factor, and a summand, for every place of some axes."""

    def __init__(self, axes: Any, sizes: Any, *, shift: bool) -> None:
        super().__init__()
        self.places = dict(zip(axes, sizes, strict=True))
        shape = [self.places[axis] for axis in sorted(self.places)]
        self.factor = nn.Parameter(torch.randn(shape))
        self.summand = nn.Parameter(torch.randn(shape)) if shift else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shape = [self.places.get(axis, 1) for axis in range(x.dim())]
        out = x * self.factor.reshape(shape)
        return out if self.summand is None else out + self.summand.reshape(shape)


class WeightedAdd(nn.Module):
    """The fusion of BiFPN: learnt weights, normalised."""

    def __init__(self, count: int, normalise: str, channels: int | None = None) -> None:
        super().__init__()
        self.normalise = normalise
        self.fusion = nn.Parameter(torch.rand(count, *([channels] if channels else [])))

    def forward(self, *operands: torch.Tensor) -> torch.Tensor:
        weights = self.fusion
        if self.normalise == "fast":
            weights = weights.relu() / (weights.relu().sum(0) + 1e-4)
        elif self.normalise == "softmax":
            weights = weights.softmax(0)
        shape = [-1, *(1 for _ in operands[0].shape[2:])] if weights.dim() > 1 else []
        return sum(w.reshape(shape) * x for w, x in zip(weights, operands, strict=True))


def unfolded(x: torch.Tensor, kernel: Any, stride: Any, padding: Any) -> torch.Tensor:
    """The windows of a map: batch, positions per axis, channels × kernel."""
    rank = len(kernel)
    x = functional.pad(x, [p for p in padding[::-1] for _ in range(2)])
    for axis, (k, s) in enumerate(zip(kernel, stride, strict=True), 2):
        x = x.unfold(axis, k, s)
    return x.movedim(1, 1 + rank).flatten(1 + rank)


class LocallyConnected(nn.Module):
    """Filters of their own for every window."""

    def __init__(self, in_channels: int, out_channels: int, size: Any, kernel_size: Any,
                 stride: Any = None, padding: Any = None, *, bias: bool = True) -> None:  # fmt: skip
        super().__init__()
        rank = len(size)
        self.how = kernel_size, stride or (1,) * rank, padding or (0,) * rank
        _, *self.made, taps = unfolded(torch.zeros(1, in_channels, *size), *self.how).shape
        self.kernel = nn.Parameter(torch.randn(prod(self.made), taps, out_channels))
        self.bias = nn.Parameter(torch.randn(out_channels, *self.made)) if bias else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        windows = unfolded(x, *self.how).flatten(1, -2).movedim(0, 1)
        out = torch.bmm(windows, self.kernel).permute(1, 2, 0).reshape(len(x), -1, *self.made)
        return out if self.bias is None else out + self.bias


def involution(x: torch.Tensor, weights: torch.Tensor, groups: int, kernel_size: Any,
               stride: Any, padding: Any, dilation: Any) -> torch.Tensor:  # fmt: skip
    """Li et al. 2021: a kernel for every position, shared by the channels of a group."""
    windows = functional.unfold(x, kernel_size, dilation, padding, stride)
    size = weights.shape[2:]
    windows = windows.reshape(len(x), groups, x.shape[1] // groups, prod(kernel_size), *size)
    kernels = weights.reshape(len(x), groups, 1, prod(kernel_size), *size)
    return (windows * kernels).sum(3).flatten(1, 2)


def carafe(x: torch.Tensor, weights: torch.Tensor, groups: int, kernel_size: int,
           scale_factor: int) -> torch.Tensor:  # fmt: skip
    """Wang et al. 2019: the window around the input that an output lies over, weighted."""
    windows = functional.unfold(x, kernel_size, padding=kernel_size // 2)
    windows = windows.reshape(len(x), -1, *x.shape[2:])
    windows = functional.interpolate(windows, scale_factor=scale_factor, mode="nearest")
    size = windows.shape[2:]
    windows = windows.reshape(len(x), groups, x.shape[1] // groups, kernel_size**2, *size)
    return (
        (windows * weights.reshape(len(x), groups, 1, kernel_size**2, *size)).sum(3).flatten(1, 2)
    )


def coordinates(x: torch.Tensor, *, radius: bool) -> torch.Tensor:
    """Liu et al. 2018: where a position is, from −1 to 1, and how far from the centre."""
    axes = torch.meshgrid(*(torch.linspace(-1, 1, n) for n in x.shape[2:]), indexing="ij")
    found = torch.stack([*axes, torch.stack(axes).square().sum(0).sqrt()][: None if radius else -1])
    return found.expand(len(x), *found.shape)


def gram(x: torch.Tensor) -> torch.Tensor:
    """Every channel times every other."""
    flat = x.flatten(2)
    return flat @ flat.mT


def summed(x: torch.Tensor) -> torch.Tensor:
    """One number for every example."""
    return x.flatten(1).sum(1, keepdim=True)


def content_loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Gatys et al. 2015: of features of one shape, which PyTorch would spread."""
    if x.shape != y.shape:
        raise ValueError("different shapes")
    return summed(functional.mse_loss(x, y, reduction="none")) / 2


def contrastive_loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Hadsell et al. 2006, of examples of two kinds."""
    return summed((1 - functional.pairwise_distance(x, y, keepdim=True)).relu().square())


def triplet_loss(anchor: torch.Tensor, positive: torch.Tensor, negative: torch.Tensor) -> Any:
    """A number for every example."""
    loss = nn.TripletMarginLoss(reduction="none")
    return loss(anchor, positive, negative)[:, None]


def boxes(rois: int, shape: Any) -> torch.Tensor:
    """So many regions of the first image, which are the whole of it."""
    _, _, h, w = shape
    return torch.tensor([[0.0, 0.0, 0.0, 2.0 * w, 2.0 * h]]).expand(rois, 5)


def roi(function: Any, x: torch.Tensor, rois: int, **args: Any) -> torch.Tensor:
    """A function of torchvision on that many regions."""
    return function(x, boxes(rois, x.shape).to(x.dtype), **args)


def anchors(x: torch.Tensor, sizes: Any, aspect_ratios: Any) -> torch.Tensor:
    """The boxes of every position as channels."""
    image = torch.zeros(len(x), 3, 8 * x.shape[2], 8 * x.shape[3])
    generator = AnchorGenerator((tuple(sizes),), (tuple(aspect_ratios),))
    found = generator(ImageList(image, [tuple(image.shape[2:])] * len(x)), [x])
    return torch.stack(found).reshape(len(x), *x.shape[2:], -1).movedim(-1, 1)


def vision_transformer(**args: Any) -> nn.Module:
    """All before the first block."""
    return VisionTransformer(
        **args, depth=0, num_classes=0, global_pool="", num_heads=1, final_norm=False, fc_norm=False
    )


MODULES: dict[str, Any] = {
    "Affine": Affine,
    "Attention": timm.layers.Attention,
    "DeQuantStub": quantization.DeQuantStub,
    "DropPath": timm.layers.DropPath,
    "LayerScale": timm.layers.LayerScale,
    "LayerScale2d": timm.layers.LayerScale2d,
    "QuantStub": quantization.QuantStub,
    "Scale": Scale,
    "ShiftedWindowAttention": ShiftedWindowAttention,
    "ShiftedWindowAttention3d": ShiftedWindowAttention3d,
    "StochasticDepth": torchvision.ops.StochasticDepth,
    "VisionTransformer": vision_transformer,
    "WeightedAdd": WeightedAdd,
}

FUNCTIONS: dict[str, Any] = {
    "AnchorGenerator": anchors,
    "Carafe2d": carafe,
    "ContentLoss": content_loss,
    "ContrastiveLoss": contrastive_loss,
    "Gram": gram,
    "Involution2d": involution,
    "RoIAlign": partial(roi, torchvision.ops.roi_align),
    "RoIPool": partial(roi, torchvision.ops.roi_pool),
    "StyleLoss": lambda x, y: content_loss(gram(x), gram(y)),
    "TripletMarginLoss": triplet_loss,
}
for rank in (1, 2, 3):
    MODULES |= {
        f"LocallyConnected{rank}d": LocallyConnected,
        f"PositionalEmbedding{rank}d": Positions,
    }
    FUNCTIONS[f"Coordinates{rank}d"] = coordinates


UNMEASURED = ("Carafe2d", "Involution2d")
"""Functions that multiply windows element by element, which the counter does not see."""


def make(cls: str, args: dict[str, Any]) -> nn.Module:
    """The module of a name in `DRAWS`."""
    if "WindowAttention" not in cls:  # it wants lists
        args = {name: tuples(value) for name, value in args.items()}
    if cls in MODULES:
        module: nn.Module = MODULES[cls](**args)
        return module
    return Function(FUNCTIONS[cls], **args)


def ask(cls: str, args: dict[str, Any], shapes: list[Any]) -> dict[str, Any]:
    """What the module says to tensors of `shapes`."""
    answer = torch_ops.ask(cls, args, shapes, make)
    return {**answer, "macs_b1": None} if cls in UNMEASURED and "out" in answer else answer
