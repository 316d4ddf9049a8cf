"""Haiku: the modules of `haiku` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.jax import JaxWindows

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import TransposedWindow
    from cnncalc.dialects.base.asked import Asked


def _size_of_numbers(dialect: type[Dialect], asked: Asked) -> None:
    if asked.target is not None and not asked.mode:
        raise dialect.refuse("output_shape goes with a word as padding", key="output_size")


def _lower(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode not in ("", "same", "same_upper", "valid"):
        raise dialect.refuse("the padding of a pool is SAME or VALID", key="padding")


class Haiku(JaxWindows, Dialect):
    """Haiku. Convolutions are padded as `same` by default; averages leave the padding out."""

    title = "Haiku"
    version = "dm-haiku 0.0.17"
    source = "documentation of haiku; windows measured with jax 0.12.0.1 on the CPU"
    partial = True
    plain = EVERYWHERE

    pairs = "conv depthwise_conv conv_transpose"

    words_for_padding = (
        "SAME: same, SAME_LOWER: same_lower, VALID: valid, hk.pad.valid: valid, hk.pad.same: centred, "
        "hk.pad.causal: causal, hk.pad.reverse_causal: anticausal, hk.pad.full: full"
    )
    averages: ClassVar = {"inputs": "inputs"}
    gru_state_biases = "none"
    averages_hidden = True

    neutral = "w_init b_init data_format"

    defaults: ClassVar = {
        "conv": {"padding": "same"},
        "depthwise_conv": {"padding": "same"},
        "conv_transpose": {"padding": "same"},
    }
    limits: ClassVar = {
        "max_pool": (
            _lower,
            limits.dilation_of_pool,
            limits.rounding_up,
        ),
        "avg_pool": (
            _lower,
            limits.dilation_of_pool,
            limits.rounding_up,
        ),
        "conv_transpose": (_size_of_numbers, limits.extra_output),
    }

    @classmethod
    def sides_of(cls, asked: Asked) -> tuple[int, int]:
        """Its functions for padding do not look at the stride."""
        reach = asked.extent - 1
        own = {"centred": (reach // 2, reach - reach // 2), "anticausal": (0, reach)}
        return own.get(asked.mode) or super().sides_of(asked)

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """A size is accepted if as many windows as inputs begin in it; raises Refusal."""
        cls.assert_limits(asked)
        if asked.target is None:
            return cls.spread(asked)
        begins = asked.target if asked.mode != "valid" else asked.target - asked.k + 1
        if -(-begins // asked.s) != asked.n:
            raise cls.refuse(f"no convolution makes {asked.n} of {asked.target} elements",
                             key="output_size")  # fmt: skip
        total = max(0, (asked.n - 1) * asked.s + asked.k - asked.target)
        return transposing.cut_to(asked, asked.target, total // 2)

    told = """
conv | SAME by default; numbers; an input that is too short gives an empty map |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
max_pool | SAME and VALID |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
avg_pool | SAME and VALID; leaves the padding out |
    divided by the inputs that are read
conv_transpose | numbers pad the stretched input; output_shape goes with a word |
    SAME: ⌈output_shape/S⌉ = I
"""
    spelling = """
avg_pool | AvgPool | size: window_shape, stride: strides
batch_norm | BatchNorm | scale: create_scale, center: create_offset
conv | Conv1D, Conv2D, Conv3D |
    filters: output_channels, kernel: kernel_shape, dilation: rate, groups: feature_group_count, bias: with_bias
conv_transpose | Conv1DTranspose, Conv2DTranspose, Conv3DTranspose |
    filters: output_channels, kernel: kernel_shape, output_size: output_shape, bias: with_bias
depthwise_conv | DepthwiseConv2D | kernel: kernel_shape, multiplier: channel_multiplier, bias: with_bias
group_norm | GroupNorm | scale: create_scale, center: create_offset
gru | GRU | units: hidden_size
lstm | LSTM | units: hidden_size
max_pool | MaxPool | size: window_shape, stride: strides
multi_head_attention | MultiHeadAttention | heads: num_heads, key_dim: key_size
"""
