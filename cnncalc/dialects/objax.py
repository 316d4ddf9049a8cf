"""Objax: the modules of `objax.nn` whose windows and weights are known."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.jax import JaxWindows


class Objax(JaxWindows, Dialect):
    """Objax. Convolutions are padded as `same` by default; a pair of padding is that of both axes."""

    title = "Objax"
    version = "1.8.0"
    source = "documentation of objax.nn; windows measured with jax 0.4.30 on the CPU"
    partial = True
    plain = EVERYWHERE

    averages: ClassVar = {"counted": "kernel"}
    channels_last = False

    neutral = "w_init"

    defaults: ClassVar = {
        "conv": {"padding": "same"},
        "depthwise_conv": {"padding": "same"},
        "conv_transpose": {"padding": "same"},
    }
    limits: ClassVar = {
        "max_pool": (limits.dilation_of_pool, limits.rounding_up),
        "avg_pool": (limits.dilation_of_pool, limits.rounding_up),
        "conv_transpose": (limits.extra_output,),
    }

    told = """
conv | SAME by default; numbers; an input that is too short gives an empty map |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
max_pool | words; a pair is that of both axes |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
avg_pool | as max pools |
    divided by F
conv_transpose | numbers pad the stretched input |
    number: O = (I − 1)·S + 1 + P_start + P_end − E + 1; SAME: O = I·S
"""
    spelling = """
avg_pool | average_pool_2d | stride: strides
batch_norm | BatchNorm1D, BatchNorm2D
conv | Conv2D | filters: nout, kernel: k, stride: strides, dilation: dilations, bias: use_bias
conv_transpose | ConvTranspose2D |
    filters: nout, kernel: k, stride: strides, dilation: dilations, bias: use_bias
depthwise_conv | Conv2D with groups = nin | kernel: k, stride: strides, dilation: dilations, bias: use_bias
group_norm | GroupNorm2D
max_pool | max_pool_2d | stride: strides
"""
