"""PyTorch: `torch.nn`, and the layers of torchvision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.dialects.base.dialect import Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence


def _strided_same(layer: Any, windows: Sequence[Any]) -> None:
    # Two rules for it exist, and PyTorch will not choose.
    if layer.padding == "same" and any(w.stride > 1 for w in windows):
        raise Torch.refuse("padding='same' is not supported for strided convolutions",
                           key="padding", help="`half` gives ⌈n/stride⌉ for odd kernels; "
                           "`same_upper` pads as TensorFlow does")  # fmt: skip


def _deformed_plane(layer: Any, windows: Sequence[Any]) -> None:
    if len(windows) != 2:
        raise Torch.refuse(f"DeformConv2d is for maps of two axes, not {len(windows)}")


def _deformed_padding(layer: Any, windows: Sequence[Any]) -> None:
    if any(window.padding[0] != window.padding[1] for window in windows):
        raise Torch.refuse("DeformConv2d pads both sides of an axis alike", key="padding",
                           help="write the number of each axis")  # fmt: skip


def _transposed_same(layer: Any, side: str | tuple[int, int]) -> None:
    if side == "same":
        raise Torch.refuse("its transposed convolutions know no padding='same'",
                           key="padding", help="write how much is cut from each side")  # fmt: skip


def _output_padding(layer: Any, extra: int, stride: int, dilation: int) -> None:
    if extra >= max(stride, dilation):
        raise Torch.refuse(f"output_padding {extra} must be less than the stride {stride} "
                           f"or the dilation {dilation}", key="output_padding")  # fmt: skip


def _half_padding(layer: Any, sizes: tuple[int, ...], windows: Sequence[Any]) -> None:
    # Only numbers are PyTorch's own padding: modes and pairs mean a pad before the pool.
    padding = layer.padding
    sides = padding if isinstance(padding, tuple) else (padding,) * len(windows)
    for side, window in zip(sides, windows, strict=True):
        most = window.kernel // 2
        if isinstance(side, int) and side > most:
            raise Torch.refuse(f"padding may be at most half of the window, {most} for "
                               f"size {window.kernel}, and is {side}", key="padding")  # fmt: skip


def _short_average(layer: Any, sizes: tuple[int, ...], windows: Sequence[Any]) -> None:
    for n, window in zip(sizes, windows, strict=True):
        if len(sizes) == 3 and n < window.kernel:
            raise Torch.refuse("in three dimensions it averages no axis smaller than the window, "
                               f"whatever the padding, and {n} < {window.kernel}",
                               key="size")  # fmt: skip


def _single_null(layer: Any, targets: tuple[int | None, ...]) -> None:
    if targets == (None,):
        raise Torch.refuse("with one axis, adaptive pooling takes no null", key="size")


def _ratios(layer: Any, ratios: tuple[float, ...]) -> None:
    if max(ratios) >= 1:
        raise Torch.refuse(f"output_ratio must be between 0 and 1, got {max(ratios)}",
                           key="output_ratio")  # fmt: skip


def _fractional(layer: Any, n: int, size: int, target: int, rank: int) -> None:
    if rank == 3 and n == target + size - 1:
        raise Torch.refuse(f"FractionalMaxPool3d wants more than {n} elements for {target} "
                           f"windows of {size}", key="size")  # fmt: skip


def _interpolation(layer: Any, mode: str, rank: int) -> None:
    if mode == "cubic" and rank != 2:
        raise Torch.refuse(f"cubic interpolation needs two axes, and here are {rank}", key="mode")
    if layer.align_corners and mode not in ("linear", "cubic"):
        raise Torch.refuse("align_corners is for linear and cubic interpolation only",
                           key="align_corners")  # fmt: skip


def _merged_directions(layer: Any) -> None:
    if layer.bidirectional not in ("none", "concat"):
        raise Torch.refuse("two directions can only be concatenated", key="bidirectional")


def _projection(layer: Any) -> None:
    if layer.projection is not None and layer.projection >= layer.units:
        raise Torch.refuse("proj_size has to be smaller than hidden_size", key="projection",
                           help=f"at most {layer.units - 1} here")  # fmt: skip


def _reset_before(layer: Any) -> None:
    if not layer.reset_after:
        raise Torch.refuse("its GRU has the reset gate after the product", key="reset_after",
                           help="leave `reset_after` out, or set `dialect: keras`")  # fmt: skip


def _shuffle(layer: Any, x: Any) -> None:
    if x.rank != 2:
        raise Torch.refuse(f"PixelShuffle is for maps of two axes, not {x.rank}")


def _unfold(layer: Any, x: Any) -> None:
    if x.rank != 2:
        raise Torch.refuse(f"Unfold is for maps of two axes, not {x.rank}")


def _fold(layer: Any) -> None:
    if len(layer.size) != 2:
        raise Torch.refuse(f"Fold is for maps of two axes, not {len(layer.size)}", key="size")


def _group_per_channel(layer: Any, x: Any) -> None:
    if layer.groups == -1:
        raise Torch.refuse("GroupNorm needs a positive number of groups, got -1",
                           key="groups", help=f"write {x.channels}, the channels")  # fmt: skip


def _response_of_a_vector(layer: Any, x: Any) -> None:
    if not x.size:
        raise Torch.refuse("LocalResponseNorm needs a spatial axis, and the input is a vector "
                           f"of {x.channels} features", help="put it before `flatten`")  # fmt: skip


def _slopes(layer: Any, slopes: tuple[int, ...]) -> None:
    # An axis of size 1 is shared and not shared at once.
    if any(n > 1 for n in slopes[1:]):
        raise Torch.refuse("PReLU has one slope in all or one per channel", key="shared",
                           help="`shared: all` or `shared: space`")  # fmt: skip


def _attention_over_axes(layer: Any, query: Any) -> None:
    if query.rank > 1 and layer.window is None:
        raise Torch.refuse(f"attention is over one axis, the query has {query.rank}",
                           help="`reshape` it to {channels: C, size: [L]}, or say a `window`")  # fmt: skip


def _features_per_head(layer: Any, query: Any, found: tuple[int, int, int]) -> None:
    whole = query.channels // layer.heads
    if found != (whole, whole, query.channels):
        raise Torch.refuse(f"embed_dim {query.channels} and {layer.heads} heads make key_dim and "
                           f"value_dim {whole} and output {query.channels}", key="key_dim",
                           help="leave these keys out, or set `dialect: keras`")  # fmt: skip


def _normalised_before(layer: Any, kernels: Any) -> None:
    if layer.layer.kind in ("weight_norm", "spectral_norm"):
        raise Torch.refuse("weight_norm cannot be put around a kernel that is normalised already",
                           key="layer", help="put it inside, next to the layer")  # fmt: skip


class Torch(Dialect):
    """PyTorch."""

    title = "PyTorch"
    version = "2.13.0"
    source = "documentation and behaviour of torch.nn and torchvision.ops"

    deform_rounding = "truncated"
    recurrent_biases = 2
    slopes_shared = "all"
    heads_divide = True
    merges_spread = True
    splits_unevenly = True
    squeeze_skips = True

    converters: ClassVar = {"onnx": "onnx2torch"}
    padding_words = "valid same"
    pairs = ""
    pads_apart = True
    numbers = f"{CONVOLUTIONS} max_pool avg_pool conv_transpose"
    lacks: ClassVar = {"lp_pool": "padding"}

    inputs = (
        "in_channels in_features num_features input_size in1_features in2_features num_channels"
    )
    neutral = "device inplace affine training"

    refusals: ClassVar = {
        **dict.fromkeys(("conv", "depthwise_conv", "separable_conv"), (_strided_same,)),
        "deform_conv": (_deformed_plane, _deformed_padding),
        "side of conv_transpose": (_transposed_same,),
        "output_padding": (_output_padding,),
        "max_pool": (_half_padding,),
        "avg_pool": (_half_padding, _short_average),
        "lp_pool": (_short_average,),
        **dict.fromkeys(("adaptive_avg_pool", "adaptive_max_pool"), (_single_null,)),
        "ratios of fractional_max_pool": (_ratios,),
        "fractional_max_pool": (_fractional,),
        "interpolation": (_interpolation,),
        "lstm": (_merged_directions, _projection),
        "gru": (_merged_directions, _reset_before),
        "simple_rnn": (_merged_directions,),
        "pixel_shuffle": (_shuffle,),
        "depth_to_space": (_shuffle,),
        "pixel_unshuffle": (_shuffle,),
        "space_to_depth": (_shuffle,),
        "unfold": (_unfold,),
        "fold": (_fold,),
        "group_norm": (_group_per_channel,),
        "local_response_norm": (_response_of_a_vector,),
        "prelu": (_slopes,),
        "multi_head_attention": (_attention_over_axes,),
        "features of multi_head_attention": (_features_per_head,),
        "weight_norm": (_normalised_before,),
    }

    told = """
