"""OpenVINO: the operators of its opsets whose windows are known, as an ONNX file has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.windows import TransposedWindow
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.onnx import OnnxWindows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.dialects.base.asked import Asked, Resizing


def _padding_of_an_average(dialect: type[Dialect], asked: Asked) -> None:
    if asked.counted is False and not asked.mode and max(asked.sides) >= asked.extent:
        raise dialect.refuse(f"a window of {asked.extent} may lie in the padding alone, which is "
                             "not counted", key="padding")  # fmt: skip


def _too_large(dialect: type[Dialect], asked: Asked) -> None:
    padded = asked.n + sum(dialect.sides_of(asked))
    if asked.extent > padded:
        raise dialect.refuse(f"a window of {asked.extent} is larger than the padded input, {padded}",
                             key="size" if asked.is_pool else "kernel")  # fmt: skip


class Openvino(OnnxWindows, Dialect):
    """OpenVINO. A window of a max pool that starts in the end padding is kept, that of an average is not."""

    title = "OpenVINO"
    version = "2026.4.1"
    source = "documentation of its operation sets; windows measured on the CPU"
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"onnx": ""}
    padding_words = "valid same same_upper same_lower"

    ceil_unpadded = "ceil"
    empties = "conv_transpose"
    limits: ClassVar = {
        "conv": (_too_large,),
        "max_pool": (_too_large,),
        "avg_pool": (_too_large, _padding_of_an_average),
        "lp_pool": (_too_large,),
    }
    averages: ClassVar = {"inputs": "inputs", "counted": "kernel"}
    merges_spread = True

    @classmethod
    def rounding_of(cls, asked: Asked, others: Sequence[Asked] = ()) -> str:
        """With `ceil`, max pools keep every window."""
        if asked.kind == "max_pool" and asked.rounding == "ceil":
            return "full"
        return super().rounding_of(asked, others)

    @classmethod
    def divisor_of(cls, asked: Asked) -> str:
        """Where nothing is padded, what sticks out at the end is not counted."""
        if asked.counted is not False and not any(cls.sides_of(asked)):
            return "inputs"
        return super().divisor_of(asked)

    @classmethod
    def cut(cls, asked: Asked, size: int, extra: int) -> TransposedWindow:
        """A size that is asked for is cut as for `same_lower`; a window of 1 that keeps it is a copy."""
        if asked.k == asked.s == 1 and size == asked.n:
            return TransposedWindow(1, 1, 1, (0, 0), asked.mode or "explicit")
        if asked.target is not None:
            asked = asked._replace(mode="")
        return super().cut(asked, size, extra)

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """A window of 1 that keeps the size is a copy."""
        found = super().spread(asked)
        size = found.positions(asked.n)
        return cls.cut(asked, size, 0) if asked.k == asked.s == 1 and size == asked.n else found

    @classmethod
    def resize(cls, asked: Resizing) -> tuple[int, ...]:
        """Proportions are not kept; raises Refusal for coordinates that it does not know."""
        if asked.coordinates in ("half_pixel_symmetric", "tf_crop_and_resize"):
            raise cls.refuse(f"it has no coordinates `{asked.coordinates}`", key="mode")
        return super().resize(asked._replace(policy="stretch"))

    @classmethod
    def scale(cls, n: int, factor: float) -> int:
        """A little is added, so that a factor that is rounded down does no harm."""
        return super().scale(n, factor + 1e-6)

    told = """
conv | SAME, VALID, numbers; a window larger than the padded input is refused |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | `ceil` keeps every window, also one that reads nothing (the lowest number) |
    O = ⌈(I + P_start + P_end − E)/S⌉ + 1
avg_pool | `ceil` drops a window that starts in the end padding; excluding padding of a window or
    more is refused |
    counted: F if anything is padded, else the inputs that are read
lp_pool | as average pools |
    partial windows are scaled up
conv_transpose | SAME gives I·S if the window spans the stride; a given size is cut as for
    SAME_LOWER |
    SAME: O = (I − 1)·S + min(S, E + output_padding)
upsample | a little is added to the factor |
    O = ⌊I·(scale + 10⁻⁶)⌋ in 32 bits
resize | no half_pixel_symmetric, no tf_crop_and_resize; keep_aspect_ratio_policy is forgotten |
    O = the size
"""
    spelling = """
abs | Abs
adaptive_avg_pool | AdaptiveAvgPool
adaptive_max_pool | AdaptiveMaxPool
add | Add
avg_pool | AvgPool
batch_norm | BatchNormInference
channel_shuffle | ShuffleChannels | groups: group
concat | Concat
constant | Const
conv | Convolution, GroupConvolution
conv_transpose | ConvolutionBackpropData, GroupConvolutionBackpropData
dense | MatMul with a constant
depth_to_space | DepthToSpace | factor: block_size
depthwise_conv | GroupConvolution with groups = channels
elu | Elu
embedding | Gather of a constant
exponential | Exp
gather | Gather
gelu | Gelu
global_avg_pool | ReduceMean over the map
global_max_pool | ReduceMax over the map
grid_sample | GridSample
group_norm | GroupNormalization
gru | GRUSequence
hard_sigmoid | HardSigmoid
hard_swish | HSwish
hard_tanh | Clamp
instance_norm | MVN over the map
l2_norm | NormalizeL2
layer_norm | MVN
leaky_relu | PRelu with a constant
local_response_norm | LRN
log_softmax | LogSoftmax
lp_pool | LpPool of ONNX
lstm | LSTMSequence
matmul | MatMul
max | ReduceMax
max_pool | MaxPool
maximum | Maximum
mean | ReduceMean
min | ReduceMin
minimum | Minimum
mish | Mish
multi_head_attention | ScaledDotProductAttention between MatMuls with constants
multiply | Multiply
opaque | any layer
parameter | Const
permute | Transpose
pixel_shuffle | DepthToSpace with mode="depth_first" | factor: block_size
prelu | PRelu
quantize | FakeQuantize
relu6 | Clamp from 0 to 6
rescaling | Multiply by a number, Add of a number
reshape | Reshape
resize | Interpolate with sizes
roi_align | ROIAlign
roi_pool | ROIPooling
scale | Multiply by a constant
selu | Selu
silu | Swish
simple_rnn | RNNSequence
slice | StridedSlice, Slice
softplus | SoftPlus
softsign | SoftSign
space_to_depth | SpaceToDepth | factor: block_size
split | Split, VariadicSplit
squeeze | Squeeze
subtract | Subtract
sum | ReduceSum
tile | Tile, Broadcast
unsqueeze | Unsqueeze
upsample | Interpolate with scales
"""
