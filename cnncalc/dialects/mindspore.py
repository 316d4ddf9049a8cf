"""MindSpore: the layers of `mindspore.nn` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.moving import Listed
from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis, TransposedWindow, Window
    from cnncalc.dialects.base.asked import Asked


def _padding_of_a_pool(dialect: type[Dialect], asked: Asked) -> None:
    if not asked.mode and 2 * max(asked.sides) > asked.k:
        raise dialect.refuse(f"padding may be at most half of the kernel {asked.k}, and is "
                             f"{max(asked.sides)}", key="padding")  # fmt: skip


def _extra_output(dialect: type[Dialect], asked: Asked) -> None:
    if asked.extra and asked.mode:
        raise dialect.refuse("output_padding goes with padding in numbers", key="output_padding")
    if asked.extra:
        limits.extra_of_either(dialect, asked)


class Mindspore(Dialect):
    """MindSpore. Convolutions are padded as `same` and have no bias by default, pools are windows of 1."""

    title = "MindSpore"
    version = "2.10.0"
    source = "documentation of mindspore.nn; windows measured in PyNative mode on the CPU"
    partial = True
    plain = EVERYWHERE

    pairs = "conv depthwise_conv conv_transpose"
    numbers = "max_pool avg_pool"

    words_for_padding = "same: same, valid: valid"
    averages: ClassVar = {"counted": "padded", "inputs": "inputs"}
    merges_spread = True
    recurrent_biases = 2

    neutral = "weight_init bias_init data_format"

    defaults: ClassVar = {
        "conv": {"padding": "same", "bias": False},
        "depthwise_conv": {"padding": "same", "bias": False},
        "conv_transpose": {"padding": "same", "bias": False},
        "max_pool": {"stride": 1},
        "avg_pool": {"stride": 1},
    }
    limits: ClassVar = {
        "max_pool": (_padding_of_a_pool,),
        "avg_pool": (_padding_of_a_pool, limits.dilation_of_pool),
        "conv_transpose": (_extra_output,),
    }
    empties = "conv"
    transposed_valid_fills = True

    @classmethod
    def divisor_of(cls, asked: Asked) -> str:
        """What `same` pads is not counted, unless windows are rounded up."""
        if asked.mode == "same":
            return "kernel" if asked.rounding == "ceil" and asked.counted is not False else "inputs"
        return super().divisor_of(asked)

    @classmethod
    def reading(cls, asked: Asked, others: Sequence[Asked] = ()) -> Axis:
        """What is added to an output are zeros, whatever the windows would give there."""
        extra = asked.extra
        if asked.kind != "conv_transpose" or not extra:
            return super().reading(asked, others)
        _extra_output(cls, asked)
        found = super().reading(asked._replace(extra=0), others)
        count = found.positions(asked.n)
        reads = [tuple(found.taps(u, asked.n)) for u in range(count)]
        return Listed((*reads, *((),) * extra))

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """A max pool that is too long by two, with a stride, has a window; raises Refusal."""
        if (
            asked.kind == "max_pool"
            and asked.mode == "valid"
            and asked.k == asked.n + 2
            and asked.s > 1
        ):
            return asked.window(1, 0)
        room = asked.n + sum(cls.sides_of(asked)) - asked.extent
        if asked.kind == "conv" and (asked.k - asked.extent > room or -asked.s < room < 0):
            raise cls.refuse("the kernel is larger than the padded input", key="kernel")
        return super().window(asked, others)

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """Nothing is added to the output of a word."""
        return super().spread(asked._replace(extra=None) if asked.mode else asked)

    told = """
conv | same by default, and no bias |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
max_pool | kernel 1 and stride 1 by default; at most half of the kernel is padded; a `valid` window
    too long by 2 counts once with a stride |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
avg_pool | `same` leaves the padding out, unless it is counted and rounded up |
    divided by the elements of the window within the padded input
conv_transpose | output_padding adds zeros, and only beside numbers |
    O = (I − 1)·S − 2P + E, and output_padding zeros
adaptive_avg_pool | as PyTorch |
    from ⌊u·I/O⌋ up to ⌈(u + 1)·I/O⌉
"""
    spelling = """
adaptive_avg_pool | AdaptiveAvgPool1d, AdaptiveAvgPool2d | size: output_size
adaptive_max_pool | AdaptiveMaxPool1d, AdaptiveMaxPool2d | size: output_size
avg_pool | AvgPool1d, AvgPool2d, AvgPool3d | size: kernel_size, ceil: ceil_mode
batch_norm | BatchNorm1d, BatchNorm2d, BatchNorm3d
conv | Conv1d, Conv2d, Conv3d | filters: out_channels, kernel: kernel_size, groups: group, bias: has_bias
conv_transpose | Conv1dTranspose, Conv2dTranspose, Conv3dTranspose |
    filters: out_channels, kernel: kernel_size, groups: group, bias: has_bias
depthwise_conv | Conv2d with group = in_channels | kernel: kernel_size, bias: has_bias
group_norm | GroupNorm | groups: num_groups
gru | GRU | units: hidden_size, bias: has_bias
lstm | LSTM | units: hidden_size, bias: has_bias
max_pool | MaxPool1d, MaxPool2d, MaxPool3d | size: kernel_size, ceil: ceil_mode
multi_head_attention | MultiheadAttention | heads: num_heads
"""
