"""Core ML: the operators of its Model Intermediate Language whose sizes are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import TransposedWindow
    from cnncalc.dialects.base.asked import Asked


def _rounded_sides(dialect: type[Dialect], asked: Asked) -> None:
    if asked.rounding != "ceil":
        return
    if asked.mode == "same":
        raise dialect.refuse("ceil_mode must be false where the padding is `same`", key="ceil")
    if asked.sides[0] != asked.sides[1]:
        raise dialect.refuse("padding must be the same on both sides if ceil_mode is true",
                             key="padding")  # fmt: skip


class Coreml(Dialect):
    """Core ML, as its tools infer sizes. A window that is rounded up is dropped only beside padding."""

    title = "Core ML"
    version = "coremltools 9.0"
    source = (
        "documentation of coremltools; sizes inferred by it, what is read could not be measured"
    )
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"torch": "coremltools", "keras": "coremltools"}

    words_for_padding = "valid: valid, same: same, same_lower: same_lower"
    averages: ClassVar = {"counted": "padded", "inputs": "inputs"}
    ceil_unpadded = "full"
    merges_spread = True

    limits: ClassVar = {
        "max_pool": (_rounded_sides, limits.dilation_of_pool),
        "avg_pool": (_rounded_sides, limits.dilation_of_pool),
    }

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """A size is taken as it is."""
        if asked.target:
            before = transposing.forward_sides(asked, asked.target)[0]
            return transposing.cut_to(asked, asked.target, before)
        return super().transpose(asked._replace(target=None))

    told = """
conv | valid, same, same_lower, custom; too large windows are refused |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | ceil_mode not with `same` or unequal padding; a window is dropped only where something
    is padded |
    O = ⌈(I + 2P − F)/S⌉ + 1, less 1 if P > 0 and (O − 1)·S ≥ I + P
avg_pool | as max pools; what averages divide by could not be measured |
    O as for max pools
conv_transpose | a given output shape is not checked |
    O = the output shape
"""
    spelling = """
abs | abs
average | average
avg_pool | avg_pool | size: kernel_sizes, stride: strides, ceil: ceil_mode
batch_norm | batch_norm
channel_shuffle | reshape and transpose
concat | concat
constant | const
conv | conv | stride: strides, dilation: dilations
conv_transpose | conv_transpose | stride: strides, dilation: dilations
dense | linear
depth_to_space | depth_to_space
depthwise_conv | conv with groups = channels | stride: strides, dilation: dilations
dequantize | dequantize
elu | elu
embedding | gather
exponential | exp
gather | gather
gelu | gelu
grid_sample | resample
group_norm | reshape and batch_norm
gru | gru
hard_sigmoid | sigmoid_hard
hard_swish | mul by sigmoid_hard
hard_tanh | clip
instance_norm | instance_norm
l2_norm | real_div by reduce_l2_norm
layer_norm | layer_norm
leaky_relu | leaky_relu
local_response_norm | local_response_norm
lp_pool | l2_pool | size: kernel_sizes, stride: strides
lstm | lstm
matmul | matmul
max | reduce_max
max_pool | max_pool | size: kernel_sizes, stride: strides, ceil: ceil_mode
maximum | maximum
mean | reduce_mean
min | reduce_min
minimum | minimum
mish | mul by tanh
multiply | mul
opaque | any operator
parameter | const
permute | transpose
pixel_shuffle | pixel_shuffle
pixel_unshuffle | pixel_unshuffle
prelu | prelu
quantize | quantize
relu6 | relu6
rescaling | mul by a number, add of a number
reshape | reshape
resize | resize_bilinear, resize_nearest_neighbor
rms_norm | mul by rsqrt
scale | mul by a constant
silu | silu
simple_rnn | rnn
slice | slice_by_index
softplus | softplus
softsign | softsign
space_to_depth | space_to_depth
split | split
subtract | sub
sum | reduce_sum
threshold | thresholded_relu
tile | tile
upsample | upsample_bilinear, upsample_nearest_neighbor
"""
