"""Convolution with a kernel that is mixed for each example."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Axis, Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.convolution import (
    BIAS,
    DILATION,
    FILTERS,
    GROUPS,
    KERNEL,
    PADDED,
    STRIDE,
    divide_into,
)
from cnncalc.layers.base.key_types import COUNT, PaddingValue, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map, with_channels
from cnncalc.layers.base.sliding import output_sizes, sliding

if TYPE_CHECKING:
    from collections.abc import Sequence


class CondConv(Layer):
    """A convolution whose kernel is a weighted sum of the kernels of several experts.

    The second operand holds the weights of the sum, a number for each expert. The layers that compute
    them stand before it: global pooling, dense and sigmoid for conditionally parameterised
    convolution, two dense and softmax for dynamic convolution.
    Output: that of a conv.
    Weights: experts × those of a conv, biases included.
    MACs: those of a conv, and one per weight for the sum.
    Window: that of a conv; a number of the second operand concerns every position.
    """

    periodic = "space"
    operands = (2, 2)
    hosts = True
    kernels = ("kernel",)
    saves = ("inputs",)
    source = (
        "Yang et al. 2019, arXiv:1904.04971 (CondConv); Chen et al. 2019, arXiv:1912.03458 "
        "(dynamic convolution); CondConv2d of timm"
    )
    example = (
        "- global_avg_pool\n- dense: {units: 4, activation: sigmoid, name: routing}\n"
        "- cond_conv: {from: [input, routing], filters: 8, kernel: 3}"
    )

    filters: int = FILTERS
    kernel: PerAxis = KERNEL
    stride: PerAxis = STRIDE
    padding: PaddingValue = PADDED
    dilation: PerAxis = DILATION
    groups: int = GROUPS
    bias: bool = BIAS
    experts: int | None = key(
        COUNT, None, symbol="n", help="how many kernels there are; as many as there are weights"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x, routing = a_map(inputs[0], "cond_conv"), with_channels(inputs[1], "cond_conv")
        experts = self._experts(routing)
        divide_into(self.groups, x.channels, self.filters)
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation,
                          rules=self.rules)  # fmt: skip
        self.check(windows)
        output = x._replace(channels=self.filters, size=output_sizes(windows, x.size))
        kernel = (self.filters, x.channels // self.groups, *(w.kernel for w in windows))
        weights: dict[str, tuple[int, ...]] = {"kernel": (experts, *kernel)}
        if self.bias:
            weights["bias"] = (experts, self.filters)
        mixed = sum(map(prod, weights.values())) * routing.copies
        return Facts(
            output,
            windows=windows,
            weights=weights,
            macs=output.elements * prod(kernel[1:]) + mixed,
            work={"add": output.elements} if self.bias else {},
        )

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """A window of the input; all of the weights of the sum."""
        if operand == 0:
            return super().reads(operand, inputs, facts)
        return tuple(map(Everything, facts.output.size[: inputs[1].rank]))

    def _experts(self, routing: Shape) -> int:
        """How many experts there are; refuse weights that are not one for each."""
        experts = self.experts or routing.channels
        if prod(routing.size) != 1:
            raise Refusal("E303", "the second operand must be one number per expert, got a map",
                          help="`global_avg_pool` and a dense make a vector of it", operands=True)  # fmt: skip
        if routing.channels != experts:
            raise Refusal("E311", f"{experts} experts need as many weights, the second operand has "
                          f"{routing.channels}", key="experts", operands=True,
                          help=f"give the dense that computes them `units: {experts}`")  # fmt: skip
        return experts
