"""Convolution in one to three dimensions."""

from __future__ import annotations

from math import prod

from cnncalc.bases.convolution import divide_into, no_causal, no_strided_dilation, no_strided_same
from cnncalc.keys import COUNT, FLAG, PADDING, PER_AXIS, PaddingValue, PerAxis, key
from cnncalc.layer import Facts, Layer, Shape, a_map, sliding, spread


class Conv(Layer):
    """Slides filters over a map of one to three axes.

    Output: `filters` channels; per axis ⌊(n + before + after − e) / stride⌋ + 1 with the extent
    e = dilation·(kernel − 1) + 1.
    Weights: filters × (channels / groups) × ∏ kernel, and one bias per filter.
    MACs: output elements × (channels / groups) × ∏ kernel; positions in the padding count.
    Window: kernel, stride, dilation and the resolved padding of each axis.
    """

    hosts = True
    saves = ("inputs",)
    keras = "Conv1D, Conv2D, Conv3D"
    torch = "Conv1d, Conv2d, Conv3d"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285; conv documentation of Keras and PyTorch"
    example = "- conv: {filters: 64, kernel: 3, padding: same, activation: relu}"

    filters: int = key(COUNT, torch="out_channels", symbol="K", help="output channels")
    kernel: PerAxis = key(
        PER_AXIS, keras="kernel_size", torch="kernel_size", symbol="F", help="window size"
    )
    stride: PerAxis = key(PER_AXIS, 1, keras="strides", symbol="S", help="step of the window")
    padding: PaddingValue = key(PADDING, "valid", symbol="P", help="what is added around the input")
    dilation: PerAxis = key(
        PER_AXIS, 1, keras="dilation_rate", symbol="D", help="distance of the taps"
    )
    groups: int = key(COUNT, 1, symbol="G", help="how many separate convolutions side by side")
    bias: bool = key(FLAG, True, keras="use_bias", help="whether a bias is learnt")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "conv")
        divide_into(self.groups, x.channels, self.filters)
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation)
        no_strided_same(self.dialect, self.padding, windows)
        no_strided_dilation(self.dialect, windows)
        if x.rank > 1:
            no_causal(self.dialect, self.padding, f"Conv{x.rank}D")
        output = x._replace(channels=self.filters, size=spread(windows, x.size))
        kernel = (self.filters, x.channels // self.groups, *(w.kernel for w in windows))
        weights = {"kernel": kernel}
        if self.bias:
            weights["bias"] = (self.filters,)
        return Facts(
            output,
            windows=windows,
            weights=weights,
            macs=output.elements * prod(kernel[1:]),
            work={"add": output.elements} if self.bias else {},
        )
