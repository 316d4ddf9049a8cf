"""MLX: the layers of `mlx.nn` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.moving import Listed
from cnncalc.arithmetic.windows import TransposedWindow
from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.dialects.base.asked import Asked


class Mlx(Dialect):
    """MLX. A transposed convolution with more padding than its kernel reaches loses inputs."""

    title = "MLX"
    version = "0.32.4"
    source = "documentation of mlx.nn; windows measured with mlx-cpu"
    partial = True
    plain = EVERYWHERE

    pairs = CONVOLUTIONS
    numbers = f"{POOLS} conv_transpose"

    conv_rounding = "truncated"
    averages: ClassVar = {"counted": "kernel"}
    empties = "max_pool avg_pool"
    channels_last = True
    merges_spread = True
    gru_state_biases = "new"

    neutral = "dims"

    defaults: ClassVar = {"multi_head_attention": {"bias": False}}
    limits: ClassVar = {
        "conv": (limits.padding_words,),
        "max_pool": (limits.dilation_of_pool, limits.rounding_up),
        "avg_pool": (limits.dilation_of_pool, limits.rounding_up),
    }

    @classmethod
    def reading(cls, asked: Asked, others: Sequence[Asked] = ()) -> Axis:
        """Padding beyond the reach of the kernel cuts off inputs before they are stretched."""
        low = asked.extent - 1 - asked.sides[0]
        high = low + (asked.extra or 0)
        if asked.kind != "conv_transpose" or low >= 0:
            return super().reading(asked, others)
        left = asked.n + low + min(high, 0)
        size = (left - 1) * asked.s + 2 + max(high, 0) - asked.extent
        window = TransposedWindow(asked.k, asked.s, asked.d, (asked.extent - 1, 0))
        return Listed(tuple(tuple(i - low for i in window.taps(u, left)) for u in range(size)))

    told = """
conv | numbers, in mlx.core.conv_general two; C division: a window too long by less than a stride counts
    |
    O = trunc((I + P_start + P_end − E)/S) + 1
max_pool | any padding; no ceil; one window short gives an empty map |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
avg_pool | as max pools |
    divided by F
conv_transpose | padding beyond E − 1 cuts off inputs before they are stretched |
    O = (I − 1)·S − 2P + E + output_padding while P < E
"""
    spelling = """
avg_pool | AvgPool1d, AvgPool2d, AvgPool3d | size: kernel_size
batch_norm | BatchNorm
conv | Conv1d, Conv2d, Conv3d | filters: out_channels, kernel: kernel_size
conv_transpose | ConvTranspose1d, ConvTranspose2d, ConvTranspose3d |
    filters: out_channels, kernel: kernel_size
depthwise_conv | Conv2d with groups = in_channels | kernel: kernel_size
group_norm | GroupNorm | groups: num_groups
gru | GRU | units: hidden_size
lstm | LSTM | units: hidden_size
max_pool | MaxPool1d, MaxPool2d, MaxPool3d | size: kernel_size
multi_head_attention | MultiHeadAttention | heads: num_heads
"""
