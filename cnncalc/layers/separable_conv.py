"""Depthwise separable convolution in one to three dimensions."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.layers.base.convolution import (
    BIAS,
    DILATION,
    FILTERS,
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


class SeparableConv(Layer):
    """A depthwise convolution and a 1×1 convolution behind it.

    Output: `filters` channels; per axis ⌊(n + before + after − e) / stride⌋ + 1 with the extent
    e = dilation·(kernel − 1) + 1.
    Weights: channels × multiplier × ∏ kernel, filters × channels × multiplier, and one bias per
    filter; the depthwise half has none.
    MACs: positions × channels × multiplier × (∏ kernel + filters).
    Window: kernel, stride, dilation and the resolved padding of the depthwise half.
    """

    periodic = "space"
    hosts = True
    kernels = ("depthwise", "pointwise")
    saves = ("inputs",)
    source = "Chollet 2016, arXiv:1610.02357; SeparableConv documentation of Keras"
    example = "- separable_conv: {filters: 64, kernel: 3, padding: same}"

    filters: int = FILTERS
    kernel: PerAxis = KERNEL
    stride: PerAxis = STRIDE
    padding: PaddingValue = PADDED
    dilation: PerAxis = DILATION
    multiplier: int = key(COUNT, 1, symbol="M", help="depthwise filters for each channel")
    bias: bool = BIAS

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "separable_conv")
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation,
                          rules=self.rules)  # fmt: skip
        self.check(windows)
        output = x._replace(channels=self.filters, size=output_sizes(windows, x.size))
        between = output._replace(channels=x.channels * self.multiplier)
        depthwise = (between.channels, 1, *(w.kernel for w in windows))
        weights = {
            "depthwise": depthwise,
            "pointwise": (self.filters, between.channels, *(1 for _ in windows)),
        }
        return convolution_facts(
            output,
            windows,
            weights,
            bias=self.bias,
            macs=between.elements * (prod(depthwise[1:]) + self.filters),
            saved=between.elements,
            inner=between.elements * self.filters,
        )

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """Both kernels; the last axis of the depthwise one in Keras are the filters of one channel."""
        depthwise = Kernel(weights["depthwise"], self.multiplier)
        return {**super().matrices(weights), "depthwise": depthwise}
