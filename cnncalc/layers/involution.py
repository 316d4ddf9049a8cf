"""Involution."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.convolution import DILATION, KERNEL, STRIDE
from cnncalc.layers.base.dividing import divide_by
from cnncalc.layers.base.key_types import COUNT, PADDING, PaddingValue, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.positions import at_every_position, weight_sets
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import output_sizes, sliding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis


class Involution(Layer):
    """Sums each window of a map with weights that another layer computes for its position.

    The second operand holds the weights: groups × ∏ kernel channels at every position of the
    output. The channels of a group share theirs.
    Output: the channels of the first operand; per axis as a conv with the same keys.
    Weights: none of its own.
    MACs: output elements × ∏ kernel; positions in the padding count.
    Window: kernel, stride, dilation and the resolved padding of each axis; elementwise over the
    weights.
    """

    operands = (2, 2)
    saves = ("inputs",)
    source = "Li et al. 2021, arXiv:2103.06255"
    example = (
        "- conv: {filters: 49, kernel: 1, name: w}\n- involution: {from: [input, w], kernel: 7}"
    )

    kernel: PerAxis = KERNEL
    stride: PerAxis = STRIDE
    padding: PaddingValue = key(PADDING, "half", symbol="P", help="what is added around the input")
    dilation: PerAxis = DILATION
    group_channels: int | None = key(COUNT, None, help="channels that share weights; or `groups`")
    groups: int | None = key(
        COUNT, None, symbol="G", help="how many sets of weights a position has; one unless given"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "involution")
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation,
                          rules=self.rules)  # fmt: skip
        output = x._replace(size=output_sizes(windows, x.size))
        taps = prod(w.kernel for w in windows)
        groups = self._groups(x.channels)
        weights = groups * taps
        at_every_position(inputs[1], output, weights, "weights", weight_sets(groups, taps))
        return Facts(output, windows=windows, macs=output.elements * taps)

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """A window of the map; the weights of its own position."""
        return super().reads(operand, inputs, facts) if operand == 0 else ()

    def _groups(self, channels: int) -> int:
        """How many groups of channels share weights."""
        if self.group_channels is None:
            groups = self.groups or 1
            if channels % groups:
                raise Refusal("E304", f"{channels} channels do not divide into {groups} groups",
                              help=divide_by("groups", channels, near=groups),
                              key="groups", operands=True)  # fmt: skip
            return groups
        if self.groups is not None:
            raise Refusal("E106", "`group_channels` and `groups` exclude each other", key="groups")
        if channels % self.group_channels:
            raise Refusal("E304", f"{channels} channels do not divide into groups of "
                          f"{self.group_channels}", key="group_channels", operands=True,
                          help=divide_by("numbers", channels, near=self.group_channels))  # fmt: skip
        return channels // self.group_channels
