"""TensorFlow.js: the operators whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.rounding import ROUNDING
from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import TransposedWindow, Window
    from cnncalc.dialects.base.asked import Asked


def _rounded_word(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode and asked.rounding:
        raise dialect.refuse("rounding is for padding in numbers", key="ceil",
                             help="write the padding as numbers")  # fmt: skip


_COUNTS = {"": "floor", "floor": "floor", "ceil": "full", "round": "round"}
"""How windows are counted by its words for rounding."""


class Tfjs(Dialect):
    """TensorFlow.js. One number as padding sizes both axes by the height's kernel and stride."""

    title = "TensorFlow.js"
    version = "4.22.0"
    source = "documentation of TensorFlow.js; windows measured with its CPU backend"
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"keras": "tensorflowjs_converter"}

    words_for_padding = "same: same, valid: valid"
    averages: ClassVar = {"inputs": "inputs"}
    empties = "conv max_pool avg_pool conv_transpose"
    transposed_valid_fills = True
    channels_last = True
    merges_spread = True
    merges_pad = True

    neutral = "dataFormat kernelInitializer biasInitializer kernelRegularizer biasRegularizer"

    limits: ClassVar = {
        "conv": (_rounded_word, limits.dilation_with_stride),
        "max_pool": (_rounded_word,),
        "avg_pool": (_rounded_word,),
        "conv_transpose": (_rounded_word,),
    }

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """One number says the size by the first axis; raises Refusal."""
        if asked.way == "pool" and asked.d > 1:
            return cls._thin(asked)
        if asked.way == "pool" and asked.single and not any(asked.sides):
            asked = asked._replace(mode="valid")
        if asked.mode:
            return super().window(asked, others)
        cls.assert_limits(asked, others)
        first = next(iter(others), asked) if asked.single else asked
        if first.way == "1d" and asked.sides[0] and asked.single:
            raise cls.refuse("its conv1d has no padding in numbers", key="padding")
        room = asked.n + sum(asked.sides) - first.extent
        count = ROUNDING[_COUNTS[asked.rounding]](room, first.s, 0)
        if asked.is_pool and asked.k == 1 and count == asked.n:
            return asked._replace(s=1).window(count, 0)
        return asked.window(count, asked.sides[0])

    @classmethod
    def _thin(cls, asked: Asked) -> Window:
        """A dilated pool: one of every so many elements, without the padding unless it is `same`."""
        limits.dilation_with_stride(cls, asked)
        _rounded_word(cls, asked if asked.mode else asked._replace(mode="valid"))
        window = asked._replace(sides=(0, 0), single=False).window
        if asked.mode == "same":
            return window(asked.n, (asked.extent - 1) // 2)
        count = asked.n - asked.extent + 1
        if count <= -asked.d:
            raise cls.refuse("nothing is left of the map", key="size")
        return window(max(count, 0), 0)

    @classmethod
    def length(cls, asked: Asked, others: Sequence[Asked] = ()) -> int:
        """Sizes below 1 are handed out, but by conv1d; raises Refusal."""
        n = cls.reading(asked, others).positions(asked.n)
        if n < 0 and any(other.way == "1d" for other in others):
            raise cls.refuse(f"a size of {n}", key="kernel")
        return n

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """A size is not checked; without one, it is that of the layer. Raises Refusal."""
        cls.assert_limits(asked)
        if asked.target is None:
            return cls.spread(asked)
        before = transposing.forward_sides(asked, asked.target)[0]
        return transposing.cut_to(asked, asked.target, before)

    @classmethod
    def zeros_of(cls, asked: Asked) -> str:
        """In max pools with a dilation, which are pools of a padded map."""
        return "beside" if asked.way == "pool" and asked.d > 1 else "never"

    told = """
conv | one number sizes both axes by the kernel and stride of the height; unset rounding is floor,
    or `floor`, `ceil`, `round`; a word with a rounding is refused, as a stride with a dilation;
    sizes below 1 are handed out |
    O = round((I + P_start + P_end − E)/S) + 1
max_pool | the same; a window of 1 that keeps the size is a copy; tf.pool with a dilation drops
    numbers, and its `same` pads with zeros that compete |
    O = round((I + P_start + P_end − F)/S) + 1
avg_pool | the same; leaves the padding out |
    divided by the inputs that are read
conv_transpose | the output size is not checked; that of the layer is Keras' |
    P_start of a convolution over the output is cut in front
"""
    spelling = """
abs | tf.abs
add | tf.add, tf.addN
avg_pool | tf.avgPool, tf.layers.averagePooling2d | size: poolSize, stride: strides
batch_norm | tf.batchNorm, tf.layers.batchNormalization | eps: epsilon
concat | tf.concat, tf.layers.concatenate
constant | tf.fill
conv | tf.conv2d, tf.conv1d, tf.layers.conv2d |
    kernel: kernelSize, stride: strides, dilation: dilationRate, bias: useBias
conv_transpose | tf.conv2dTranspose, tf.layers.conv2dTranspose |
    kernel: kernelSize, stride: strides, dilation: dilationRate, bias: useBias
dense | tf.matMul by weights, tf.layers.dense | bias: useBias
depth_to_space | tf.depthToSpace | factor: blockSize
depthwise_conv | tf.depthwiseConv2d, tf.layers.depthwiseConv2d |
    kernel: kernelSize, stride: strides, dilation: dilationRate, multiplier: depthMultiplier, bias: useBias
elu | tf.elu, tf.layers.elu
embedding | tf.gather of weights, tf.layers.embedding | vocab: inputDim, dim: outputDim
exponential | tf.exp
gather | tf.gather
gelu | tf.mul by tf.erf
gru | tf.layers.gru | return: returnSequences, bias: useBias
hard_sigmoid | tf.relu6 of tf.add
hard_swish | tf.mul by tf.relu6
hard_tanh | tf.clipByValue | min: clipValueMin, max: clipValueMax
l2_norm | tf.div by tf.norm
layer_norm | tf.moments, tf.mul and tf.add, tf.layers.layerNormalization
leaky_relu | tf.leakyRelu
local_response_norm | tf.localResponseNormalization
log_sigmoid | tf.logSigmoid
log_softmax | tf.logSoftmax
lstm | tf.layers.lstm | return: returnSequences, bias: useBias
matmul | tf.matMul
max | tf.max
max_pool | tf.maxPool, tf.pool, tf.layers.maxPooling2d | size: poolSize, stride: strides
maximum | tf.maximum
mean | tf.mean
min | tf.min
minimum | tf.minimum
mish | tf.mul by tf.tanh
opaque | any operator
parameter | tf.variable
permute | tf.transpose, tf.layers.permute | axes: perm
prelu | tf.prelu, tf.layers.prelu
relu6 | tf.relu6
rescaling | tf.mul by a number, tf.add of a number
reshape | tf.reshape, tf.layers.reshape
resize | tf.image.resizeBilinear, tf.image.resizeNearestNeighbor
scale | tf.mul by a constant
selu | tf.selu
silu | tf.mul by tf.sigmoid
simple_rnn | tf.layers.simpleRNN | return: returnSequences, bias: useBias
slice | tf.slice, tf.stridedSlice
softplus | tf.softplus
softsign | SoftSign
space_to_depth | SpaceToDepth
split | tf.split | sizes: numOrSizeSplits
squeeze | tf.squeeze
subtract | tf.sub
sum | tf.sum
tanh_shrink | tf.sub of tf.tanh
tile | tf.tile
unsqueeze | tf.expandDims
upsample | tf.layers.upSampling2d
"""
