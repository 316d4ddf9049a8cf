"""Caffe 1.0: the layers of `caffe.proto` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS

if TYPE_CHECKING:
    from collections.abc import Sequence


def _padding_mode(layer: Any, windows: Sequence[Any]) -> None:
    if layer.padding_mode != "zeros":
        raise Caffe.refuse("its Convolution is padded with zeros", key="padding_mode")


def _extended_output(layer: Any, windows: Sequence[Any]) -> None:
    for name in ("output_padding", "output_size"):
        if getattr(layer, name) is not None:
            raise Caffe.refuse(f"its Deconvolution has no {name}", key=name,
                               help="`pad` after the layer")  # fmt: skip


class Caffe(Dialect):
    """Caffe. Its pools round up by default."""

    title = "Caffe"
    version = "1.0"
    source = "caffe.proto; windows measured with Caffe 1.0 on the CPU"
    partial = True

    conv_rounding = "truncated"
    dense_flattens = True
    ceil_unpadded = "full"
    averages: ClassVar = {"counted": "padded"}
    sums_weighed = True

    padding_words = "valid"
    pairs = ""
    numbers = f"{CONVOLUTIONS} {POOLS} conv_transpose"
    pad_layer = False
    lacks: ClassVar = {
        "max_pool": "dilation",
        "avg_pool": "dilation",
        "pad": "*",
        "lp_pool": "*",
        "deform_conv": "*",
    }

    inputs = "bottom top"
    neutral = "weight_filler bias_filler param engine"

    defaults: ClassVar = {
        "max_pool": {"ceil": True},
        "avg_pool": {"ceil": True},
        "batch_norm": {"scale": False, "center": False},
    }

    refusals: ClassVar = {
        "conv": (_padding_mode,),
        "depthwise_conv": (_padding_mode,),
        "conv_transpose": (_extended_output,),
    }
    limits: ClassVar = {
        "max_pool": (limits.padding_of_kernel, limits.dilation_of_pool),
        "avg_pool": (limits.padding_of_kernel, limits.dilation_of_pool),
    }

    told = """
conv | C division: a window too long by less than a stride counts |
    O = trunc((I + 2P − E)/S) + 1
max_pool | rounds up by default; if any axis is padded, every axis drops a window that starts at or
    past I + P |
    O = ⌈(I + 2P − F)/S⌉ + 1
avg_pool | as max pools |
    divided by the elements of the window within the padded input
conv_transpose | numbers are cut from the output |
    O = (I − 1)·S + E − 2P
"""
    spelling = """
abs | AbsVal
add | Eltwise
avg_pool | Pooling with pool: AVE | size: kernel_size, padding: pad, ceil: ceil_mode
batch_norm | BatchNorm, with Scale behind it
channel_shuffle | ShuffleChannel of forks | groups: group
concat | Concat
conv | Convolution |
    filters: num_output, kernel: kernel_size, padding: pad, groups: group, bias: bias_term
conv_transpose | Deconvolution |
    filters: num_output, kernel: kernel_size, padding: pad, groups: group, bias: bias_term
crop | Crop
dense | InnerProduct | units: num_output, bias: bias_term
depthwise_conv | Convolution with group = channels |
    kernel: kernel_size, padding: pad, bias: bias_term
dropout | Dropout | rate: dropout_ratio
elu | ELU
exponential | Exp
flatten | Flatten
global_avg_pool | Pooling with pool: AVE, global_pooling
global_max_pool | Pooling with pool: MAX, global_pooling
hard_sigmoid | HardSigmoid of forks
hard_swish | HardSwish of forks
identity | Silence, Split
l2_norm | Normalize of SSD, without its scale
leaky_relu | ReLU | slope: negative_slope
local_response_norm | LRN | size: local_size
max_pool | Pooling with pool: MAX | size: kernel_size, padding: pad, ceil: ceil_mode
max_unpool | Upsample of SegNet
maximum | Eltwise with operation: MAX
mish | Mish of forks
multiply | Eltwise with operation: PROD, Scale of two bottoms
opaque | any Layer
permute | Permute of SSD | axes: order
prelu | PReLU
relu | ReLU | slope: negative_slope
relu6 | ReLU6 of forks
rescaling | Power with power: 1 | offset: shift
reshape | Reshape | to: shape
resize | Interp of forks
roi_align | ROIAlign of forks
roi_pool | ROIPooling of forks
scale | Scale | shift: bias_term
sigmoid | Sigmoid
silu | Swish of forks
slice | Slice
softmax | Softmax
softplus | BNLL
spatial_dropout | SpatialDropout of forks
split | Slice | sizes: slice_point
subtract | Eltwise with coeff: 1, -1
tanh | TanH
tile | Tile | times: tiles
upsample | Upsample of forks
"""
