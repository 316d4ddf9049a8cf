"""MegEngine: the modules of `megengine.module` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.windows import Window
from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis, TransposedWindow
    from cnncalc.dialects.base.asked import Asked


def _extra(dialect: type[Dialect], asked: Asked) -> None:
    if asked.way != "W":
        limits.extra_of_stride(dialect, asked)


class Megengine(Dialect):
    """MegEngine. Adaptive pools are one window and one stride; an LSTM lists its weights twice."""

    title = "MegEngine"
    version = "1.13.0"
    source = "documentation of megengine.module; windows measured on the CPU"
    partial = True
    plain = EVERYWHERE

    pairs = ""
    numbers = f"{CONVOLUTIONS} {POOLS} conv_transpose"

    averages: ClassVar = {"inputs": "inputs", "counted": "kernel"}
    merges_spread = True
    recurrent_biases = 2
    recurrent_twice = True

    neutral = "compute_mode"

    limits: ClassVar = {
        "max_pool": (
            limits.padding_of_kernel,
            limits.dilation_of_pool,
            limits.rounding_up,
        ),
        "avg_pool": (
            limits.padding_of_kernel,
            limits.dilation_of_pool,
            limits.rounding_up,
        ),
        "conv_transpose": (_extra,),
    }

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """An output padding of the width alone is forgotten."""
        if asked.way == "W":
            asked = asked._replace(extra=0)
        return super().spread(asked)

    @classmethod
    def adapt(cls, asked: Asked) -> Axis:
        """Windows of one size, a stride of ⌊n/target⌋ apart; raises Refusal for more than there are elements."""
        target = asked.n if asked.target is None else asked.target
        stride = asked.n // target
        if not stride:
            raise cls.refuse(f"no {target} windows of {asked.n} elements", key="size")
        return Window(asked.n - (target - 1) * stride, stride, rule="adaptive")

    told = """
conv | numbers |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | padding below the kernel; no ceil |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
avg_pool | leaves the padding out by default |
    counted: F
conv_transpose | an output_padding of the width alone is forgotten |
    O = (I − 1)·S − 2P + E + output_padding
adaptive_avg_pool | one window and one stride |
    S = ⌊I/O⌋, F = I − (O − 1)·S
"""
    spelling = """
adaptive_avg_pool | AdaptiveAvgPool2d | size: oshp
adaptive_max_pool | AdaptiveMaxPool2d | size: oshp
avg_pool | AvgPool2d | size: kernel_size
batch_norm | BatchNorm1d, BatchNorm2d
conv | Conv1d, Conv2d, Conv3d | filters: out_channels, kernel: kernel_size
conv_transpose | ConvTranspose2d, ConvTranspose3d | filters: out_channels, kernel: kernel_size
depthwise_conv | Conv2d with groups = in_channels | kernel: kernel_size
group_norm | GroupNorm | groups: num_groups
lstm | LSTM | units: hidden_size
max_pool | MaxPool2d | size: kernel_size
multi_head_attention | MultiHeadAttention | heads: num_heads
"""
