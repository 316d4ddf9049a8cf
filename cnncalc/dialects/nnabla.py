"""NNabla: the parametric functions whose windows and weights are known."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS


class Nnabla(Dialect):
    """NNabla. Pools that do not ignore the border have a window for every stride of the input."""

    title = "NNabla"
    version = "1.39.0"
    source = "documentation of nnabla.functions; windows measured on the CPU"
    partial = True
    plain = EVERYWHERE

    pairs = ""
    numbers = f"{CONVOLUTIONS} {POOLS} conv_transpose"

    conv_rounding = "truncated"
    ceil_unpadded = "starting"
    ceil_padded = "starting"
    averages: ClassVar = {"counted": "before", "inputs": "inputs"}
    merges_spread = True
    gru_state_biases = "new"

    neutral = "w_init b_init channel_last"

    limits: ClassVar = {
        "max_pool": (limits.dilation_of_pool,),
        "avg_pool": (limits.dilation_of_pool,),
        "conv_transpose": (limits.extra_of_stride,),
    }

    told = """
conv | C division |
    O = trunc((I + 2P − E)/S) + 1
max_pool | ignore_border=False has a window for every stride, whatever the kernel |
    O = ⌈(I + P)/S⌉
avg_pool | as max pools |
    counted: the elements of the window up to I + P
conv_transpose | output_padding below the stride |
    O = (I − 1)·S − 2P + E + output_padding
"""
    spelling = """
avg_pool | average_pooling
batch_norm | batch_normalization
conv | convolution | filters: outmaps, groups: group, bias: with_bias
conv_transpose | deconvolution | filters: outmaps, groups: group, bias: with_bias
depthwise_conv | depthwise_convolution | bias: with_bias
group_norm | group_normalization | groups: num_groups
gru | gru | layers: num_layers, bias: with_bias
lstm | lstm | layers: num_layers, bias: with_bias
max_pool | max_pooling
multi_head_attention | multi_head_attention | heads: num_heads
"""
