"""Axes by name: `c` (or `channels`) and `l`, `h w`, `d h w` or `t d h w`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.dialects.base.dialect import Dialect
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Bad, Choice, Kind, a_list, either
from cnncalc.layers.base.shape import MOST_OF_TENSOR, axes_of, names_of

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis as Reading
    from cnncalc.layers.base.shape import Shape

NAMES = ("channels", "c", "l", "t", "d", "h", "w")
GROUPS = ("all", "space")

Axis = str | int
"""An axis as a key holds it: by its name, or by its number in the framework of the dialect."""

AxisNames = Axis | tuple[Axis, ...]
"""What an `axes` key holds: one word or number, or several."""


class AxisNumber(Kind):
    """The number of an axis, the batch being 0; negative ones count from the last."""

    noun = "the number of an axis under a dialect"

    def parse(self, value: Any) -> int:
        """A small whole number, else raises Bad; what it means depends on the dialect and the shape."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(value)
        if not -_MOST <= value <= _MOST:
            raise Bad(f"must be an axis from {-_MOST} to {_MOST}, got {value}", code="E105")
        return value

    def schema(self) -> dict[str, Any]:
        """A small integer."""
        return {"type": ["integer"], "minimum": -_MOST, "maximum": _MOST}


_MOST = MOST_OF_TENSOR


class AxisKind(Choice):
    """One axis, by its name or its number."""

    of_axes = True


AXIS = AxisKind(*NAMES, other=AxisNumber())
"""One axis."""


class AxesKind(Kind):
    """One axis, several, `space` (all but the channels) or `all`; `empty` lets there be none."""

    of_axes = True
    words = (*NAMES, *GROUPS)
    noun = "channels, all, space, or a list of axes out of c and l, h w or d h w"

    def __init__(self, *, empty: bool = False) -> None:
        """`empty` says whether [] is a possible answer."""
        self._empty = empty
        self._one = Choice(*self.words, other=AxisNumber())

    def parse(self, value: Any) -> AxisNames:
        """A list becomes a tuple; raises Bad for unknown names and an empty list."""
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            return self._one.parse(value)  # type: ignore[no-any-return]
        if not isinstance(value, list) or not (value or self._empty):
            raise self._wrong(value)
        found = []
        for i, item in enumerate(value):
            try:
                found.append(AXIS.parse(item))
            except Bad as bad:
                raise bad.inside(i) from None
        return tuple(found)

    def schema(self) -> dict[str, Any]:
        """A word or a number, or a list of them."""
        return either(self._one.schema(), a_list(AXIS.schema(), 0 if self._empty else 1))


AXES = AxesKind()


def choose_axes(
    x: Shape, axes: AxisNames, key: str, rules: type[Dialect] = Dialect
) -> frozenset[str]:
    """The names that `axes` means on `x`; raises Refusal for an axis `x` does not have.

    Numbers are those of the framework whose `rules` hold.
    """
    names = names_of(x)
    if axes == "all":
        return frozenset(names)
    if axes == "space":
        return frozenset(names[len(names) - x.rank :])
    given = axes if isinstance(axes, tuple) else (axes,)
    found = [name_of(x, one, key, rules) for one in given]
    for name in found:
        if found.count(name) > 1:
            raise Refusal("E302", f"axis `{name}` is named twice", key=key)
    return frozenset(found)


def name_of(x: Shape, axis: Axis, key: str, rules: type[Dialect]) -> str:
    """The name on `x` of one axis, however it is given; raises Refusal if there is none."""
    names = names_of(x)
    if isinstance(axis, int):
        return name_by_number(x, axis, key, rules)
    name = "c" if axis == "channels" else axis
    if name not in names:
        what = "the axes of a tensor are numbers" if x.form == "tensor" else "its axes are"
        raise Refusal("E302", f"the input has no axis `{name}`: {what} {' '.join(names)}",
                      key=key, operands=True)  # fmt: skip
    return name


def in_order(x: Shape, rules: type[Dialect]) -> tuple[str, ...]:
    """The names of the axes of `x` in the order in which the framework holds them."""
    names = names_of(x)
    last = rules.channels_last and x.form != "tensor"
    return (*names[1:], names[0]) if last else names


def name_by_number(x: Shape, number: int, key: str, rules: type[Dialect]) -> str:
    """The name of the axis of that number, the batch being 0; raises Refusal if there is none."""
    if not rules.title and x.form != "tensor":
        raise Refusal("E104", f"`{key}` must be an axis by its name, got {number}", key=key,
                      help="axes are named, because the frameworks number them differently; "
                      "`dialect:` says whose numbers are meant")  # fmt: skip
    order = in_order(x, rules)
    if number == 0 or not -len(order) <= number <= len(order):
        what = "axis 0 is the batch" if number == 0 else f"there is no axis {number}"
        places = range(1, len(order) + 1)
        has = ", ".join(f"{i} {name}" if not name.isdigit() else name
                        for i, name in zip(places, order, strict=True))  # fmt: skip
        raise Refusal("E302", f"{what}: the axes are {has}", key=key, operands=True)
    return order[number - 1 if number > 0 else number]


def place(x: Shape, axis: Axis, key: str, rules: type[Dialect] = Dialect) -> int:
    """The index of an axis among `axes_of(x)`; raises Refusal if there is none."""
    return names_of(x).index(name_of(x, axis, key, rules))


def window_of(x: Shape, at: int) -> int | None:
    """The index in `x.size` of the axis at `at` of `axes_of(x)`; None for the channels."""
    if x.form == "tensor":
        return at
    return at - 1 if at else None


def lengths(x: Shape, axes: frozenset[str]) -> tuple[int, ...]:
    """The sizes of those axes of `x`, channels first."""
    return tuple(n for name, n in zip(names_of(x), axes_of(x), strict=True) if name in axes)


def joint_axes(x: Shape, axes: frozenset[str]) -> tuple[Reading, ...]:
    """The windows of a layer whose outputs read all of `axes`, and one place of every other axis."""
    names = names_of(x)
    spatial = names[len(names) - x.rank :]
    if axes.isdisjoint(spatial):
        return ()
    return tuple(
        Everything(n) if name in axes else Window() for name, n in zip(spatial, x.size, strict=True)
    )
