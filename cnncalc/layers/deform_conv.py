"""Deformable convolution."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Axis, Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.convolution import (
    BIAS,
    DILATION,
    FILTERS,
    GROUPS,
    KERNEL,
    PADDED,
    STRIDE,
    convolution_facts,
    divide_into,
)
from cnncalc.layers.base.dividing import divide_by
from cnncalc.layers.base.key_types import COUNT, PaddingValue, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.positions import at_every_position
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import output_sizes, sliding

if TYPE_CHECKING:
    from collections.abc import Sequence


class DeformConv(Layer):
    """A convolution whose taps are moved by offsets, which another layer computes.

    `from: [input, offset]` is the first version, `[input, offset, mask]` the second one, whose taps
    are weighted, too.
    Output: that of a conv. Offsets have axes × `offset_groups` × ∏ kernel channels, 18 for a 3×3
    kernel, a mask has `offset_groups` × ∏ kernel, 9; both have the size of the output.
    Weights: filters × (channels / groups) × ∏ kernel, and one bias per filter.
    MACs: those of a conv. Reading between the elements is other work, 4 operations per tap and
    channel in two dimensions, and so is the mask, a multiplication.
    Window: everything, as the offsets depend on the data; elementwise over offsets and mask.
    """

    periodic = "space"
    operands = (2, 3)
    hosts = True
    kernels = ("kernel",)
    saves = ("inputs",)
    source = (
        "Dai et al. 2017, arXiv:1703.06211; Zhu et al. 2018, arXiv:1811.11168; DeformConv2d "
        "documentation of torchvision"
    )
    example = (
        "- conv: {filters: 18, kernel: 3, padding: 1, name: offset}\n"
        "- deform_conv: {from: [input, offset], filters: 8, kernel: 3, padding: 1}"
    )

    filters: int = FILTERS
    kernel: PerAxis = KERNEL
    stride: PerAxis = STRIDE
    padding: PaddingValue = PADDED
    dilation: PerAxis = DILATION
    groups: int = GROUPS
    bias: bool = BIAS
    offset_groups: int | None = key(
        COUNT, None, help="groups of channels with offsets of their own; as many as there are"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "deform_conv")
        divide_into(self.groups, x.channels, self.filters)
        windows = sliding(x, self.kernel, self.stride, self.padding, self.dilation,
                          rules=self.rules, kind="deform_conv")  # fmt: skip
        self.check(windows)
        output = x._replace(channels=self.filters, size=output_sizes(windows, x.size))
        taps = prod(w.kernel for w in windows)
        self._check_offsets(x, inputs[1:], windows, output)
        kernel = (self.filters, x.channels // self.groups, *(w.kernel for w in windows))
        facts = convolution_facts(output, tuple(map(Everything, output.size)), {"kernel": kernel},
                          bias=self.bias, macs=output.elements * prod(kernel[1:]))  # fmt: skip
        read = x.channels * taps * prod(output.size) * x.copies
        work = {"interpolate": 2**x.rank * read, **(facts.work or {})}
        return facts.replace(work=work | ({"multiply": read} if len(inputs) > 2 else {}))

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """All of the input; the offsets and the mask of its own position."""
        return super().reads(operand, inputs, facts) if operand == 0 else ()

    def _check_offsets(
        self, x: Shape, given: tuple[Shape, ...], windows: tuple[Window, ...], output: Shape
    ) -> None:
        """Refuse offsets and masks of the wrong size or number."""
        taps = prod(w.kernel for w in windows)
        kernel = "×".join(str(w.kernel) for w in windows)
        each = x.rank * taps
        groups = self.offset_groups
        if groups is None:
            groups, rest = divmod(given[0].channels, each)
            if rest or not groups:
                raise Refusal("E311", f"{given[0].channels} channels are no offsets of a {kernel} kernel: "
                              f"{x.rank} × {taps} = {each} are, or a multiple of that", operands=True,
                              help=f"give the conv of the offsets `filters: {each}`")  # fmt: skip
        if x.channels % groups:
            raise Refusal("E304", f"{x.channels} channels do not divide into {groups} groups of offsets",
                          help=divide_by("groups", x.channels, near=groups),
                          key="offset_groups", operands=True)  # fmt: skip
        at_every_position(given[0], output, each * groups, "offsets",
                          f"{x.rank} × {groups} offset groups × {taps} taps")  # fmt: skip
        if len(given) > 1:
            at_every_position(given[1], output, taps * groups, "mask",
                              f"{groups} offset groups × {taps} taps")  # fmt: skip
