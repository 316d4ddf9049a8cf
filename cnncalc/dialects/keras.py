"""Keras 3: `keras.layers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.dialects.base.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence


def _strided_dilation(layer: Any, windows: Sequence[Any]) -> None:
    # A stride along any axis with a dilation along any axis.
    if any(w.stride > 1 for w in windows) and any(w.dilation > 1 for w in windows):
        raise Keras.refuse("`strides > 1` not supported in conjunction with `dilation_rate > 1`",
                           key="dilation")  # fmt: skip


def _strided_dilated_state(layer: Any, windows: Sequence[Any]) -> None:
    if max(w.stride for w in windows) > 1 and max(w.dilation for w in windows) > 1:
        raise Keras.refuse("strides > 1 is not compatible with dilation_rate > 1", key="dilation")


def _causal(layer: Any, windows: Sequence[Any]) -> None:
    # Of all its convolutions, Conv1D alone knows causal padding.
    name = {"conv": f"Conv{len(windows)}D", "depthwise_conv": "DepthwiseConv"}.get(
        layer.kind, "SeparableConv"
    )
    if layer.padding == "causal" and name != "Conv1D":
        raise Keras.refuse(f"{name} has no causal padding", key="padding",
                           help="`pad` before the layer, or `conv` along one axis")  # fmt: skip


def _padding_mode(layer: Any, windows: Sequence[Any]) -> None:
    if layer.padding_mode != "zeros":
        raise Keras.refuse("its convolutions are padded with zeros", key="padding_mode",
                           help=f"`pad: {{mode: {layer.padding_mode}, …}}` before the layer")  # fmt: skip


def _padded_local(layer: Any, windows: Sequence[Any]) -> None:
    if any(any(window.padding) for window in windows):
        raise Keras.refuse("only `valid` is supported where every position has its weights",
                           key="padding", help="`pad` before the layer")  # fmt: skip


def _output_padding(layer: Any, extra: int, stride: int, dilation: int) -> None:
    if extra >= stride:
        raise Keras.refuse(f"output_padding {extra} must be less than the stride {stride}",
                           key="output_padding")  # fmt: skip


def _causal_pool(layer: Any, sizes: tuple[int, ...], windows: Sequence[Any]) -> None:
    if layer.padding == "causal":
        raise Keras.refuse("the padding of a pool is `valid` or `same`", key="padding",
                           help="`pad` before the pool")  # fmt: skip


def _negative_padding(layer: Any, x: Any) -> None:
    # The one negative amount that it takes is a number for all sides of two or three axes.
    amount = layer.amount
    if isinstance(amount, tuple):
        cuts = any(min(side) < 0 if isinstance(side, tuple) else side < 0 for side in amount)
    else:
        cuts = x.rank == 1 and amount < 0
    if cuts:
        raise Keras.refuse("paddings are not negative", key="amount", help="`crop` cuts off")


def _broken_factors(layer: Any, scales: Sequence[float]) -> None:
    if not all(isinstance(scale, int) for scale in scales):
        raise Keras.refuse("UpSampling takes whole factors", key="scale",
                           help="`resize` gives any size")  # fmt: skip


def _projection(layer: Any) -> None:
    if layer.projection is not None:
        raise Keras.refuse("its LSTM has no projection", key="projection",
                           help="set `dialect: torch`, or put a conv of kernel 1 after it")  # fmt: skip


def _features_per_head(layer: Any, query: Any) -> None:
    if layer.key_dim is None:
        raise Keras.refuse(
            "key_dim has no default", key="key_dim", help="channels / heads is usual"
        )


def _one_kernel(layer: Any, kernels: Any) -> None:
    inner = layer.layer
    if inner.kernels not in (("kernel",), ("embedding",)) or inner.kind == "time_distributed":
        raise Keras.refuse(f"SpectralNormalization needs a layer with one kernel, and `{inner.kind}` is none",
                           key="layer", help="a conv, dense or embedding")  # fmt: skip


def _last_axis(layer: Any, kernels: Any) -> None:
    if layer.dim != 0:
        raise Keras.refuse("lengths are those along the last axis of the kernel", key="dim",
                           help="leave out `dim`, or set `dialect: torch`")  # fmt: skip


class Keras(Dialect):
    """Keras."""

    title = "Keras"
    version = "3.15.1"
    source = "documentation and behaviour of keras.layers"

    averages: ClassVar = {"inputs": "inputs"}
    transposed_valid_fills = True
    channels_last = True
    merges_pad = True
    merges_spread = True
    nearest = "nearest_exact"
    singular_vectors = 1
    crop_enlarges = True
    spectra_stored = False

    padding_words = "valid same causal"
    pairs = ""
    pads_apart = True
    lacks: ClassVar = {
        "max_pool": "ceil dilation",
        "avg_pool": "ceil",
        "deform_conv": "*",
        "lp_pool": "*",
        "max_unpool": "*",
        "fractional_max_pool": "*",
    }

    inputs = "input_shape input_dim"
    neutral = (
        "data_format kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
        "kernel_constraint bias_constraint activity_regularizer"
    )

    refusals: ClassVar = {
        "conv": (_strided_dilation, _causal, _padding_mode),
        "depthwise_conv": (_causal, _padding_mode),
        "locally_connected": (_padded_local,),
        "separable_conv": (_causal,),
        "conv_transpose": (_strided_dilation,),
        "output_padding": (_output_padding,),
        "conv_lstm": (_strided_dilated_state,),
        "max_pool": (_causal_pool,),
        "avg_pool": (_causal_pool,),
        "pad": (_negative_padding,),
        "spectral_norm": (_one_kernel,),
        "upsample": (_broken_factors,),
        "weight_norm": (_last_axis,),
        "lstm": (_projection,),
        "multi_head_attention": (_features_per_head,),
    }

    told = """
