"""Depthwise separable convolution in one to three dimensions."""

from __future__ import annotations

from math import prod

from cnncalc.bases.convolution import no_causal, no_strided_same
from cnncalc.keys import COUNT, FLAG, PADDING, PER_AXIS, PaddingValue, PerAxis, key
from cnncalc.layer import Facts, Layer, Shape, a_map, sliding, spread


class SeparableConv(Layer):
    """A depthwise convolution and a 1×1 convolution behind it.

    Output: `filters` channels; per axis ⌊(n + before + after − e) / stride⌋ + 1 with the extent
    e = dilation·(kernel − 1) + 1.
    Weights: channels × multiplier × ∏ kernel, filters × channels × multiplier, and one bias per
    filter; the depthwise half has none.
    MACs: positions × channels × multiplier × (∏ kernel + filters).
    Window: kernel, stride, dilation and the resolved padding of the depthwise half.
    """

    hosts = True
    saves = ("inputs",)
    keras = "SeparableConv1D, SeparableConv2D"
    source = "Chollet 2016, arXiv:1610.02357; SeparableConv documentation of Keras"
    example = "- separable_conv: {filters: 64, kernel: 3, padding: same}"

    filters: int = key(COUNT, torch="out_channels", symbol="K", help="output channels")
    kernel: PerAxis = key(
        PER_AXIS, keras="kernel_size", torch="kernel_size", symbol="F", help="window size"
    )
    stride: PerAxis = key(PER_AXIS, 1, keras="strides", symbol="S", help="step of the window")
    padding: PaddingValue = key(PADDING, "valid", symbol="P", help="what is added around the input")
    dilation: PerAxis = key(
        PER_AXIS, 1, keras="dilation_rate", symbol="D", help="distance of the taps"
    )
    multiplier: int = key(
        COUNT, 1, keras="depth_multiplier", symbol="M", help="depthwise filters for each channel"
    )
    bias: bool = key(FLAG, True, keras="use_bias", help="whether a bias is learnt")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "separable_conv")
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation)
        no_strided_same(self.dialect, self.padding, windows)
        no_causal(self.dialect, self.padding, "SeparableConv")
        output = x._replace(channels=self.filters, size=spread(windows, x.size))
        between = output._replace(channels=x.channels * self.multiplier)
        depthwise = (between.channels, 1, *(w.kernel for w in windows))
        weights = {
            "depthwise": depthwise,
            "pointwise": (self.filters, between.channels, *(1 for _ in windows)),
        }
        if self.bias:
            weights["bias"] = (self.filters,)
        return Facts(
            output,
            windows=windows,
            weights=weights,
            macs=between.elements * (prod(depthwise[1:]) + self.filters),
            work={"add": output.elements} if self.bias else {},
            saved=between.elements,
            inner=between.elements * self.filters,
        )