conv | numbers; `same` at stride 1 alone |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | `ceil` drops a last window that starts in the end padding; padding of at most half the
    window |
    O = ⌈(I + 2P − E)/S⌉ + 1, less 1 if (O − 1)·S ≥ I + P
avg_pool | as max pools; counts the padding by default |
    divided by the elements of the window within the padded input
conv_transpose | numbers are cut from the output; output_padding below the stride or the dilation |
    O = (I − 1)·S − 2P + E + output_padding
adaptive_avg_pool | overlapping windows |
    from ⌊u·I/O⌋ up to ⌈(u + 1)·I/O⌉
upsample | the product in 64 bits |
    O = ⌊I · scale⌋
"""
    spelling = """
abs | abs
adaptive_avg_pool | AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d | size: output_size
adaptive_max_pool | AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d | size: output_size
add | +, add
affine_grid | functional.affine_grid
alpha_dropout | AlphaDropout | rate: p
anchor_boxes | AnchorGenerator | ratios: aspect_ratios, scales: sizes
average | mean of stack
avg_pool | AvgPool1d, AvgPool2d, AvgPool3d | size: kernel_size, ceil: ceil_mode, count_padding: count_include_pad
batch_norm | BatchNorm1d, BatchNorm2d, BatchNorm3d | center: bias, track: track_running_stats
bilinear | Bilinear | units: out_features
blur_pool | BlurPool2d, BlurPool, MaxBlurPool2D | size: filt_size, mode: pad_mode
carafe | CARAFE | scale: scale_factor, kernel: kernel_size, groups: group_size
celu | CELU
channel_shuffle | ChannelShuffle
concat | cat | axis: dim
cond_conv | CondConv2d |
    filters: out_channels, kernel: kernel_size, experts: num_experts
