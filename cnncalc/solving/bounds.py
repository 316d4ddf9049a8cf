"""What the solvers of windows try: what is fixed, and up to where the rest goes."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.key_types import AMOUNT, COUNT, Bad, Integer, Padding, show
from cnncalc.layers.base.keys import key
from cnncalc.solving.choices import show_padding
from cnncalc.solving.solver import Solver

if TYPE_CHECKING:
    from collections.abc import Sequence


KERNELS = 11
"""Kernels up to this are tried unless told otherwise; strides as well, or as far as they must be."""

DILATIONS = (4, 16)
"""Dilations up to the first are tried; where none of them will do, further ones up to the second."""


SHOWN = 20
"""Tables show so many unless told otherwise."""


class Bounded(Integer):
    """A whole number from 1 that is not too large for a search."""

    def __init__(self, most: int) -> None:
        """`most` is allowed."""
        super().__init__(1)
        self.most = most

    def parse(self, value: Any) -> int:
        """The number; raises Bad above `most`."""
        number = super().parse(value)
        if number > self.most:
            raise Bad(f"must be at most {self.most:,}, got {number:,}")
        return number


class Sides(Padding):
    """The padding of one axis: a word, a number for both sides, or before,after."""

    def parse(self, value: Any) -> Any:
        """A pair becomes a tuple; raises Bad unless it has two entries."""
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
            value = value[0]
        if isinstance(value, (list, tuple)):
            if len(value) != 2:
                raise Bad(f"must be a word, a number or before,after, got {show(value)}")
            return (AMOUNT.parse(value[0]), AMOUNT.parse(value[1]))
        return super().parse(value)


class BoundedSolver(Solver):
    """Base of the solvers of windows: their keys, and the bounds that follow from them."""

    input: int = key(COUNT, help="the size of the input")
    output: int = key(COUNT, help="the size of the output")
    kernel: int | None = key(COUNT, None, also="kernel_size", help="fixes the kernel")
    stride: int | None = key(COUNT, None, also="strides", help="fixes the stride")
    padding: Any = key(Sides(), None, help="fixes the padding: a number, before,after or a word")
    dilation: int | None = key(COUNT, None, also="dilation_rate", help="fixes the dilation")
    max_kernel: int = key(Bounded(255), KERNELS, help="the largest kernel that is tried")
    max_stride: int | None = key(
        COUNT, None, help=f"the largest stride: {KERNELS}, or the ratio of the sizes if larger"
    )
    max_padding: int | None = key(
        Bounded(10_000),
        None,
        help="the largest padding: as much as is needed, of a pool half the kernel",
    )
    max_dilation: int | None = key(
        Bounded(64), None, help="the largest dilation: {}, or up to {} if needed".format(*DILATIONS)
    )
    limit: int | None = key(
        AMOUNT,
        None,
        help=f"how many are shown, {SHOWN} by default, 0 for all; JSON and CSV have all",
    )

    @property
    def strides(self) -> int:
        """The largest stride that is tried."""
        return self.max_stride or max(KERNELS, self.ratio)

    @property
    @abstractmethod
    def ratio(self) -> int:
        """How often one size goes into the other, as a stride makes it, rounded up."""

    @property
    def kernels(self) -> Sequence[int]:
        """The kernels that are tried."""
        return (self.kernel,) if self.kernel else range(1, self.max_kernel + 1)

    def most_padding(self, kernel: int, dilation: int) -> int | None:
        """The largest padding that is tried; None for as much as is needed."""
        return self.max_padding

    def _dilations(self) -> Sequence[Sequence[int]]:
        """Groups of dilations: the first that has solutions is the answer."""
        if self.dilation:
            return [(self.dilation,)]
        if self.max_dilation:
            return [range(1, self.max_dilation + 1)]
        usual, most = DILATIONS
        return [range(1, usual + 1), *((dilation,) for dilation in range(usual + 1, most + 1))]

    def describe_fixed(self) -> list[str]:
        """What was given, in words."""
        names = ("kernel", "stride", "padding", "dilation")
        given = [(name, self.__dict__[name]) for name in names]
        return [f"{name} {show_padding(value)}" for name, value in given if value is not None]

    def bounds(self) -> list[str]:
        """Up to where what was not given was tried, in words."""
        most = {
            "kernel": self.max_kernel,
            "stride": self.strides,
            "padding": self.max_padding,
            "dilation": self.max_dilation or DILATIONS[1],
        }
        return [
            f"{name} up to {last:,}"
            for name, last in most.items()
            if last is not None and self.__dict__[name] is None
        ]
