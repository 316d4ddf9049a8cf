"""tinygrad: the layers of `tinygrad.nn` and the pools of its tensors whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Window
    from cnncalc.dialects.base.asked import Asked


def _strided_same(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode == "same" and asked.s > 1:
        raise dialect.refuse("padding='same' is for a stride of 1", key="padding")


class Tinygrad(Dialect):
    """tinygrad. As PyTorch, without its limits of padding; `same` swaps the dilations of two axes."""

    title = "tinygrad"
    version = "0.14.0"
    source = "documentation of tinygrad; windows measured with its Python backend"
    partial = True
    plain = EVERYWHERE

    words_for_padding = "same: same"
    ceil_unpadded = "within"
    ceil_padded = "within"
    merges_spread = True
    recurrent_biases = 2

    neutral = "affine track_running_stats"

    limits: ClassVar = {"conv": (_strided_same,)}

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """Of two axes, `same` takes each for the other's dilation; raises Refusal."""
        if asked.mode == "same" and len(others) == 1 and others[0].d != asked.d:
            reach = others[0].d * (asked.k - 1)
            found = super().window(asked._replace(mode="", sides=(reach // 2, reach - reach // 2)))
            return found._replace(rule="same")
        return super().window(asked, others)

    told = """
conv | as PyTorch; `same` takes each of two axes for the other's dilation |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | as PyTorch, whatever the padding |
    ceil: windows that start in the input or before it
avg_pool | as max pools; may be dilated |
    divided by the elements of the window within the padded input
conv_transpose | as PyTorch, whatever the output_padding |
    O = (I − 1)·S − 2P + E + output_padding
"""
    spelling = """
avg_pool | avg_pool2d | size: kernel_size, ceil: ceil_mode
batch_norm | BatchNorm, BatchNorm2d
conv | Conv1d, Conv2d | filters: out_channels, kernel: kernel_size
conv_transpose | ConvTranspose1d, ConvTranspose2d | filters: out_channels, kernel: kernel_size
depthwise_conv | Conv2d with groups = in_channels | kernel: kernel_size
group_norm | GroupNorm | groups: num_groups
lstm | LSTMCell | units: hidden_size
max_pool | max_pool2d | size: kernel_size, ceil: ceil_mode
"""
