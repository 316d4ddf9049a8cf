"""Depthwise convolution in one to three dimensions."""

from __future__ import annotations

from math import prod

from cnncalc.bases.convolution import no_causal, no_strided_same
from cnncalc.keys import COUNT, FLAG, PADDING, PER_AXIS, PaddingValue, PerAxis, key
from cnncalc.layer import Facts, Layer, Shape, a_map, sliding, spread


class DepthwiseConv(Layer):
    """Slides filters of its own over each channel.

    Output: channels × `multiplier`; per axis ⌊(n + before + after − e) / stride⌋ + 1 with the
    extent e = dilation·(kernel − 1) + 1.
    Weights: channels × multiplier × ∏ kernel, and one bias per output channel.
    MACs: output elements × ∏ kernel; positions in the padding count.
    Window: kernel, stride, dilation and the resolved padding of each axis.
    """

    hosts = True
    saves = ("inputs",)
    keras = "DepthwiseConv1D, DepthwiseConv2D"
    torch = "Conv2d with groups = in_channels"
    source = "Howard et al. 2017, arXiv:1704.04861; DepthwiseConv documentation of Keras"
    example = "- depthwise_conv: {kernel: 3, padding: same}"

    kernel: PerAxis = key(
        PER_AXIS, keras="kernel_size", torch="kernel_size", symbol="F", help="window size"
    )
    stride: PerAxis = key(PER_AXIS, 1, keras="strides", symbol="S", help="step of the window")
    padding: PaddingValue = key(PADDING, "valid", symbol="P", help="what is added around the input")
    dilation: PerAxis = key(
        PER_AXIS, 1, keras="dilation_rate", symbol="D", help="distance of the taps"
    )
    multiplier: int = key(
        COUNT, 1, keras="depth_multiplier", symbol="M", help="filters for each channel"
    )
    bias: bool = key(FLAG, True, keras="use_bias", help="whether a bias is learnt")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "depthwise_conv")
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation)
        no_strided_same(self.dialect, self.padding, windows)
        no_causal(self.dialect, self.padding, "DepthwiseConv")
        channels = x.channels * self.multiplier
        output = x._replace(channels=channels, size=spread(windows, x.size))
        kernel = (channels, 1, *(w.kernel for w in windows))
        weights = {"kernel": kernel}
        if self.bias:
            weights["bias"] = (channels,)
        return Facts(
            output,
            windows=windows,
            weights=weights,
            macs=output.elements * prod(kernel[1:]),
            work={"add": output.elements} if self.bias else {},
        )
