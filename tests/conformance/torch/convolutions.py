"""PyTorch's convolutions."""

from __future__ import annotations

from ..cases import Case
from ..stating import Stated, Statement, layer, ranked
from .views import claimed, through


def convolution(case: Case) -> Stated:
    """Its arguments are ours; a negative padding, which crops, is a pad before it."""
    claimed(case, "in_channels")
    args = case.args
    padding, mode = args.get("padding", 0), args.get("padding_mode", "zeros")
    if isinstance(padding, int) and padding < 0 and mode != "zeros":
        pad = {ranked("pad", case): {"amount": padding, "mode": mode}}
        drop = ("in_channels", "padding", "padding_mode")
        return through(case, pad, layer(ranked("conv", case), args, *drop))
    return through(case, layer(ranked("conv", case), args, "in_channels"))


def transposed(case: Case) -> Stated:
    """`padding` is cut from the output."""
    claimed(case, "in_channels")
    return through(case, layer(ranked("conv_transpose", case), case.args, "in_channels"))


TABLE: dict[str, Statement] = {}
for rank in (1, 2, 3):
    TABLE[f"Conv{rank}d"] = convolution
    TABLE[f"ConvTranspose{rank}d"] = transposed
