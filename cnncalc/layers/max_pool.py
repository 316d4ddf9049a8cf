"""Max pooling."""

from __future__ import annotations

from cnncalc.layers.base.key_types import PER_AXIS, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.pooling import SlidingPool, pool_shape, reads
from cnncalc.layers.base.shape import Shape, a_map


class MaxPool(SlidingPool):
    """Keeps the largest value of each window.

    Output: the input's channels; per axis ⌊(n + before + after − e) / stride⌋ + 1 with the extent
    e = dilation·(size − 1) + 1. With `ceil`, ⌈…⌉ + 1, less a last window that would start
    beyond the input.
    Weights: none.
    MACs: none; ∏ size comparisons per output.
    Window: size, stride, dilation and the resolved padding of each axis.
    """

    saves = ("inputs", "indices")
    example = "- max_pool: {size: 3, stride: 2, padding: 1}"

    dilation: PerAxis = key(PER_AXIS, 1, symbol="D", help="distance of the elements of a window")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "max_pool")
        windows = self.slide(x, self.dilation)
        output = pool_shape(x, windows)
        return Facts(output, windows=windows, work={"compare": reads(output, windows)})
