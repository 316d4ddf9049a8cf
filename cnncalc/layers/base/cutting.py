"""A range of one axis, cut out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Window
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.named_axes import Axis, place, window_of
from cnncalc.layers.base.ranges import Range, within
from cnncalc.layers.base.shape import axes_of, with_axes

if TYPE_CHECKING:
    from cnncalc.dialects.base.dialect import Dialect
    from cnncalc.layers.base.shape import Shape


def cut(x: Shape, axis: Axis, ends: Range, rules: type[Dialect]) -> Facts:
    """The facts of a layer that keeps `ends`, [start, stop], of an axis of `x`.

    Raises Refusal if there is no such axis, or no such range of it.
    """
    at = place(x, axis, "axis", rules)
    axes = list(axes_of(x))
    n = axes[at]
    start, stop = within(n, ends, "range")
    axes[at] = stop - start
    along = window_of(x, at)
    if along is None:
        return Facts(with_axes(x, axes))
    taken = Window(padding=(-start, stop - n), rule="explicit")
    windows = tuple(taken if i == along else Window() for i in range(x.rank))
    return Facts(with_axes(x, axes), windows=windows)
