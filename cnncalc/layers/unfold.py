"""Sliding blocks as columns."""

from __future__ import annotations

from math import prod

from cnncalc.arithmetic.windows import Everything
from cnncalc.layers.base.key_types import PADDING, PER_AXIS, PaddingValue, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import output_sizes, sliding


class Unfold(Layer):
    """Lays the elements of every window out as channels, the windows along one axis.

    Output: channels × ∏ kernel; one axis with as many positions as a convolution has.
    Weights: none.
    MACs: none.
    Window: that of a convolution in one dimension; in more, where the axes become one, everything.
    """

    source = "Unfold documentation of PyTorch (im2col)"
    example = "- unfold: {kernel: 3, padding: 1}"

    kernel: PerAxis = key(PER_AXIS, symbol="F", help="window size")
    stride: PerAxis = key(PER_AXIS, 1, symbol="S", help="step of the window")
    padding: PaddingValue = key(PADDING, 0, symbol="P", help="how much is added around the input")
    dilation: PerAxis = key(PER_AXIS, 1, symbol="D", help="distance of the taps")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "unfold")
        self.check(x)
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation)
        return Facts(
            x._replace(
                channels=x.channels * prod(w.kernel for w in windows),
                size=(prod(output_sizes(windows, x.size)),),
            ),
            windows=windows if x.rank == 1 else (Everything(),) * x.rank,
        )
