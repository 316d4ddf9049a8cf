"""TensorLayerX: the layers of `tensorlayerx.nn` over PyTorch whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import TransposedWindow, Window
    from cnncalc.dialects.base.asked import Asked
    from cnncalc.dialects.base.windows import Divisor


class Tensorlayerx(Dialect):
    """TensorLayerX. `same`, the default, pads an odd element by the last of the input."""

    title = "TensorLayerX"
    version = "0.5.8 over torch 1.12.1"
    source = "documentation of tensorlayerx.nn; windows measured on the CPU"
    partial = True
    plain = EVERYWHERE

    pairs = ""
    numbers = f"{CONVOLUTIONS} {POOLS} conv_transpose"

    words_for_padding = "SAME: same, VALID: valid"
    averages: ClassVar = {"counted": "padded"}
    merges_spread = True
    recurrent_biases = 2

    neutral = "W_init b_init data_format"

    defaults: ClassVar = {
        "conv": {"padding": "same"},
        "depthwise_conv": {"padding": "same"},
        "conv_transpose": {"padding": "same"},
        "max_pool": {"stride": 2, "padding": "same"},
        "avg_pool": {"stride": 2, "padding": "same"},
    }
    limits: ClassVar = {
        "max_pool": (limits.padding_of_half, limits.dilation_of_pool, limits.rounding_up),
        "avg_pool": (limits.padding_of_half, limits.dilation_of_pool, limits.rounding_up),
    }
    empties = "max_pool"

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """`same` forgets the dilation; raises Refusal."""
        return super().window(asked._replace(d=1) if asked.mode == "same" else asked, others)

    @classmethod
    def border_of(cls, asked: Asked) -> str:
        """Of the odd element of `same` the last input once more, which wins in no max pool anew."""
        before, after = cls.sides_of(asked)
        if asked.mode == "same" and not asked.is_pool and before != after:
            return "the last element again"
        return super().border_of(asked)

    @classmethod
    def divisors(cls, asked: Asked, others: Sequence[Asked] = ()) -> Sequence[Divisor]:
        """An odd element is the last of the input once more, which counts as often."""
        window, n = cls.window(asked, others), asked.n
        before, after = window.padding
        if asked.mode != "same" or before == after:
            return super().divisors(asked, others)
        found: list[Divisor] = []
        for u in range(window.positions(n)):
            read = window.taps(u, n)
            sticks_out = window.reach(u, n)[-1] >= n
            shares = [1 / asked.k] * len(read)
            shares[-1] *= 1 + sticks_out
            found.append(round(1 / shares[0]) if len(set(shares)) == 1 else tuple(shares))
        return found

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """`same` cuts the kernel less one, whatever the stride, and adds an element; raises Refusal."""
        if asked.mode != "same":
            return super().transpose(asked)
        cls.assert_limits(asked)
        total = asked.k - 1
        full = (asked.n - 1) * asked.s + asked.extent
        if total % 2:
            return transposing.cut_to(asked, full + asked.s - total + 1, total // 2)
        if asked.s == asked.d == 1:
            raise cls.refuse(
                "padding SAME of an odd kernel needs a stride or a dilation", key="padding"
            )
        return transposing.cut_to(asked, full - total + 1, total // 2)

    told = """
conv | SAME by default, which forgets the dilation; an odd element is the last input once more |
    SAME: O = ⌈I/S⌉
max_pool | SAME, size 3 and stride 2 by default |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
avg_pool | as max pools |
    F, where the last input counts twice beside an odd element
conv_transpose | SAME cuts F − 1, whatever the stride; an even kernel has a zero behind the input |
    odd: O = (I − 1)·S + E − F + 2; even: O = I·S + E − F + 2
adaptive_avg_pool | as PyTorch |
    from ⌊u·I/O⌋ up to ⌈(u + 1)·I/O⌉
"""
    spelling = """
adaptive_avg_pool | AdaptiveMeanPool1d, AdaptiveMeanPool2d | size: output_size
avg_pool | MeanPool1d, MeanPool2d, MeanPool3d | size: kernel_size
batch_norm | BatchNorm, BatchNorm1d, BatchNorm2d
conv | Conv1d, Conv2d, Conv3d | filters: out_channels, kernel: kernel_size
conv_transpose | ConvTranspose1d, ConvTranspose2d | filters: out_channels, kernel: kernel_size
depthwise_conv | DepthwiseConv2d | kernel: kernel_size, multiplier: depth_multiplier
gru | GRU | units: hidden_size
lstm | LSTM | units: hidden_size
max_pool | MaxPool1d, MaxPool2d, MaxPool3d | size: kernel_size
multi_head_attention | MultiheadAttention | heads: num_heads
"""
