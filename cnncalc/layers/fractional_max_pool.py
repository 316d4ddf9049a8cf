"""Fractional max pooling."""

from __future__ import annotations

from math import prod
from typing import Any

from cnncalc.arithmetic.fractional import FractionalWindow
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import PER_AXIS, Axes, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.pooling import pool_shape
from cnncalc.layers.base.resampling import SCALE
from cnncalc.layers.base.shape import Shape, a_map, per_axis


class FractionalMaxPool(Layer):
    """Keeps the largest values of windows that start at random, evenly spread positions.

    Output: the input's channels; `output_size`, or per axis ⌊n·output_ratio⌋.
    Weights: none.
    MACs: none; ∏ size comparisons per output.
    Window: all that an output may read; output u of t starts at ⌊u·a⌋ or ⌈u·a⌉ for
    a = (n − size) / (t − 1), the last one at n − size.
    """

    saves = ("inputs", "indices")
    source = "Graham 2014, arXiv:1412.6071; FractionalMaxPool documentation of PyTorch"
    example = "- fractional_max_pool: {size: 2, output_ratio: 0.5}"

    size: PerAxis = key(PER_AXIS, symbol="F", help="window size")
    output_size: PerAxis | None = key(PER_AXIS, None, help="the output's size")
    output_ratio: Any = key(Axes(SCALE), None, help="the output's size as a part of the input's")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "fractional_max_pool")
        sizes = per_axis(self.size, x.rank, "size")
        windows = tuple(
            self._window(n, size, target, x.rank)
            for n, size, target in zip(x.size, sizes, self._targets(x), strict=True)
        )
        output = pool_shape(x, windows)
        return Facts(output, windows=windows, work={"compare": output.elements * prod(sizes)})

    def _targets(self, x: Shape) -> tuple[int, ...]:
        """The output size, given or from the ratio."""
        if (self.output_size is None) == (self.output_ratio is None):
            raise Refusal("E106", "`fractional_max_pool` needs one of `output_size` and "
                          "`output_ratio`", key="output_ratio")  # fmt: skip
        if self.output_size is not None:
            return per_axis(self.output_size, x.rank, "output_size")
        ratios = per_axis(self.output_ratio, x.rank, "output_ratio")
        self.check(ratios, at="ratios of fractional_max_pool")
        return tuple(int(n * ratio) for n, ratio in zip(x.size, ratios, strict=True))

    def _window(self, n: int, size: int, target: int, rank: int) -> FractionalWindow:
        if target < 1:
            raise Refusal("E311", f"nothing is left of an axis of {n}", key="output_ratio",
                          operands=True)  # fmt: skip
        if n < target + size - 1:
            raise Refusal("E301", f"{target} different windows of {size} do not fit into {n}",
                          key="size", operands=True,
                          help="a smaller size or fewer outputs")  # fmt: skip
        self.check(n, size, target, rank)
        return FractionalWindow(size, target)
