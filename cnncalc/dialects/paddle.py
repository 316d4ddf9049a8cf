"""PaddlePaddle: the layers of `paddle.nn` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.rounding import ROUNDING
from cnncalc.arithmetic.windows import TransposedWindow
from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Window
    from cnncalc.dialects.base.asked import Asked


def _rounded_valid(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode == "valid" and asked.rounding == "ceil":
        raise dialect.refuse("padding VALID goes without ceil_mode", key="ceil")


class Paddle(Dialect):
    """PaddlePaddle. SAME forgets the dilation, ceil keeps windows of padding, averages leave it out."""

    title = "PaddlePaddle"
    version = "3.3.1"
    source = "documentation of paddle.nn; windows measured on the CPU"
    partial = True
    plain = EVERYWHERE

    words_for_padding = "SAME: same, VALID: valid"
    conv_rounding = "truncated"
    pool_rounding = "truncated"
    ceil_unpadded = "full"
    ceil_padded = "full"
    empties = "conv max_pool avg_pool conv_transpose"
    averages: ClassVar = {"inputs": "inputs", "counted": "before"}
    merges_spread = True
    recurrent_biases = 2

    neutral = "weight_attr bias_attr data_format"

    limits: ClassVar = {
        "max_pool": (_rounded_valid, limits.dilation_of_pool),
        "avg_pool": (_rounded_valid, limits.dilation_of_pool),
        "conv_transpose": (limits.extra_of_stride,),
    }

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """With `same`, the dilation is forgotten, and rounding up adds a stride less one; raises Refusal."""
        if asked.kind == "conv" and asked.mode == "same":
            asked = asked._replace(d=1)
        found = super().window(asked, others)
        if asked.is_pool and asked.mode == "same" and asked.rounding == "ceil":
            room = asked.n + sum(found.padding) - asked.k + asked.s - 1
            return asked.window(ROUNDING["truncated"](room, asked.s, 0), found.padding[0])
        return found

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """`same` forgets the dilation, and cuts off what it would add to the input."""
        if asked.mode != "same":
            return super().spread(asked)
        before, after = transposing.forward_sides(asked._replace(d=1), asked.n)
        return TransposedWindow(asked.k, asked.s, 1, (before, after - (asked.extra or 0)), "same")

    told = """
conv | SAME forgets the dilation; C division |
    O = trunc((I + P_start + P_end − E)/S) + 1
max_pool | `ceil` drops no window; SAME with `ceil` adds a stride less one |
    O = ⌈(I + P_start + P_end − F)/S⌉ + 1
avg_pool | leaves the padding out by default; a window of padding is NaN |
    counted: the elements of the window up to I + P_start
conv_transpose | SAME cuts what it would add to the input, and forgets the dilation; output_padding
    below the stride |
    SAME: O = (I − 1)·S + F − max(0, (⌈I/S⌉ − 1)·S + F − I)
adaptive_avg_pool | as PyTorch |
    from ⌊u·I/O⌋ up to ⌈(u + 1)·I/O⌉
"""
    spelling = """
adaptive_avg_pool | AdaptiveAvgPool1D, AdaptiveAvgPool2D, AdaptiveAvgPool3D | size: output_size
adaptive_max_pool | AdaptiveMaxPool1D, AdaptiveMaxPool2D, AdaptiveMaxPool3D | size: output_size
avg_pool | AvgPool1D, AvgPool2D, AvgPool3D | size: kernel_size, ceil: ceil_mode
batch_norm | BatchNorm1D, BatchNorm2D, BatchNorm3D
conv | Conv1D, Conv2D, Conv3D | filters: out_channels, kernel: kernel_size
conv_transpose | Conv1DTranspose, Conv2DTranspose, Conv3DTranspose |
    filters: out_channels, kernel: kernel_size
depthwise_conv | Conv2D with groups = in_channels | kernel: kernel_size
group_norm | GroupNorm | groups: num_groups
gru | GRU | units: hidden_size
lstm | LSTM | units: hidden_size
max_pool | MaxPool1D, MaxPool2D, MaxPool3D | size: kernel_size, ceil: ceil_mode
multi_head_attention | MultiHeadAttention | heads: num_heads
"""
