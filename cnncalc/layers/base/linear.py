"""What the layers that connect features have in common: which axis holds the features."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.layers.base.named_axes import window_of
from cnncalc.layers.base.shape import axes_of, not_tokens

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis
    from cnncalc.dialects.base.dialect import Dialect
    from cnncalc.layers.base.layer import Facts, Layer
    from cnncalc.layers.base.shape import Shape


INSTEAD = "`flatten` or pool the map first; a conv of kernel 1 connects the channels"
"""What does the same in every framework."""


def features(x: Shape, what: str, rules: type[Dialect]) -> int:
    """The index, among `axes_of(x)`, of the axis whose elements `what` connects.

    That is the last one as the framework holds `x`: the channels where they are last, else the last
    axis of space.
    """
    axes = axes_of(not_tokens(x, what))
    if not x.size or (rules.channels_last and not x.form):
        return 0
    return len(axes) - 1


def facts_of_flat(x: Shape, layer: Layer) -> Facts:
    """The facts of a layer of a vector, for a map that the framework flattens first."""
    vector = not_tokens(x, layer.kind)._replace(
        channels=x.channels * prod(x.size), size=(), form=""
    )
    return layer.facts(vector).replace(windows=(Everything(),) * x.rank)


def across(x: Shape, at: int, target: int) -> tuple[Axis, ...]:
    """The windows where `target` outputs read all of the axis at `at`, and one place of the others."""
    along = window_of(x, at)
    if along is None or not x.size:
        return ()
    return tuple(Everything(target) if i == along else Window() for i in range(x.rank))