constant | full, zeros, ones, tensor
conv | Conv1d, Conv2d, Conv3d | filters: out_channels, kernel: kernel_size
conv_transpose | ConvTranspose1d, ConvTranspose2d, ConvTranspose3d |
    filters: out_channels, kernel: kernel_size
coordinates | AddCoords | radius: with_r
crop | CenterCrop, slicing
deform_conv | DeformConv2d, ModulatedDeformConv2d, DCN, DCNv2 |
    filters: out_channels, kernel: kernel_size, offset_groups: deform_groups
dense | Linear | units: out_features
depth_to_space | PixelShuffle | factor: upscale_factor
depthwise_conv | Conv2d with groups = in_channels | kernel: kernel_size
dequantize | DeQuantStub, dequantize
drop_path | torchvision StochasticDepth | rate: p
dropout | Dropout | rate: p
elu | ELU
embedding | Embedding, EmbeddingBag | vocab: num_embeddings, dim: embedding_dim, reduce: mode
feature_alpha_dropout | FeatureAlphaDropout | rate: p
flatten | Flatten, flatten(1)
fold | Fold | size: output_size, kernel: kernel_size
fractional_max_pool | FractionalMaxPool2d, FractionalMaxPool3d | size: kernel_size
gather | index_select, gather | indices: index
gaussian_dropout |  | rate: p
gelu | GELU
global_avg_pool | AdaptiveAvgPool2d(1)
global_max_pool | AdaptiveMaxPool2d(1)
global_response_norm | GlobalResponseNorm
glu | GLU | axis: dim
grid_sample | functional.grid_sample
group_norm | GroupNorm | groups: num_groups
gru | GRU | units: hidden_size, layers: num_layers
hard_shrink | Hardshrink | threshold: lambd
hard_sigmoid | Hardsigmoid
hard_swish | Hardswish
hard_tanh | Hardtanh | min: min_val, max: max_val
identity | Identity
instance_norm | InstanceNorm1d, InstanceNorm2d, InstanceNorm3d | track: track_running_stats
involution | Involution | kernel: kernel_size
l2_norm | functional.normalize | axes: dim
layer_norm | LayerNorm | center: bias
layer_scale | torchvision.models.convnext.CNBlock.layer_scale
leaky_relu | LeakyReLU | slope: negative_slope
local_response_norm | LocalResponseNorm
locally_connected |  | filters: out_channels, kernel: kernel_size
log_sigmoid | LogSigmoid
log_softmax | LogSoftmax | axis: dim
lp_pool | LPPool1d, LPPool2d, LPPool3d | size: kernel_size, ceil: ceil_mode, p: norm_type
lstm | LSTM | units: hidden_size, layers: num_layers, projection: proj_size
matmul | matmul, bmm, einsum
max | max, amax | axis: dim, keep: keepdim
max_pool | MaxPool1d, MaxPool2d, MaxPool3d | size: kernel_size, ceil: ceil_mode
max_unpool | MaxUnpool1d, MaxUnpool2d, MaxUnpool3d | size: kernel_size
maximum | maximum
mean | mean | axis: dim, keep: keepdim
min | min, amin | axis: dim, keep: keepdim
mel_spectrogram | MelSpectrogram, MFCC |
    hop: hop_length, window: win_length, mels: n_mels, mfcc: n_mfcc
