"""PyTorch's convolutions."""

from __future__ import annotations

from ..cases import Case
from ..stating import Entry, Stated, Statement, Unstated, layer, ranked
from .views import claimed, per_axis, through


def convolution(case: Case) -> Stated:
    """Padding that is not of zeros is a pad before the convolution."""
    claimed(case, "in_channels")
    args, mode = case.args, case.args.get("padding_mode", "zeros")
    drop = ("in_channels", "padding_mode")
    if mode == "zeros" or args.get("padding", 0) in (0, "valid") or strided_same(case):
        return through(case, layer(ranked("conv", case), args, *drop))
    pad = {ranked("pad", case): {"amount": amounts(case), "mode": mode}}
    return through(case, pad, layer(ranked("conv", case), args, *drop, "padding"))


def strided_same(case: Case) -> bool:
    """What PyTorch refuses before it looks at the mode."""
    strides = per_axis(case.args.get("stride", 1), case.rank)
    return case.args.get("padding") == "same" and any(s > 1 for s in strides)


def amounts(case: Case) -> list[list[int]]:
    """What a convolution pads before and after each axis; an odd total has its extra after."""
    padding = case.args["padding"]
    if padding != "same":
        return [[p, p] for p in per_axis(padding, case.rank)]
    kernel = per_axis(case.args["kernel_size"], case.rank)
    dilation = per_axis(case.args.get("dilation", 1), case.rank)
    totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    return [[t // 2, t - t // 2] for t in totals]


def transposed(case: Case) -> Stated:
    """`padding` is cut from the output; there is no mode but zeros."""
    claimed(case, "in_channels")
    if case.args.get("padding_mode", "zeros") != "zeros":
        raise Unstated("padding_mode")
    entry: Entry = layer(ranked("conv_transpose", case), case.args, "in_channels", "padding_mode")
    return through(case, entry)


TABLE: dict[str, Statement] = {}
for rank in (1, 2, 3):
    TABLE[f"Conv{rank}d"] = convolution
    TABLE[f"ConvTranspose{rank}d"] = transposed
