"""ONNX: the operators of the domain ai.onnx, as their text has them."""

from __future__ import annotations

from typing import Any, ClassVar

from cnncalc.dialects.base.dialect import Dialect
from cnncalc.dialects.base.onnx import OnnxWindows


def _output_padding(layer: Any, extra: int, stride: int, dilation: int) -> None:
    if extra >= max(stride, dilation):
        raise Onnx.refuse(f"output_padding {extra} must be less than the stride {stride} "
                          f"or the dilation {dilation}", key="output_padding")  # fmt: skip


def _merged_directions(layer: Any) -> None:
    if layer.bidirectional not in ("none", "concat"):
        raise Onnx.refuse("two directions can only be concatenated", key="bidirectional")


def _projection(layer: Any) -> None:
    if getattr(layer, "projection", None) is not None:
        raise Onnx.refuse("its LSTM has no projection", key="projection",
                          help="a `dense` without bias behind it")  # fmt: skip


class Onnx(OnnxWindows, Dialect):
    """ONNX, whatever runs it."""

    title = "ONNX"
    version = "opset 28"
    source = "Operators.md of ONNX; windows measured with onnxruntime 1.32.0 on the CPU"

    recurrent_biases = 2
    merges_spread = True
    splits_unevenly = True

    converters: ClassVar = {
        "torch": "torch.onnx",
        "keras": "tf2onnx",
        "paddle": "paddle2onnx",
        "mxnet": "mx2onnx",
        "chainer": "onnx-chainer",
    }
    padding_words = "valid same same_upper same_lower"
    averages: ClassVar = {"inputs": "inputs", "counted": "padded"}

    neutral = "storage_order stash_type"

    refusals: ClassVar = {
        "output_padding": (_output_padding,),
        "lstm": (_merged_directions, _projection),
        "gru": (_merged_directions,),
        "simple_rnn": (_merged_directions,),
    }

    told = """
conv | as the text has it; runtimes differ, see their rows |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | `ceil` drops a window that starts in the end padding (from opset 22 in the text) |
    O = ⌈(I + P_start + P_end − E)/S⌉ + 1, less 1 if (O − 1)·S ≥ I + P_start
avg_pool | as max pools |
    counted: the elements of the window within the padded input
lp_pool | as max pools |
    O as for max pools
conv_transpose | SAME_UPPER cuts more from the end, all else from the begin |
    SAME: O = I·S where the window spans the stride
upsample | the product in 32 bits |
    O = ⌊I · scale⌋
resize | proportions are kept if asked |
    O = the size
"""
    spelling = """
abs | Abs
add | Add, Sum
affine_grid | AffineGrid
average | Mean
avg_pool | AveragePool | size: kernel_shape, stride: strides, padding: pads, ceil: ceil_mode,
    count_padding: count_include_pad
batch_norm | BatchNormalization | eps: epsilon
bilinear | Einsum
celu | Celu
concat | Concat
conv | Conv, QLinearConv, ConvInteger |
    kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations, groups: group
conv_transpose | ConvTranspose |
    kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations, groups: group,
    output_size: output_shape
crop | CenterCropPad
deform_conv | DeformConv |
    kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations, offset_groups: offset_group
dense | Gemm or MatMul with weights
depth_to_space | DepthToSpace | factor: blocksize
depthwise_conv | Conv with group = channels |
    kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations
dequantize | DequantizeLinear
dropout | Dropout | rate: ratio
elu | Elu
embedding | Gather of weights
exponential | Exp
flatten | Flatten
fold | Col2Im | size: image_shape, kernel: block_shape
gather | Gather
gelu | Gelu
global_avg_pool | GlobalAveragePool with Flatten
global_max_pool | GlobalMaxPool with Flatten
grid_sample | GridSample
group_norm | GroupNormalization | groups: num_groups, eps: epsilon
gru | GRU | units: hidden_size
hard_shrink | Shrink | threshold: lambd
hard_sigmoid | HardSigmoid
hard_swish | HardSwish
hard_tanh | Clip
identity | Identity, Cast
instance_norm | InstanceNormalization | eps: epsilon
l2_norm | LpNormalization
layer_norm | LayerNormalization | axes: axis, eps: epsilon
leaky_relu | LeakyRelu
local_response_norm | LRN
log_softmax | LogSoftmax
lp_pool | LpPool, GlobalLpPool | size: kernel_shape, stride: strides, ceil: ceil_mode
lstm | LSTM | units: hidden_size
matmul | MatMul
max | ReduceMax | axis: axes, keep: keepdims
max_pool | MaxPool |
    size: kernel_shape, stride: strides, padding: pads, dilation: dilations, ceil: ceil_mode
max_unpool | MaxUnpool | size: kernel_shape, stride: strides, padding: pads
maximum | Max
mean | ReduceMean | axis: axes, keep: keepdims
min | ReduceMin | axis: axes, keep: keepdims
minimum | Min
mish | Mish
multiply | Mul
opaque | any node
pad | Pad | amount: pads
permute | Transpose
pixel_shuffle | DepthToSpace with mode: CRD | factor: blocksize
prelu | PRelu
quantize | QuantizeLinear
relu | Relu
relu6 | Clip from 0 to 6
rescaling | Mul by a number, Add of a number
reshape | Reshape
resize | Resize | size: sizes
rms_norm | RMSNormalization | axes: axis, eps: epsilon
roi_align | RoiAlign
roi_pool | MaxRoiPool
selu | Selu
sigmoid | Sigmoid
silu | Swish
simple_rnn | RNN | units: hidden_size
slice | Slice
soft_shrink | Shrink with bias = lambd | threshold: lambd
softmax | Softmax
softplus | Softplus
softsign | Softsign
space_to_depth | SpaceToDepth | factor: blocksize
split | Split
squeeze | Squeeze | axis: axes
stft | STFT
subtract | Sub
sum | ReduceSum | axis: axes, keep: keepdims
tanh | Tanh
threshold | ThresholdedRelu
tile | Tile, Expand
unsqueeze | Unsqueeze | axis: axes
upsample | Upsample, Resize | scale: scales
"""
