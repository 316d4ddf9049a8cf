"""ncnn: the layers of its operators.md whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import TransposedWindow
    from cnncalc.dialects.base.asked import Asked


def _size_without_word(dialect: type[Dialect], asked: Asked) -> None:
    if asked.target is not None and not asked.mode and not any(asked.sides):
        raise dialect.refuse("output_w goes with pad_left -233 or -234", key="output_size")


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
    words_for_padding = "-233: same, -234: same_lower"
    averages: ClassVar = {"inputs": "inputs", "counted": "kernel", "same": "kernel"}
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

    neutral = "activation_params weight_data_size"

    defaults: ClassVar = {"max_pool": {"ceil": True}, "avg_pool": {"ceil": True}}

    refusals: ClassVar = {
        "conv": (_padding_mode,),
        "depthwise_conv": (_padding_mode,),
    }
    limits: ClassVar = {
        "max_pool": (limits.dilation_of_pool,),
        "avg_pool": (limits.dilation_of_pool,),
        "conv_transpose": (_size_without_word,),
    }

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """A word cuts nothing by itself."""
        if asked.mode.startswith("same"):
            found = super().spread(asked._replace(mode="", sides=(0, 0)))
            return found._replace(rule=f"{asked.mode}: nothing without an output size")
        return super().spread(asked)

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """A size goes with a word, which says where the odd element is cut; numbers ignore it.

        Raises Refusal.
        """
        cls.assert_limits(asked)
        if asked.target is None or not asked.mode.startswith("same"):
            return cls.spread(asked._replace(target=None))
        total = cls.spread(asked).positions(asked.n) - asked.target
        lower = asked.mode == "same_lower"
        return transposing.cut_to(asked, asked.target, total - total // 2 if lower else total // 2)

    told = """
conv | numbers; −233 is SAME, −234 with the odd element in front |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | rounds up by default and drops no window; pad_mode 1 rounds down, 2 and 3 are SAME |
    O = ⌈(I + P_start + P_end − F)/S⌉ + 1
avg_pool | as max pools |
    divided by the inputs that are read; by F if counted, or with SAME
conv_transpose | output_w goes with −233 and −234, and is ignored beside numbers |
    O = (I − 1)·S + E + output_pad_right − P_start − P_end
"""
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
rescaling | BinaryOp with a number
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
