"""Depthwise convolution in one to three dimensions."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.layers.base.bordering import PADDING_MODE, continue_windows
from cnncalc.layers.base.convolution import (
    BIAS,
    DILATION,
    KERNEL,
    PADDED,
    STRIDE,
    convolution_facts,
)
from cnncalc.layers.base.kernels import Kernel
from cnncalc.layers.base.key_types import COUNT, PaddingValue, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import output_sizes, sliding

if TYPE_CHECKING:
    from collections.abc import Mapping


class DepthwiseConv(Layer):
    """Slides filters of its own over each channel.

    Output: channels × `multiplier`; per axis ⌊(n + before + after − e) / stride⌋ + 1 with the
    extent e = dilation·(kernel − 1) + 1.
    Weights: channels × multiplier × ∏ kernel, and one bias per output channel.
    MACs: output elements × ∏ kernel; positions in the padding count.
    Window: kernel, stride, dilation and the resolved padding of each axis; where `padding_mode` continues the
    map by its own values, these are read again.
    """

    periodic = "space"
    keeps_apart = "maps"
    of_channels = ("multiplier",)
    hosts = True
    kernels = ("kernel",)
    storage = "channels"
    saves = ("inputs",)
    source = "Howard et al. 2017, arXiv:1704.04861; DepthwiseConv documentation of Keras"
    example = "- depthwise_conv: {kernel: 3, padding: same}"

    kernel: PerAxis = KERNEL
    stride: PerAxis = STRIDE
    padding: PaddingValue = PADDED
    dilation: PerAxis = DILATION
    multiplier: int = key(COUNT, 1, symbol="M", help="filters for each channel")
    bias: bool = BIAS
    padding_mode: str = PADDING_MODE

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "depthwise_conv")
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation,
                          rules=self.rules)  # fmt: skip
        self.check(windows)
        read = continue_windows(windows, x.size, self.padding_mode)
        channels = x.channels * self.multiplier
        output = x._replace(channels=channels, size=output_sizes(windows, x.size))
        kernel = (channels, 1, *(w.kernel for w in windows))
        macs = output.elements * prod(kernel[1:])
        return convolution_facts(output, read, {"kernel": kernel}, bias=self.bias, macs=macs)

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """The kernel, whose last axis in Keras are the filters of one channel."""
        return {"kernel": Kernel(weights["kernel"], self.multiplier)}
