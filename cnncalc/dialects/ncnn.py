"""ncnn: the layers of its operators.md whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.dialects.base.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence


def _dilated_pool(layer: Any, sizes: tuple[int, ...], windows: Sequence[Any]) -> None:
    if any(window.dilation > 1 for window in windows):
        raise Ncnn.refuse("its pools have no dilation", key="dilation")


def _padding_mode(layer: Any, windows: Sequence[Any]) -> None:
    if layer.padding_mode != "zeros":
        raise Ncnn.refuse("its Convolution is padded with one value", key="padding_mode",
                          help="`pad` before the layer")  # fmt: skip


class Ncnn(Dialect):
    """ncnn. Its pools round up by default, and drop no window."""

    title = "ncnn"
    version = "1.0.20261020"
    source = "docs/developer-guide/operators.md; windows measured with ncnn on the CPU"
    partial = True

    dense_flattens = True
    ceil_unpadded = "full"
    ceil_padded = "full"
    merges_spread = True
    merges_pad = True

    converters: ClassVar = {
        "torch": "pnnx",
        "onnx": "onnx2ncnn",
        "caffe": "caffe2ncnn",
        "darknet": "darknet2ncnn",
    }
    padding_words = "valid same same_upper same_lower"
    lacks: ClassVar = {"max_pool": "dilation", "lp_pool": "*"}
    averages: ClassVar = {"inputs": "inputs", "counted": "kernel", "same": "kernel"}

    neutral = "activation_params weight_data_size"

    defaults: ClassVar = {"max_pool": {"ceil": True}, "avg_pool": {"ceil": True}}

    refusals: ClassVar = {
        "conv": (_padding_mode,),
        "depthwise_conv": (_padding_mode,),
        "max_pool": (_dilated_pool,),
    }

    spelling = """
abs | AbsVal
adaptive_avg_pool | Pooling with adaptive_pooling
adaptive_max_pool | Pooling with adaptive_pooling
add | Eltwise, BinaryOp
avg_pool | Pooling with pooling_type: 1
batch_norm | BatchNorm
celu | CELU
channel_shuffle | ShuffleChannel | groups: group
concat | Concat
conv | Convolution, ConvolutionDepthWise |
    filters: num_output, groups: group, bias: bias_term
conv_transpose | Deconvolution, DeconvolutionDepthWise |
    filters: num_output, groups: group, bias: bias_term
crop | Crop
dense | InnerProduct | units: num_output, bias: bias_term
depth_to_space | PixelShuffle | factor: upscale_factor
depthwise_conv | ConvolutionDepthWise | bias: bias_term
dropout | Dropout
elu | ELU
exponential | Exp
flatten | Flatten
gelu | GELU
global_avg_pool | Pooling with global_pooling
global_max_pool | Pooling with global_pooling
glu | GLU
group_norm | GroupNorm | groups: group
hard_sigmoid | HardSigmoid
hard_swish | HardSwish
hard_tanh | Clip
identity | Noop, Split
instance_norm | InstanceNorm
l2_norm | Normalize, without its scale
layer_norm | LayerNorm
leaky_relu | ReLU
local_response_norm | LRN | size: local_size
max | Reduction
max_pool | Pooling
maximum | Eltwise, BinaryOp
mean | Reduction
min | Reduction
minimum | BinaryOp
mish | Mish
multiply | Eltwise, BinaryOp, Scale of two blobs
opaque | any layer
pad | Padding
permute | Permute | axes: order_type
prelu | PReLU
relu | ReLU
relu6 | Clip
reshape | Reshape
resize | Interp
scale | Scale | shift: bias_term
selu | SELU
sigmoid | Sigmoid
silu | Swish
slice | Crop, Slice
softmax | Softmax
softplus | Softplus, BNLL
space_to_depth | Reorg | factor: stride
split | Slice | sizes: slices
subtract | BinaryOp
sum | Reduction
tanh | TanH
tile | Tile | times: tiles
upsample | Interp
"""