conv | valid, same, and causal of Conv1D; no stride with a dilation |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
max_pool | valid, same; no ceil |
    SAME as TensorFlow: O = ⌈I/S⌉, P = max(0, (O − 1)·S + E − I), ⌊P/2⌋ before
avg_pool | valid, same; leaves the padding out |
    divided by the inputs that are read
conv_transpose | same gives I·S, valid at least I·S |
    same: O = I·S; valid: O = (I − 1)·S + max(E, S)
"""
    spelling = """
abs | keras.ops.abs
adaptive_avg_pool | AdaptiveAveragePooling1D, AdaptiveAveragePooling2D, AdaptiveAveragePooling3D |
    size: output_size
adaptive_max_pool | AdaptiveMaxPooling1D, AdaptiveMaxPooling2D, AdaptiveMaxPooling3D |
    size: output_size
add | Add
alpha_dropout | AlphaDropout
average | Average
avg_pool | AveragePooling1D, AveragePooling2D, AveragePooling3D | size: pool_size, stride: strides
batch_norm | BatchNormalization | eps: epsilon
bilinear |  | bias: use_bias
celu | Activation("celu")
concat | Concatenate
constant | keras.ops.full, keras.ops.zeros, keras.ops.ones
conv | Conv1D, Conv2D, Conv3D |
    kernel: kernel_size, stride: strides, dilation: dilation_rate, bias: use_bias
conv_lstm | ConvLSTM1D, ConvLSTM2D, ConvLSTM3D |
    kernel: kernel_size, stride: strides, dilation: dilation_rate, bias: use_bias, return: return_sequences
conv_transpose | Conv1DTranspose, Conv2DTranspose, Conv3DTranspose |
    kernel: kernel_size, stride: strides, dilation: dilation_rate, bias: use_bias
crop | Cropping1D, Cropping2D, Cropping3D, CenterCrop | amount: cropping
dense | Dense | bias: use_bias
depthwise_conv | DepthwiseConv1D, DepthwiseConv2D |
    kernel: kernel_size, stride: strides, dilation: dilation_rate, multiplier: depth_multiplier, bias: use_bias
dropout | Dropout
elu | ELU
embedding | Embedding | vocab: input_dim, dim: output_dim
exponential | Activation("exponential")
flatten | Flatten
gather | keras.ops.take
gaussian_dropout | GaussianDropout
gaussian_noise | GaussianNoise | rate: stddev
gelu | Activation("gelu")
global_avg_pool | GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D |
    keep_size: keepdims
