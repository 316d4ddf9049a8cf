"""Flax: the layers of `flax.linen` and `flax.nnx` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.dialects.base.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence


def _causal(layer: Any, windows: Sequence[Any]) -> None:
    if layer.padding == "causal" and len(windows) > 1:
        raise Flax.refuse("causal padding is for convolutions along one axis", key="padding",
                          help="`pad` before the layer")  # fmt: skip


def _padding_of_a_pool(layer: Any, sizes: tuple[int, ...], windows: Sequence[Any]) -> None:
    padding = layer.padding
    if padding == "causal":
        raise Flax.refuse("its pools have no causal padding", key="padding",
                          help="`pad` before the pool")  # fmt: skip
    sides = padding if isinstance(padding, tuple) else (padding,)
    if any(isinstance(side, int) for side in sides):
        raise Flax.refuse("its pools take pairs of padding, not numbers", key="padding",
                          help="write [before, after] for each axis")  # fmt: skip


def _ceil(layer: Any, sizes: tuple[int, ...], windows: Sequence[Any]) -> None:
    if layer.ceil:
        raise Flax.refuse("its pools have no ceil", key="ceil")


def _dilated_pool(layer: Any, sizes: tuple[int, ...], windows: Sequence[Any]) -> None:
    if any(window.dilation > 1 for window in windows):
        raise Flax.refuse("its pools have no dilation", key="dilation")


def _extended_output(layer: Any, windows: Sequence[Any]) -> None:
    for name in ("output_padding", "output_size"):
        if getattr(layer, name) is not None:
            raise Flax.refuse(f"its ConvTranspose has no {name}", key=name,
                              help="a pair of padding says as much")  # fmt: skip
    if layer.groups > 1:
        raise Flax.refuse("its ConvTranspose has no groups", key="groups")


class Flax(Dialect):
    """Flax. Numbers as the padding of ConvTranspose are added to the input after it is stretched."""

    title = "Flax"
    version = "0.12.12"
    source = "documentation of flax.linen; windows measured with flax 0.12.12 and jax 0.12.0.1"
    partial = True

    transposed_valid_fills = True
    transposed_padding = "added"
    channels_last = True
    merges_spread = True

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
        "max_pool": (_padding_of_a_pool, _ceil, _dilated_pool),
        "avg_pool": (_padding_of_a_pool, _ceil),
    }

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
sigmoid | sigmoid
silu | silu, swish
softmax | softmax
softplus | softplus
tanh | tanh
"""
