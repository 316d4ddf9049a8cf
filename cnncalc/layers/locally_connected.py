"""Local connections without shared weights."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.layers.base.convolution import BIAS, FILTERS, KERNEL, PADDED, STRIDE
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import output_sizes, sliding

if TYPE_CHECKING:
    from cnncalc.layers.base.key_types import PaddingValue, PerAxis


class LocallyConnected(Layer):
    """A convolution with filters of its own at every position.

    Output: that of a conv.
    Weights: positions × filters × channels × ∏ kernel, and a bias per output element; taps in
    the padding have weights, too.
    MACs: output elements × channels × ∏ kernel: as many as weights, but for the biases.
    Window: kernel, stride and the resolved padding of each axis.
    """

    hosts = True
    kernels = ("kernel",)
    saves = ("inputs",)
    source = "LocallyConnected1D and LocallyConnected2D of Keras 2; Taigman et al. 2014 (DeepFace)"
    example = "- locally_connected: {filters: 8, kernel: 3}"

    filters: int = FILTERS
    kernel: PerAxis = KERNEL
    stride: PerAxis = STRIDE
    padding: PaddingValue = PADDED
    bias: bool = BIAS

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "locally_connected")
        windows = sliding(x, self.kernel, self.stride, self.padding,
                          rules=self.rules)  # fmt: skip
        self.check(windows)
        size = output_sizes(windows, x.size)
        output = x._replace(channels=self.filters, size=size)
        kernel = (self.filters, x.channels, *(w.kernel for w in windows))
        weights = {"kernel": (*size, *kernel)}
        if self.bias:
            weights["bias"] = (self.filters, *size)
        return Facts(
            output,
            windows=windows,
            weights=weights,
            macs=output.elements * prod(kernel[1:]),
            work={"add": output.elements} if self.bias else {},
        )