minimum | minimum
mish | Mish
multi_head_attention | MultiheadAttention | heads: num_heads
multiply | *, mul
opaque | any Module
pad | ZeroPad2d, ConstantPad2d, ReflectionPad2d, ReplicationPad2d, CircularPad2d | amount: padding
parameter | Parameter, register_parameter, register_buffer
permute | permute
pixel_shuffle | PixelShuffle | factor: upscale_factor
pixel_unshuffle | PixelUnshuffle | factor: downscale_factor
prelu | PReLU
quantize | QuantStub, FakeQuantize, quantize_per_tensor
relu | ReLU
relu6 | ReLU6
rescaling | * and + of numbers
reshape | Unflatten, view, reshape
resize | interpolate
rms_norm | RMSNorm
roi_align | RoIAlign | size: output_size, scale: spatial_scale, sampling: sampling_ratio
roi_pool | RoIPool | size: output_size, scale: spatial_scale
rrelu | RReLU
selu | SELU
separable_conv |  | filters: out_channels, kernel: kernel_size
sigmoid | Sigmoid
silu | SiLU
simple_rnn | RNN | units: hidden_size, layers: num_layers
slice | narrow, indexing
soft_shrink | Softshrink | threshold: lambd
softmax | Softmax, Softmax2d | axis: dim
softmin | Softmin | axis: dim
softplus | Softplus
softsign | Softsign
space_to_depth | PixelUnshuffle | factor: downscale_factor
sparsemax |  | axis: dim
spatial_dropout | Dropout1d, Dropout2d, Dropout3d | rate: p
spectral_norm | nn.utils.parametrizations.spectral_norm, nn.utils.spectral_norm |
    power_iterations: n_power_iterations
split | chunk, split | parts: chunks, sizes: split_size_or_sections, axis: dim
squeeze | squeeze | axis: dim
stack | stack | axis: dim
stft | Spectrogram, torch.stft | hop: hop_length, window: win_length
subtract | -, sub
sum | sum | axis: dim, keep: keepdim
tanh | Tanh
tanh_shrink | Tanhshrink
threshold | Threshold
tile | tile, repeat, expand
triplet_loss | TripletMarginLoss
unfold | Unfold | kernel: kernel_size
unsqueeze | unsqueeze | axis: dim
upsample | Upsample | scale: scale_factor
weight_norm | nn.utils.parametrizations.weight_norm, nn.utils.weight_norm
"""
