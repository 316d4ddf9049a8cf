"""Chainer: the links and functions whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.windows import Window
from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import TransposedWindow
    from cnncalc.dialects.base.asked import Asked


class Chainer(Dialect):
    """Chainer. Max pools are rounded up by default and drop no window, averages are rounded down."""

    title = "Chainer"
    version = "7.8.1"
    source = "documentation of chainer; windows measured on the CPU"
    partial = True
    plain = EVERYWHERE

    pairs = ""
    numbers = f"{CONVOLUTIONS} {POOLS} conv_transpose"

    ceil_unpadded = "full"
    ceil_padded = "full"
    averages: ClassVar = {"counted": "kernel", "inputs": "inputs"}
    merges_spread = True
    recurrent_biases = 2

    neutral = "initialW initial_bias"

    defaults: ClassVar = {"max_pool": {"ceil": True}}
    limits: ClassVar = {
        "max_pool": (limits.dilation_of_pool,),
        "avg_pool": (limits.dilation_of_pool, limits.rounding_up),
        "conv_transpose": (limits.extra_output,),
    }

    @classmethod
    def rounding_of(cls, asked: Asked, others: Sequence[Asked] = ()) -> str:
        """A convolution may cover all of the input, too."""
        if asked.kind == "conv" and asked.rounding == "ceil":
            return "full"
        return super().rounding_of(asked, others)

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """A size is accepted if a convolution makes the input of it, rounded down or up; raises Refusal."""
        if asked.target is None:
            return super().transpose(asked)
        cls.assert_limits(asked)
        found = [
            Window(asked.k, asked.s, asked.d, asked.sides, rounding).positions(asked.target)
            for rounding in ("floor", "full")
        ]
        if asked.n not in found:
            raise cls.refuse(f"no convolution makes {asked.n} of {asked.target} elements",
                             key="output_size")  # fmt: skip
        return transposing.cut_to(asked, asked.target, asked.sides[0])

    told = """
conv | numbers; cover_all rounds up |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | rounds up by default (cover_all) and drops no window |
    O = ⌈(I + 2P − F)/S⌉ + 1
avg_pool | rounds down |
    divided by F, or with pad_value None by the inputs that are read
conv_transpose | outsize must lead back to the input, rounded down or up |
    O = (I − 1)·S − 2P + E
"""
    spelling = """
avg_pool | average_pooling_1d, average_pooling_2d, average_pooling_nd | size: ksize
batch_norm | BatchNormalization
conv | Convolution1D, Convolution2D, ConvolutionND | filters: out_channels, kernel: ksize, dilation: dilate
conv_transpose | Deconvolution1D, Deconvolution2D, DeconvolutionND |
    filters: out_channels, kernel: ksize, dilation: dilate, output_size: outsize
depthwise_conv | DepthwiseConvolution2D | kernel: ksize, multiplier: channel_multiplier
group_norm | GroupNormalization
gru | NStepGRU | units: out_size, layers: n_layers
lstm | NStepLSTM | units: out_size, layers: n_layers
max_pool | max_pooling_1d, max_pooling_2d, max_pooling_nd | size: ksize, ceil: cover_all
"""
