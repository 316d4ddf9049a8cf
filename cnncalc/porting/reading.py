"""Two ways of reading one axis, compared: whether they give as many outputs, and of the same elements."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.windows import SLIDING, TransposedWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis


class Moved(NamedTuple):
    """Windows over the same elements, `by` so many further on; None if no one number says it."""

    by: Fraction | None

    @property
    def is_still(self) -> bool:
        """Whether nothing has moved."""
        return self.by == 0


STILL = Moved(Fraction(0))


def compare(source: Axis, target: Axis, n: int) -> Moved:
    """How far the windows of `target` lie behind those of `source` over `n` elements.

    Both have the same number of outputs. Negative is before.

    >>> from cnncalc.arithmetic.windows import Window
    >>> compare(Window(3, 2, padding=(1, 1)), Window(3, 2, padding=(0, 1)), 8).by
    Fraction(1, 1)
    """
    if source == target:
        return STILL
    if isinstance(source, SLIDING) and isinstance(target, SLIDING):
        alike = (source.kernel, source.stride, source.dilation) == (
            target.kernel, target.stride, target.dilation,
        )  # fmt: skip
        if alike and _border(source) == _border(target):
            return Moved(Fraction(source.padding[0] - target.padding[0]))
    if isinstance(source, TransposedWindow) and isinstance(target, TransposedWindow) and (
        source.kernel, source.stride, source.dilation
    ) == (target.kernel, target.stride, target.dilation):  # fmt: skip
        return Moved(Fraction(target.padding[0] - source.padding[0], source.stride))
    return _by_elements(source, target, n)


def _border(axis: Axis) -> str:
    """What lies beyond the ends: zeros, or the map again."""
    return str(getattr(axis, "mode", "zeros"))


def _by_elements(source: Axis, target: Axis, n: int) -> Moved:
    """The same by what outputs at both ends and in the middle read."""
    count = source.positions(n)
    steps = set()
    for u in _sample(count):
        before, after = source.taps(u, n), target.taps(u, n)
        if len(before) != len(after):
            return Moved(None)
        steps |= {b - a for a, b in zip(before, after, strict=True)}
    return (
        Moved(Fraction(steps.pop())) if len(steps) == 1 else Moved(None if steps else Fraction(0))
    )


def _sample(count: int) -> Sequence[int]:
    """All outputs, or those at the ends and in the middle of many."""
    if count <= 3 * _SOME:
        return range(count)
    middle = count // 2
    return [*range(_SOME), *range(middle, middle + _SOME), *range(count - _SOME, count)]


_SOME = 32
