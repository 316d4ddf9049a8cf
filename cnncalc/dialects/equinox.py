"""Equinox: the layers of `equinox.nn` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.moving import Pieces
from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.jax import JaxWindows

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis, TransposedWindow
    from cnncalc.dialects.base.asked import Asked


def _padding_of_a_pool(dialect: type[Dialect], asked: Asked) -> None:
    most = max(dialect.sides_of(asked))
    if most > asked.k:
        raise dialect.refuse(f"padding must not be more than the kernel {asked.k}, and is {most}"
                             f"{' with use_ceil' if asked.rounding else ''}", key="padding")  # fmt: skip


class Equinox(JaxWindows, Dialect):
    """Equinox. Pools have a stride of 1 by default, and cut disjoint pieces where they are adaptive."""

    title = "Equinox"
    version = "0.13.8"
    source = "documentation of equinox.nn; windows measured with jax 0.12.0.1 on the CPU"
    partial = True
    plain = EVERYWHERE

    words_for_padding = (
        "SAME: same, SAME_LOWER: same_lower, VALID: valid, "
        "same: same, same_lower: same_lower, valid: valid"
    )
    # What is padded takes the place of rounding.
    ceil_unpadded = "floor"
    ceil_padded = "floor"
    averages: ClassVar = {"counted": "kernel"}
    transposed_padding = "cut"
    channels_last = False
    gru_state_biases = "new"

    neutral = "key dtype use_ceil"

    defaults: ClassVar = {
        "max_pool": {"stride": 1},
        "avg_pool": {"stride": 1},
        "multi_head_attention": {"bias": False},
    }
    limits: ClassVar = {
        "max_pool": (_padding_of_a_pool,),
        "avg_pool": (_padding_of_a_pool,),
        "conv_transpose": (limits.extra_of_stride,),
    }

    @classmethod
    def sides_of(cls, asked: Asked) -> tuple[int, int]:
        """A pool that is rounded up is padded by a stride more where windows do not fit."""
        before, after = super().sides_of(asked)
        if asked.rounding == "ceil" and (asked.n + before + after - asked.k) % asked.s:
            after += asked.s
        return before, after

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """What is added to the output of `same` is taken off instead."""
        if not asked.mode.startswith("same"):
            return super().spread(asked._replace(extra=asked.extra or 0))
        extra = asked.extra or 0
        total = max(0, asked.extent - asked.s + extra)
        before = total - total // 2 if asked.mode == "same_lower" else total // 2
        return transposing.cut_to(asked, asked.n * asked.s - extra, before)

    @classmethod
    def adapt(cls, asked: Asked) -> Axis:
        """Pieces that do not overlap; raises Refusal for more than there are elements."""
        target = asked.n if asked.target is None else asked.target
        if target > asked.n:
            raise cls.refuse(f"no {target} pieces of {asked.n} elements", key="size")
        return Pieces(target)

    told = """
conv | numbers; words in any case; an input that is too short gives an empty map |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
max_pool | stride 1 by default; use_ceil pads the end by a stride where windows do not fit; padding
    above the kernel is refused |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
avg_pool | as max pools |
    divided by F
conv_transpose | numbers are cut from the output; output_padding shortens SAME |
    SAME: O = I·S − output_padding
adaptive_avg_pool | disjoint pieces, the first ones longer; more than there are elements are
    refused |
    I mod O pieces of ⌊I/O⌋ + 1, then of ⌊I/O⌋
"""
    spelling = """
adaptive_avg_pool | AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d | size: target_shape
adaptive_max_pool | AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d | size: target_shape
avg_pool | AvgPool1d, AvgPool2d, AvgPool3d | size: kernel_size
batch_norm | BatchNorm | scale: channelwise_affine
conv | Conv1d, Conv2d, Conv3d | filters: out_channels, kernel: kernel_size, bias: use_bias
conv_transpose | ConvTranspose1d, ConvTranspose2d, ConvTranspose3d |
    filters: out_channels, kernel: kernel_size, bias: use_bias
depthwise_conv | Conv2d with groups = in_channels | kernel: kernel_size, bias: use_bias
group_norm | GroupNorm
gru | GRUCell | units: hidden_size, bias: use_bias
lstm | LSTMCell | units: hidden_size, bias: use_bias
max_pool | MaxPool1d, MaxPool2d, MaxPool3d | size: kernel_size
multi_head_attention | MultiheadAttention | heads: num_heads
"""
