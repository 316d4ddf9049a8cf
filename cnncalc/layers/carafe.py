"""Content-aware upsampling."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Axis, TransposedWindow
from cnncalc.errors import Refusal
from cnncalc.layers.base.convolution import GROUPS
from cnncalc.layers.base.dividing import divide_by
from cnncalc.layers.base.key_types import PER_AXIS, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.pooling import pool_shape
from cnncalc.layers.base.positions import at_every_position, weight_sets
from cnncalc.layers.base.shape import Shape, a_map, per_axis

if TYPE_CHECKING:
    from collections.abc import Sequence


class Carafe(Layer):
    """Upsamples a map: each output is a sum over a window of inputs, with weights of its position.

    The second operand holds the weights: groups × ∏ kernel channels at every position of the
    output, mostly made by two convs, `pixel_shuffle` and softmax.
    Output: the channels of the first operand; per axis n·scale.
    Weights: none of its own.
    MACs: output elements × ∏ kernel; positions in the padding count.
    Window: `kernel` inputs around the one that an output lies over; elementwise over the weights.
    """

    operands = (2, 2)
    saves = ("inputs",)
    source = "Wang et al. 2019, arXiv:1905.02188"
    example = (
        "- conv: {filters: 100, kernel: 3, padding: 1}\n- pixel_shuffle: {factor: 2}\n"
        "- softmax: {name: w}\n- carafe: {from: [input, w], scale: 2}"
    )

    scale: PerAxis = key(PER_AXIS, symbol="s", help="the factor")
    kernel: PerAxis = key(PER_AXIS, 5, symbol="F", help="window size, odd")
    groups: int = GROUPS._replace(help="how many sets of weights a position has")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal."""
        x = a_map(inputs[0], "carafe")
        kernels = per_axis(self.kernel, x.rank, "kernel")
        windows = tuple(
            self._window(k, s)
            for k, s in zip(kernels, per_axis(self.scale, x.rank, "scale"), strict=True)
        )
        if x.channels % self.groups:
            raise Refusal("E304", f"{x.channels} channels do not divide into {self.groups} groups",
                          help=divide_by("groups", x.channels, near=self.groups),
                          key="groups", operands=True)  # fmt: skip
        output, taps = pool_shape(x, windows), prod(kernels)
        weights = self.groups * taps
        at_every_position(inputs[1], output, weights, "weights", weight_sets(self.groups, taps))
        return Facts(output, windows=windows, macs=output.elements * taps)

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """A window of the map; the weights of its own position."""
        return super().reads(operand, inputs, facts) if operand == 0 else ()

    def _window(self, k: int, s: int) -> TransposedWindow:
        """An input reaches the outputs that lie over it and over its neighbours."""
        if k % 2 == 0:
            raise Refusal("E311", f"a window of {k} has no centre", key="kernel",
                          help="odd sizes have one")  # fmt: skip
        cut = k // 2 * s
        return TransposedWindow(k * s, s, padding=(cut, cut), rule="explicit")
