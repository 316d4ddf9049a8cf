"""Flax: the layers of `flax.linen` and `flax.nnx` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic.moving import Listed
from cnncalc.arithmetic.windows import BorderedWindow
from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import Dialect
from cnncalc.dialects.base.jax import JaxWindows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.dialects.base.asked import Asked


def _causal(layer: Any, windows: Sequence[Any]) -> None:
    if layer.padding == "causal" and len(windows) > 1:
        raise Flax.refuse("causal padding is for convolutions along one axis", key="padding",
                          help="`pad` before the layer")  # fmt: skip


def _padding_of_a_pool(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode == "causal":
        raise dialect.refuse("its pools have no causal padding", key="padding",
                             help="`pad` before the pool")  # fmt: skip
    if asked.single:
        raise dialect.refuse("its pools take pairs of padding, not numbers", key="padding",
                             help="write [before, after] for each axis")  # fmt: skip


def _lower_with_stride(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode == "same_lower" and asked.s > 1:
        raise dialect.refuse("SAME_LOWER of a ConvTranspose is for a stride of 1", key="padding")


def _extended_output(layer: Any, windows: Sequence[Any]) -> None:
    for name in ("output_padding", "output_size"):
        if getattr(layer, name) is not None:
            raise Flax.refuse(f"its ConvTranspose has no {name}", key=name,
                              help="a pair of padding says as much")  # fmt: skip
    if layer.groups > 1:
        raise Flax.refuse("its ConvTranspose has no groups", key="groups")


class Flax(JaxWindows, Dialect):
    """Flax. Numbers as the padding of ConvTranspose are added to the input after it is stretched."""

    title = "Flax"
    version = "0.12.12"
    source = "documentation of flax.linen; windows measured with flax 0.12.12 and jax 0.12.0.1"
    partial = True

    words_for_padding = (
        "SAME: same, SAME_LOWER: same_lower, VALID: valid, CAUSAL: causal, "
        "CIRCULAR: circular, REFLECT: reflect"
    )

    gru_state_biases = "new"

    padding_words = "valid same same_lower causal"
    averages: ClassVar = {"counted": "kernel", "inputs": "inputs"}

    inputs = "in_features"
    neutral = "kernel_init bias_init param_dtype precision rngs"

    defaults: ClassVar = {
        "conv": {"padding": "same"},
        "depthwise_conv": {"padding": "same"},
        "conv_transpose": {"padding": "same"},
        "max_pool": {"stride": 1},
        "avg_pool": {"stride": 1},
    }

    refusals: ClassVar = {
        "conv": (_causal,),
        "depthwise_conv": (_causal,),
        "conv_transpose": (_extended_output,),
    }
    limits: ClassVar = {
        "max_pool": (_padding_of_a_pool, limits.rounding_up, limits.dilation_of_pool),
        "avg_pool": (_padding_of_a_pool, limits.rounding_up, limits.dilation_of_pool),
        "conv_transpose": (_lower_with_stride,),
    }

    @classmethod
    def reading(cls, asked: Asked, others: Sequence[Asked] = ()) -> Axis:
        """CIRCULAR and REFLECT go on with the map itself; raises Refusal."""
        if asked.mode not in ("circular", "reflect"):
            return super().reading(asked, others)
        reach = asked.extent - 1
        if asked.kind == "conv":
            sides = (reach // 2, reach - reach // 2)
            return BorderedWindow(asked.k, asked.s, asked.d, sides, mode=asked.mode)
        if asked.kind != "conv_transpose" or asked.mode == "reflect":
            raise cls.refuse(f"it has no {asked.mode} here", key="padding")
        return cls._wrap(asked)

    @classmethod
    def _wrap(cls, asked: Asked) -> Listed:
        """The full output of a transposed convolution, laid around a circle of n·stride."""
        period = asked.n * asked.s
        window = cls.spread(asked._replace(mode="valid"))
        size = window.positions(asked.n)
        missing = -(size - period) % (2 * period)
        before = missing // 2 if asked.way == "transposed kernel" else missing - missing // 2
        reads = [
            {i for u in range(size) if (u + before) % period == o for i in window.taps(u, asked.n)}
            for o in range(period)
        ]
        return Listed(tuple(tuple(sorted(each)) for each in reads))

    told = """
conv | SAME by default; numbers; an input that is too short gives an empty map |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
max_pool | words and pairs; stride 1 by default; no ceil |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
avg_pool | as max pools |
    divided by F; without the padding by the inputs that are read
conv_transpose | numbers pad the stretched input |
    number: O = (I − 1)·S + 1 + P_start + P_end − E + 1; SAME: O = I·S
"""
    spelling = """
add | +
avg_pool | avg_pool | size: window_shape, stride: strides
batch_norm | BatchNorm | scale: use_scale, center: use_bias, eps: epsilon
concat | jnp.concatenate
conv | Conv | filters: features, kernel: kernel_size, stride: strides,
    dilation: kernel_dilation, groups: feature_group_count, bias: use_bias
conv_transpose | ConvTranspose (its padding is added to the stretched input) |
    filters: features, kernel: kernel_size, stride: strides, dilation: kernel_dilation, bias: use_bias
dense | Dense, Linear | units: features, bias: use_bias
depthwise_conv | Conv with feature_group_count = channels | kernel: kernel_size, stride: strides,
    dilation: kernel_dilation, bias: use_bias
dropout | Dropout
elu | elu
embedding | Embed | vocab: num_embeddings, dim: features
flatten | reshape
gelu | gelu
group_norm | GroupNorm | groups: num_groups, scale: use_scale, center: use_bias, eps: epsilon
gru | GRUCell of linen (that of nnx has no bias of the state), RNN | units: features
identity | identity
leaky_relu | leaky_relu | slope: negative_slope
lstm | OptimizedLSTMCell, RNN | units: features
max_pool | max_pool | size: window_shape, stride: strides
multi_head_attention | MultiHeadDotProductAttention, MultiHeadAttention |
    heads: num_heads, bias: use_bias
multiply | *
opaque | any Module
pad | jnp.pad
relu | relu
relu6 | relu6
rescaling | * and + of numbers
sigmoid | sigmoid
silu | silu, swish
softmax | softmax
softplus | softplus
tanh | tanh
"""
