"""Transposed convolution in one to three dimensions."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.padding import CUTS
from cnncalc.dialects.base.asked import Asked
from cnncalc.errors import Refusal
from cnncalc.layers.base.convolution import (
    BIAS,
    DILATION,
    FILTERS,
    GROUPS,
    KERNEL,
    STRIDE,
    convolution_facts,
    divide_into,
)
from cnncalc.layers.base.kernels import Kernel
from cnncalc.layers.base.key_types import (
    AMOUNT,
    PER_AXIS,
    Axes,
    Choice,
    Padding,
    PaddingValue,
    PerAxis,
)
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map, per_axis
from cnncalc.layers.base.sliding import output_sizes, sides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.arithmetic.windows import Axis


class ConvTranspose(Layer):
    """Spreads each input over a window of outputs: the transpose of a convolution.

    Output: `filters` channels; per axis (n − 1)·stride + e − before − after + output_padding with
    the extent e = dilation·(kernel − 1) + 1. `padding` is how much is cut from each side; `same`
    gives n·stride; `valid` cuts nothing, and in Keras gives at least n·stride. `output_size`
    says the result instead of `output_padding`.
    Weights: channels × (filters / groups) × ∏ kernel, and one bias per filter.
    MACs: input elements × (filters / groups) × ∏ kernel; what is cut counts.
    Window: the transposed window of each axis: the inputs whose windows an output lies in.
    """

    periodic = "space"
    hosts = True
    kernels = ("kernel",)
    differs = True
    saves = ("inputs",)
    source = "Dumoulin & Visin 2016, arXiv:1603.07285, §4; documentation of Keras and PyTorch"
    example = "- conv_transpose: {filters: 64, kernel: 2, stride: 2}"

    filters: int = FILTERS
    kernel: PerAxis = KERNEL
    stride: PerAxis = STRIDE._replace(help="step between the windows")
    padding: PaddingValue = key(
        Padding(tuple(CUTS)), "valid", symbol="P", help="how much is cut from the output"
    )
    output_padding: PerAxis | None = key(
        Axes(AMOUNT), None, symbol="P_out", help="how much is added at the end"
    )
    output_size: PerAxis | None = key(PER_AXIS, None, help="the size of the output")
    dilation: PerAxis = DILATION
    groups: int = GROUPS
    bias: bool = BIAS
    padding_mode: str = key(Choice("zeros"), "zeros", help="there is no other; changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "conv_transpose")
        divide_into(self.groups, x.channels, self.filters)
        windows = tuple(self._window(x, axis) for axis in range(x.rank))
        self.check(windows)
        output = x._replace(channels=self.filters, size=output_sizes(windows, x.size))
        kernel = (x.channels, self.filters // self.groups, *per_axis(self.kernel, x.rank, "kernel"))
        macs = x.elements * prod(kernel[1:])
        return convolution_facts(output, windows, {"kernel": kernel}, bias=self.bias, macs=macs)

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """The kernel, whose first axis are the channels that enter; in Keras they are the last."""
        return {"kernel": Kernel(weights["kernel"], weights["kernel"][0], rows=1)}

    def _window(self, x: Shape, axis: int) -> Axis:
        n, rank = x.size[axis], x.rank
        k = per_axis(self.kernel, rank, "kernel")[axis]
        s = per_axis(self.stride, rank, "stride")[axis]
        d = per_axis(self.dilation, rank, "dilation")[axis]
        side = sides(self.padding, axis, rank)
        self.check(side, at="side of conv_transpose")

        mode, amount = (side, (0, 0)) if isinstance(side, str) else ("", side)
        extra = target = None
        if self.output_size is not None:
            if self.output_padding is not None:
                raise Refusal("E106", "`output_size` and `output_padding` exclude each other",
                              key="output_padding")  # fmt: skip
            target = per_axis(self.output_size, rank, "output_size")[axis]
        elif self.output_padding is not None:
            extra = per_axis(self.output_padding, rank, "output_padding")[axis]
            self.check(extra, s, d, at="output_padding")
        single = isinstance(self.padding, int)
        asked = Asked(
            "conv_transpose", n, k, s, d, mode, amount, single, extra=extra, target=target
        )
        found = self.rules.reading(asked)
        if found.positions(n) < 1:
            span = (n - 1) * s + asked.extent
            raise Refusal("E311", f"nothing is left of the output: the windows of {n} inputs span "
                          f"{span}, {span - found.positions(n)} are cut off",
                          key="padding", operands=True)  # fmt: skip
        return found
