"""Where a named axis stands among all axes of a tensor, the channels being the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.named_axes import choose_axes, names_of

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


def place(x: Shape, name: str, key: str) -> int:
    """The index of axis `name` of `x`, 0 for the channels; raises Refusal if there is none."""
    (found,) = choose_axes(x, name, key)
    return names_of(x).index(found)


def axes_of(x: Shape) -> tuple[int, ...]:
    """The lengths of all axes of `x`, channels first."""
    return (x.channels, *x.size)
