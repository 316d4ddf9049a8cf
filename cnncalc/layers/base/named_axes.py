"""Axes by name: `c` (or `channels`) and `l`, `h w`, `d h w` or `t d h w`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import Axis, Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Bad, Choice, Kind, a_list, either, show

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape

NAMES = ("channels", "c", "l", "t", "d", "h", "w")
GROUPS = ("all", "space")

AxisNames = str | tuple[str, ...]
"""What an `axes` key holds: one word, or several names."""

AXIS = Choice(*NAMES)
"""One axis."""


class AxesKind(Kind):
    """One axis, several, `space` (all but the channels) or `all`; `empty` lets there be none."""

    words = (*NAMES, *GROUPS)
    noun = "channels, all, space, or a list of axes out of c and l, h w or d h w"

    def __init__(self, *, empty: bool = False) -> None:
        """`empty` says whether [] is a possible answer."""
        self._empty = empty
        self._word = Choice(*self.words)

    def parse(self, value: Any) -> AxisNames:
        """A list becomes a tuple; raises Bad for numbers, unknown names and an empty list."""
        if not isinstance(value, list):
            if isinstance(value, str):
                return self._word.parse(value)  # type: ignore[no-any-return]
            raise self._refuse_numbers(value)
        if not value and not self._empty:
            raise self._wrong(value)
        for i, item in enumerate(value):
            if not isinstance(item, str):
                raise self._refuse_numbers(item).inside(i)
            try:
                AXIS.parse(item)
            except Bad as bad:
                raise bad.inside(i) from None
        return tuple(value)

    def schema(self) -> dict[str, Any]:
        """A word, or a list of axes."""
        return either(self._word.schema(), a_list(AXIS.schema(), 0 if self._empty else 1))

    def _refuse_numbers(self, value: object) -> Bad:
        return Bad(f"must be {self.noun}, got {show(value)}",
                   "axes are named, because the frameworks number them differently")  # fmt: skip


AXES = AxesKind()


def names_of(x: Shape) -> tuple[str, ...]:
    """The names of the axes of `x`, channels first."""
    return ("c", *("", "l", "hw", "dhw", "tdhw")[x.rank])


def choose_axes(x: Shape, axes: AxisNames, key: str) -> frozenset[str]:
    """The names that `axes` means on `x`; raises Refusal for an axis `x` does not have."""
    names = names_of(x)
    if axes == "all":
        return frozenset(names)
    if axes == "space":
        return frozenset(names[1:])
    given = [axes] if isinstance(axes, str) else axes
    found = ["c" if name == "channels" else name for name in given]
    for name in found:
        if name not in names:
            has = " ".join(names)
            raise Refusal("E302", f"the input has no axis `{name}`: its axes are {has}", key=key,
                          operands=True)  # fmt: skip
        if found.count(name) > 1:
            raise Refusal("E302", f"axis `{name}` is named twice", key=key)
    return frozenset(found)


def lengths(x: Shape, axes: frozenset[str]) -> tuple[int, ...]:
    """The sizes of those axes of `x`, channels first."""
    sizes = (x.channels, *x.size)
    return tuple(n for name, n in zip(names_of(x), sizes, strict=True) if name in axes)


def joint_axes(x: Shape, axes: frozenset[str]) -> tuple[Axis, ...]:
    """The windows of a layer whose outputs read all of `axes`, and one place of every other axis."""
    spatial = names_of(x)[1:]
    if axes.isdisjoint(spatial):
        return ()
    return tuple(
        Everything(n) if name in axes else Window() for name, n in zip(spatial, x.size, strict=True)
    )
