"""Pools that slide a window: their keys, and what the frameworks refuse."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.keys import FLAG, PADDING, PER_AXIS, PaddingValue, PerAxis, key
from cnncalc.layer import Layer, Shape, per_axis, refuse, sliding, spread

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis, Window


class SlidingPool(Layer):
    """Base of max_pool and avg_pool."""

    source = "pooling documentation of Keras and PyTorch"

    size: PerAxis = key(
        PER_AXIS, keras="pool_size", torch="kernel_size", symbol="F", help="window size"
    )
    stride: PerAxis | None = key(
        PER_AXIS, None, keras="strides", symbol="S", help="step of the window; `size` unless given"
    )
    padding: PaddingValue = key(PADDING, "valid", symbol="P", help="what is added around the input")
    ceil: bool = key(
        FLAG, False, torch="ceil_mode", help="whether a last window that sticks out counts"
    )

    def slide(self, x: Shape, dilation: PerAxis = 1) -> tuple[Window, ...]:
        """The windows over `x`; raises Refusal where the framework of the dialect would."""
        windows = sliding(x, self.size, stride_of(self.size, self.stride), self.padding, dilation,
                          ceil=self.ceil, names=("size", "stride"))  # fmt: skip
        if self.dialect == "torch":
            self._at_most_half(x.rank)
        if self.dialect == "keras" and self.padding == "causal":
            raise refuse("keras", "the padding of a pool is `valid` or `same`", key="padding",
                         help="`pad` before the pool")  # fmt: skip
        return windows

    def _at_most_half(self, rank: int) -> None:
        # Only numbers are PyTorch's own padding: modes and pairs stand for a pad before the pool.
        sides = self.padding if isinstance(self.padding, tuple) else (self.padding,) * rank
        for side, size in zip(sides, per_axis(self.size, rank, "size"), strict=True):
            if isinstance(side, int) and side > size // 2:
                raise refuse("torch", f"padding may be at most half of the window, {size // 2} for "
                             f"size {size}, and is {side}", key="padding")  # fmt: skip


def stride_of(size: PerAxis, stride: PerAxis | None) -> PerAxis:
    """The stride of a pool: without one, windows lie side by side."""
    return size if stride is None else stride


def pooled(x: Shape, windows: tuple[Axis, ...]) -> Shape:
    """The output of windows over `x`: pooling keeps the channels."""
    return x._replace(size=spread(windows, x.size))


def reads(output: Shape, windows: tuple[Window, ...]) -> int:
    """The elements that all windows together read, positions in the padding among them."""
    return output.elements * prod(window.kernel for window in windows)


def covered(x: Shape, windows: tuple[Window, ...]) -> None:
    """Refuse what PyTorch refuses: an average over three axes of which one is too short."""
    for n, window in zip(x.size, windows, strict=True):
        if x.rank == 3 and n < window.kernel:
            raise refuse("torch", "in three dimensions it averages no axis smaller than the window, "
                         f"whatever the padding, and {n} < {window.kernel}", key="size")  # fmt: skip


def averaging(reads: int, outputs: int) -> dict[str, int]:
    """The work of averages: as many additions as there are elements, less one, and a division."""
    return {"add": reads - outputs, "divide": outputs}
