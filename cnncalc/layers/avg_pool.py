"""Average pooling."""

from __future__ import annotations

from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.pooling import SlidingPool, averaging, pool_shape, reads
from cnncalc.layers.base.shape import Shape, a_map


class AvgPool(SlidingPool):
    """Averages each window.

    Output: the input's channels; per axis ⌊(n + before + after − size) / stride⌋ + 1. With
    `ceil`, ⌈…⌉ + 1, less a last window that would start beyond the input.
    Weights: none.
    MACs: none; ∏ size operations per output.
    Window: size, stride and the resolved padding of each axis.
    """

    saves = ("inputs",)
    example = "- avg_pool: 2"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "avg_pool")
        windows = self.slide(x)
        output = pool_shape(x, windows)
        return Facts(
            output,
            windows=windows,
            work=averaging(reads(output, windows), output.elements),
        )
