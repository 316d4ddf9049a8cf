"""Apache MXNet: the layers of `gluon.nn` whose windows and weights are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base import limits, transposing
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import TransposedWindow
    from cnncalc.dialects.base.asked import Asked


def _too_small(dialect: type[Dialect], asked: Asked) -> None:
    target = asked.target
    if not target:
        return
    full = (asked.n - 1) * asked.s + asked.extent
    odd = asked.s == 1 and (full - target) % 2
    if target > full or target < full - sum(asked.sides) or odd:
        raise dialect.refuse(f"target_shape {target} is not possible here", key="output_size")


def _too_large(dialect: type[Dialect], asked: Asked) -> None:
    if asked.k > asked.n + sum(asked.sides):
        raise dialect.refuse("the kernel is larger than the padded input", key="size")


def _padding_of_average(dialect: type[Dialect], asked: Asked) -> None:
    # Where a window sticks out at the end, nobody looks.
    if asked.rounding != "ceil" or not (asked.n + sum(asked.sides) - asked.k) % asked.s:
        limits.padding_of_kernel(dialect, asked)


class Mxnet(Dialect):
    """MXNet. Pools that are rounded up drop no window; a group norm has a scale per group."""

    title = "MXNet"
    version = "1.9.1"
    source = "documentation of mxnet.gluon.nn; windows measured with oneDNN on the CPU"
    partial = True
    plain = EVERYWHERE

    pairs = ""
    numbers = f"{CONVOLUTIONS} {POOLS} conv_transpose"

    ceil_unpadded = "full"
    ceil_padded = "full"
    averages: ClassVar = {"counted": "before", "inputs": "inputs"}
    merges_spread = True
    recurrent_biases = 2
    scales_per_group = True

    inputs = "in_channels in_units"
    neutral = "weight_initializer bias_initializer layout"

    limits: ClassVar = {
        "max_pool": (
            limits.padding_of_kernel,
            limits.dilation_of_pool,
            _too_large,
        ),
        "avg_pool": (
            _padding_of_average,
            limits.dilation_of_pool,
            _too_large,
        ),
        "conv_transpose": (limits.extra_of_stride, _too_small),
    }
    empties = "conv_transpose"

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """A size takes the place of the padding; the begin loses the larger half. Raises Refusal."""
        if not asked.target:
            return super().transpose(asked._replace(target=None))
        cls.assert_limits(asked)
        total = (asked.n - 1) * asked.s + asked.extent - asked.target
        return transposing.cut_to(asked, asked.target, -(-total // 2))

    told = """
conv | numbers |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | `ceil` (full) drops no window; padding below the kernel |
    O = ⌈(I + 2P − F)/S⌉ + 1
avg_pool | the same; with `ceil` any padding where a window sticks out |
    counted: the elements of the window up to I + P
conv_transpose | target_shape takes the place of the padding; the begin loses the larger half |
    O = target_shape, ⌈(full − O)/2⌉ cut in front
adaptive_avg_pool | as PyTorch |
    from ⌊u·I/O⌋ up to ⌈(u + 1)·I/O⌉
"""
    spelling = """
adaptive_avg_pool | contrib.nd.AdaptiveAvgPooling2D | size: output_size
avg_pool | AvgPool1D, AvgPool2D, AvgPool3D | size: pool_size, stride: strides, ceil: ceil_mode
batch_norm | BatchNorm
conv | Conv1D, Conv2D, Conv3D |
    filters: channels, kernel: kernel_size, stride: strides, bias: use_bias
conv_transpose | Conv1DTranspose, Conv2DTranspose, Conv3DTranspose |
    filters: channels, kernel: kernel_size, stride: strides, output_size: target_shape, bias: use_bias
depthwise_conv | Conv2D with groups = in_channels | kernel: kernel_size, stride: strides, bias: use_bias
group_norm | GroupNorm, of which a group has one scale | groups: num_groups
gru | GRU | units: hidden_size
lstm | LSTM | units: hidden_size
max_pool | MaxPool1D, MaxPool2D, MaxPool3D | size: pool_size, stride: strides, ceil: ceil_mode
"""