global_max_pool | GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D | keep_size: keepdims
glu | Activation("glu")
group_norm | GroupNormalization | eps: epsilon
gru | GRU, Bidirectional | return: return_sequences, bias: use_bias, bidirectional: merge_mode
hard_shrink | Activation("hard_shrink")
hard_sigmoid | Activation("hard_sigmoid")
hard_swish | Activation("hard_silu"), Activation("hard_swish")
hard_tanh | Activation("hard_tanh")
identity | Identity, Activation("linear")
instance_norm | GroupNormalization(groups=-1) | eps: epsilon
l2_norm | UnitNormalization | axes: axis
layer_norm | LayerNormalization | axes: axis, eps: epsilon
layer_scale | keras.applications.convnext.LayerScale | init: init_values
leaky_relu | LeakyReLU | slope: negative_slope
locally_connected | LocallyConnected1D, LocallyConnected2D |
    kernel: kernel_size, stride: strides, bias: use_bias
log_sigmoid | Activation("log_sigmoid")
log_softmax | Activation("log_softmax")
lstm | LSTM, Bidirectional | return: return_sequences, bias: use_bias, bidirectional: merge_mode
masking | Masking | value: mask_value
matmul | Dot, ops.matmul
max | keras.ops.max | keep: keepdims
max_pool | MaxPooling1D, MaxPooling2D, MaxPooling3D | size: pool_size, stride: strides
maximum | Maximum
mean | keras.ops.mean | keep: keepdims
min | keras.ops.min | keep: keepdims
mel_spectrogram | MelSpectrogram |
    n_fft: fft_length, hop: sequence_stride, window: sequence_length, mels: num_mel_bins
minimum | Minimum
mish | Activation("mish")
multi_head_attention | MultiHeadAttention | heads: num_heads, output: output_shape, bias: use_bias
multiply | Multiply
normalization | Normalization | axes: axis
opaque | Lambda
pad | ZeroPadding1D, ZeroPadding2D, ZeroPadding3D | amount: padding
parameter | add_weight, keras.Variable
permute | Permute
prelu | PReLU | shared: shared_axes
relu | ReLU | slope: negative_slope
relu6 | Activation("relu6")
repeat_vector | RepeatVector | times: n
rescaling | Rescaling
reshape | Reshape
resize | Resizing | mode: interpolation
rms_norm | RMSNormalization | axes: axis, eps: epsilon
selu | Activation("selu")
separable_conv | SeparableConv1D, SeparableConv2D |
    kernel: kernel_size, stride: strides, dilation: dilation_rate, multiplier: depth_multiplier, bias: use_bias
sigmoid | Activation("sigmoid")
silu | Activation("silu"), Activation("swish")
simple_rnn | SimpleRNN, Bidirectional |
    return: return_sequences, bias: use_bias, bidirectional: merge_mode
soft_shrink | Activation("soft_shrink")
softmax | Softmax
softplus | Activation("softplus")
softsign | Activation("softsign")
sparse_plus | Activation("sparse_plus")
sparse_sigmoid | Activation("sparse_sigmoid")
sparsemax | Activation("sparsemax")
spatial_dropout | SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
spectral_norm | SpectralNormalization
squareplus | Activation("squareplus")
split | keras.ops.split | sizes: indices_or_sections
squeeze | keras.ops.squeeze
stack | keras.ops.stack
stft | ops.stft | n_fft: fft_length, hop: sequence_stride, window: sequence_length
subtract | Subtract
sum | keras.ops.sum | keep: keepdims
tanh | Activation("tanh")
tanh_shrink | Activation("tanh_shrink")
threshold | Activation("threshold") | value: default_value
tile | keras.ops.tile, keras.ops.repeat
time_distributed | TimeDistributed
unsqueeze | keras.ops.expand_dims
upsample | UpSampling1D, UpSampling2D, UpSampling3D | scale: size, mode: interpolation
weight_norm | WeightNormalization
"""
