"""TensorFlow Lite (LiteRT): the builtin operators whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import TransposedWindow
    from cnncalc.dialects.base.asked import Asked


class Tflite(Dialect):
    """TensorFlow Lite. Padding is a word, and a transposed convolution is told its output size."""

    title = "TensorFlow Lite"
    version = "LiteRT 2.3.0 with the converter of TensorFlow 2.21.0"
    source = "the schema of TensorFlow Lite; windows measured with its kernels on the CPU"
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"keras": "TFLiteConverter", "onnx": "onnx2tf"}
    pairs = ""

    channels_last = True
    merges_spread = True
    merges_pad = True

    words_for_padding = "SAME: same, VALID: valid"
    averages: ClassVar = {"inputs": "inputs"}
    limits: ClassVar = {
        "conv_transpose": (limits.extra_output,),
        "max_pool": (limits.dilation_of_pool, limits.rounding_up),
        "avg_pool": (limits.dilation_of_pool, limits.rounding_up),
    }

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """Without a size, that of the layer of Keras which is converted to the operator."""
        span = max(asked.extent, asked.s) if asked.mode == "valid" else asked.s
        return cls._cut(asked, (asked.n - 1) * asked.s + span)

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """A size is accepted if a convolution makes the input of it; raises Refusal."""
        cls.assert_limits(asked)
        if asked.target is None:
            return cls.spread(asked)
        if transposing.forward_length(asked, asked.target) != asked.n:
            raise cls.refuse(f"no convolution makes {asked.n} of {asked.target} elements",
                             key="output_size")  # fmt: skip
        return cls._cut(asked, asked.target)

    @staticmethod
    def _cut(asked: Asked, size: int) -> TransposedWindow:
        return transposing.cut_to(asked, size, transposing.forward_sides(asked, size)[0])

    told = """
conv | SAME and VALID |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
max_pool | SAME and VALID; no ceil, no dilation |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
avg_pool | SAME and VALID; leaves the padding out |
    divided by the inputs that are read
conv_transpose | the output length is given, and refused unless a convolution makes the input of it
    |
    P_start of SAME over the output is cut in front
"""
    spelling = """
abs | ABS
add | ADD, ADD_N
avg_pool | AVERAGE_POOL_2D
concat | CONCATENATION
constant | a buffer
conv | CONV_2D, CONV_3D
conv_transpose | TRANSPOSE_CONV, CONV_3D_TRANSPOSE
dense | FULLY_CONNECTED
depth_to_space | DEPTH_TO_SPACE
depthwise_conv | DEPTHWISE_CONV_2D
dequantize | DEQUANTIZE
elu | ELU
embedding | EMBEDDING_LOOKUP
exponential | EXP
flatten | RESHAPE of a map to a vector
gather | GATHER
gelu | GELU
global_avg_pool | MEAN over the map
global_max_pool | REDUCE_MAX over the map
gru | WHILE over a cell
hard_sigmoid | MUL of RELU6 of ADD
hard_swish | HARD_SWISH
hard_tanh | RELU_N1_TO_1, RELU_0_TO_1
l2_norm | L2_NORMALIZATION
layer_norm | MEAN, SQUARED_DIFFERENCE, RSQRT, MUL and ADD
leaky_relu | LEAKY_RELU
local_response_norm | LOCAL_RESPONSE_NORMALIZATION
log_softmax | LOG_SOFTMAX
lp_pool | L2_POOL_2D
lstm | UNIDIRECTIONAL_SEQUENCE_LSTM
matmul | BATCH_MATMUL
max | REDUCE_MAX
max_pool | MAX_POOL_2D
maximum | MAXIMUM
mean | MEAN
min | REDUCE_MIN
minimum | MINIMUM
multiply | MUL
opaque | any operator
pad | PAD, PADV2, MIRROR_PAD
parameter | a buffer
permute | TRANSPOSE
prelu | PRELU
quantize | QUANTIZE
relu | RELU
relu6 | RELU6
rescaling | MUL by a number, ADD of a number
reshape | RESHAPE
resize | RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR
scale | MUL by a constant, and ADD
sigmoid | LOGISTIC
silu | MUL by LOGISTIC
simple_rnn | UNIDIRECTIONAL_SEQUENCE_RNN
slice | SLICE, STRIDED_SLICE
softmax | SOFTMAX
space_to_depth | SPACE_TO_DEPTH
split | SPLIT, SPLIT_V
squeeze | SQUEEZE
stack | PACK
subtract | SUB
sum | SUM
tanh | TANH
tile | TILE, BROADCAST_TO
unsqueeze | EXPAND_DIMS
upsample | RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR
"""
