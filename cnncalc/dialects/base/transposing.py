"""Transposed convolutions whose output size is given: the rules that several frameworks share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.padding import by_mode
from cnncalc.arithmetic.windows import TransposedWindow, Window

if TYPE_CHECKING:
    from cnncalc.dialects.base.asked import Asked


def cut_to(asked: Asked, size: int, before: int) -> TransposedWindow:
    """The window that gives `size` outputs, with `before` of the full output cut off in front."""
    full = (asked.n - 1) * asked.s + asked.extent
    cut = (before, full - size - before)
    return TransposedWindow(asked.k, asked.s, asked.d, cut, asked.mode or "explicit")


def forward_sides(asked: Asked, size: int) -> tuple[int, int]:
    """What a convolution adds to `size` elements, of which the layer is the transpose."""
    if not asked.mode:
        return asked.sides
    return by_mode(asked.mode, size, asked.k, asked.s, asked.d)


def forward_length(asked: Asked, size: int) -> int:
    """What a convolution makes of `size` elements, of which the layer is the transpose."""
    return Window(asked.k, asked.s, asked.d, forward_sides(asked, size)).positions(size)
