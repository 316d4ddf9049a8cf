"""Pools whose output size is given: the windows follow from it."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import AdaptiveWindow, Window
from cnncalc.dialects.base.asked import Asked
from cnncalc.layers.base.key_types import COUNT, Axes, Kind, either
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.shape import Shape, per_axis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.arithmetic.windows import Axis


def elements(x: Shape, windows: Iterable[Axis]) -> int:
    """How many elements all windows over `x` read together."""
    reads = (_reads(window, n) for window, n in zip(windows, x.size, strict=True))
    return x.channels * x.copies * prod(reads)


def _reads(window: Axis, n: int) -> int:
    """How many of `n` elements the windows along an axis read together."""
    if isinstance(window, AdaptiveWindow):
        return window.reads(n)
    if isinstance(window, Window):
        return window.positions(n) * window.kernel
    return n


class SizeOrKept(Kind):
    """The size of one axis; null keeps the input's."""

    noun = "a whole number or null"

    def parse(self, value: Any) -> int | None:
        """Null stays null."""
        return None if value is None else COUNT.parse(value)

    def schema(self) -> dict[str, Any]:
        """A count or null."""
        return either(COUNT.schema(), {"type": ["null"]})


class AdaptivePool(Layer):
    """Base of adaptive_avg_pool and adaptive_max_pool."""

    periodic = "space"
    source = "AdaptiveAvgPool2d of PyTorch: start ⌊u·n/t⌋, end ⌈(u+1)·n/t⌉"

    size: Any = key(
        Axes(SizeOrKept()),
        help="the output's size; null in a list keeps that axis",
    )

    def adapt(self, x: Shape) -> tuple[Axis, ...]:
        """The windows over `x`; raises Refusal where the framework would."""
        targets: tuple[int | None, ...] = per_axis(self.size, x.rank, "size")
        self.check(targets)
        rules = self.rules
        return tuple(
            rules.adapt(Asked(self.kind, n, target=t)) for t, n in zip(targets, x.size, strict=True)
        )
