"""OneFlow: the modules of `oneflow.nn` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Window
    from cnncalc.dialects.base.asked import Asked


def _strided_same(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode == "same" and asked.s > 1:
        raise dialect.refuse(
            "padding='same' is not supported for strided convolutions", key="padding"
        )


class Oneflow(Dialect):
    """OneFlow. As PyTorch, but `same` with an even kernel gives one output less."""

    title = "OneFlow"
    version = "0.9.0"
    source = "documentation of oneflow.nn; windows measured on the CPU"
    partial = True
    plain = EVERYWHERE

    pairs = ""
    numbers = f"{CONVOLUTIONS} {POOLS} conv_transpose"

    words_for_padding = "same: same, valid: valid"
    conv_same = "halved"
    empties = "max_pool avg_pool"
    merges_spread = True
    recurrent_biases = 2

    inputs = "in_channels in_features"
    neutral = "device"

    limits: ClassVar = {
        "conv": (_strided_same,),
        "max_pool": (limits.padding_of_half,),
        "avg_pool": (limits.padding_of_half, limits.dilation_of_pool),
    }

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """The number of max pools is divided before it is one more, towards zero; raises Refusal."""
        found = super().window(asked, others)
        missing = sum(found.padding) + asked.n - asked.extent + 2 * asked.s
        if asked.kind == "max_pool" and found.positions(asked.n) < 0 < missing:
            return asked.window(0, found.padding[0])
        return found

    told = """
conv | `same` with an even window gives one output less |
    same: P = ⌊(E − 1)/2⌋ on both sides
max_pool | as PyTorch; one window short gives an empty map |
    O = ⌈(I + 2P − E)/S⌉ + 1, less 1 if (O − 1)·S ≥ I + P
avg_pool | as max pools |
    divided by the elements of the window within the padded input
conv_transpose | any output_padding |
    O = (I − 1)·S − 2P + E + output_padding
adaptive_avg_pool | as PyTorch |
    from ⌊u·I/O⌋ up to ⌈(u + 1)·I/O⌉
"""
    spelling = """
adaptive_avg_pool | AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d | size: output_size
adaptive_max_pool | AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d | size: output_size
avg_pool | AvgPool1d, AvgPool2d, AvgPool3d | size: kernel_size, ceil: ceil_mode
batch_norm | BatchNorm1d, BatchNorm2d, BatchNorm3d
conv | Conv1d, Conv2d, Conv3d | filters: out_channels, kernel: kernel_size
conv_transpose | ConvTranspose1d, ConvTranspose2d, ConvTranspose3d |
    filters: out_channels, kernel: kernel_size
depthwise_conv | Conv2d with groups = in_channels | kernel: kernel_size
group_norm | GroupNorm | groups: num_groups
gru | GRU | units: hidden_size
lstm | LSTM | units: hidden_size
max_pool | MaxPool1d, MaxPool2d, MaxPool3d | size: kernel_size, ceil: ceil_mode
"""
