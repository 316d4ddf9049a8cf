"""Convolution in one to three dimensions."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.layers.base.bordering import PADDING_MODE, continue_windows
from cnncalc.layers.base.convolution import (
    BIAS,
    DILATION,
    FILTERS,
    GROUPS,
    KERNEL,
    PADDED,
    STRIDE,
    convolution_facts,
    divide_into,
)
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import output_sizes, sliding

if TYPE_CHECKING:
    from cnncalc.layers.base.key_types import PaddingValue, PerAxis


class Conv(Layer):
    """Slides filters over a map of one to three axes.

    Output: `filters` channels; per axis ⌊(n + before + after − e) / stride⌋ + 1 with the extent
    e = dilation·(kernel − 1) + 1.
    Weights: filters × (channels / groups) × ∏ kernel, and one bias per filter.
    MACs: output elements × (channels / groups) × ∏ kernel; positions in the padding count.
    Window: kernel, stride, dilation and the resolved padding of each axis; where `padding_mode` continues the
    map by its own values, these are read again.
    """

    periodic = "space"
    keeps_apart = "maps"
    of_channels = ("filters", "groups")
    hosts = True
    kernels = ("kernel",)
    storage = "channels"
    saves = ("inputs",)
    source = "Dumoulin & Visin 2016, arXiv:1603.07285; conv documentation of Keras and PyTorch"
    example = "- conv: {filters: 64, kernel: 3, padding: same, activation: relu}"

    filters: int = FILTERS
    kernel: PerAxis = KERNEL
    stride: PerAxis = STRIDE
    padding: PaddingValue = PADDED
    dilation: PerAxis = DILATION
    groups: int = GROUPS
    bias: bool = BIAS
    padding_mode: str = PADDING_MODE

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "conv")
        divide_into(self.groups, x.channels, self.filters)
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation,
                          rules=self.rules)  # fmt: skip
        self.check(windows)
        read = continue_windows(windows, x.size, self.padding_mode)
        output = x._replace(channels=self.filters, size=output_sizes(windows, x.size))
        kernel = (self.filters, x.channels // self.groups, *(w.kernel for w in windows))
        macs = output.elements * prod(kernel[1:])
        return convolution_facts(output, read, {"kernel": kernel}, bias=self.bias, macs=macs)
