"""Pools that slide a window: their keys, and how many windows there are."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import FLAG, PADDING, PER_AXIS, PaddingValue, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.sliding import output_sizes, sliding

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis, Window
    from cnncalc.layers.base.shape import Shape


class SlidingPool(Layer):
    """Base of max_pool and avg_pool."""

    periodic = "space"
    keeps_apart = "maps"
    source = "pooling documentation of Keras and PyTorch"

    size: PerAxis = key(PER_AXIS, symbol="F", help="window size")
    stride: PerAxis | None = key(
        PER_AXIS, None, symbol="S", help="step of the window; `size` unless given"
    )
    padding: PaddingValue = key(
        PADDING, "valid", symbol="P", help="how much is added around the input"
    )
    ceil: bool = key(FLAG, False, help="whether a last window that sticks out counts")

    def slide(self, x: Shape, dilation: PerAxis = 1) -> tuple[Window, ...]:
        """The windows over `x`; raises Refusal where the framework of the dialect would."""
        stride, counted = stride_of(self.size, self.stride), self.__dict__.get("count_padding")
        windows = sliding(x, self.size, stride, self.padding, dilation, names=("size", "stride"),
                          rules=self.rules, kind=self.kind, ceil=self.ceil, counted=counted)  # fmt: skip
        self.check(x.size, windows)
        return windows


def stride_of(size: PerAxis, stride: PerAxis | None) -> PerAxis:
    """The stride of a pool: without one, windows lie side by side."""
    return size if stride is None else stride


def pool_shape(x: Shape, windows: tuple[Axis, ...]) -> Shape:
    """The output of windows over `x`: pooling keeps the channels."""
    return x._replace(size=output_sizes(windows, x.size))


def reads(output: Shape, windows: tuple[Window, ...]) -> int:
    """The elements that all windows together read, positions in the padding among them."""
    return output.elements * prod(window.kernel for window in windows)


def averaging(reads: int, outputs: int) -> dict[str, int]:
    """The work of averages: as many additions as there are elements, less one, and a division."""
    return {"add": reads - outputs, "divide": outputs}
