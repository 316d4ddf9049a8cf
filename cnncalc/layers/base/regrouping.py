"""Tensors whose axes are put together otherwise: what is named, and which axes go on as they are.

Shapes here are those of one example. How the numbers lie in memory is a matter of the framework:
channels before the axes of space, or behind them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved, Single
from cnncalc.arithmetic.windows import Axis, Everything, Window
from cnncalc.dialects.base.dialect import Dialect
from cnncalc.errors import Refusal
from cnncalc.layers.base.named_axes import in_order
from cnncalc.layers.base.shape import MOST_AXES, MOST_OF_TENSOR, Shape, axes_of, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHANNELS = "c"


def memory_axes(x: Shape, rules: type[Dialect]) -> list[tuple[str, int]]:
    """The axes of `x`, name and length, in the order in which the framework holds them."""
    known = dict(zip(names_of(x), axes_of(x), strict=True))
    return [(name, known[name]) for name in in_order(x, rules)]


def shape_with(x: Shape, lengths: Sequence[int], channels: int | None) -> Shape:
    """`x` with these axes, of which the one at `channels` holds the channels.

    The channels of a map come first or last, so that axes elsewhere, or None, make a tensor of the
    axes as they are held. A single number is a vector. Raises Refusal if there are too many.
    """
    if not lengths:
        return x._replace(channels=1, size=(), form="")
    if channels is not None and len(lengths) <= MOST_AXES + 1:
        size = tuple(n for i, n in enumerate(lengths) if i != channels)
        return x._replace(channels=lengths[channels], size=size, form="")
    if len(lengths) > MOST_OF_TENSOR:
        raise Refusal("E302", f"the output would have {len(lengths)} axes", operands=True,
                      help=f"a tensor has at most {MOST_OF_TENSOR}")  # fmt: skip
    return x._replace(channels=1, size=tuple(lengths), form="tensor")


def whole_axes(before: Sequence[int], after: Sequence[int]) -> dict[int, int]:
    """The axes that a reshape leaves whole: their place before, and after.

    Both are lengths in the order of memory. Axes of length 1 stand for nothing.

    >>> whole_axes((16, 1, 114), (16, 114))
    {0: 0, 2: 1}
    >>> whole_axes((8, 4, 6), (2, 4, 4, 6))
    {1: 2, 2: 3}
    """
    left = [i for i, n in enumerate(before) if n != 1]
    right = [i for i, n in enumerate(after) if n != 1]
    found = {}
    while left and right:
        taken, made = [left.pop(0)], [right.pop(0)]
        n, m = before[taken[0]], after[made[0]]
        while n != m:
            if n < m:
                taken.append(left.pop(0))
                n *= before[taken[-1]]
            else:
                made.append(right.pop(0))
                m *= after[made[-1]]
        if len(taken) == len(made) == 1:
            found[taken[0]] = made[0]
    return found


def readings(x: Shape, output: Shape, goes: Mapping[str, str]) -> tuple[Axis, ...]:
    """How an output of other axes reads `x`: axes go on by their names, all others are seen whole.

    An axis that becomes the channels, or comes from them, is seen whole, too.
    """
    names, to = _spatial(x), _spatial(output)
    places = [to.index(goes[name]) if goes.get(name) in to else None for name in names]
    if output.rank == x.rank and places == list(range(x.rank)):
        return ()
    straight = all(at in {None, i} for i, at in enumerate(places)) and output.rank == x.rank
    axes: list[Axis] = []
    for i, at in enumerate(places):
        if at is None:
            whole = Everything(output.size[i] if straight else 1)
            axes.append(Single(1) if x.size[i] == 1 and whole.target == 1 else whole)
        else:
            axes.append(Window() if at == i and output.rank == x.rank else Moved(at))
    return tuple(axes)


def _spatial(x: Shape) -> tuple[str, ...]:
    names = names_of(x)
    return names[len(names) - x.rank :]


def windows_of_reshape(x: Shape, output: Shape, rules: type[Dialect]) -> tuple[Axis, ...]:
    """The windows of a reshape, which goes by the order in memory.

    Without a dialect, an axis goes on only if it does in both orders.
    """
    orders = [rules] if rules.title else [Dialect, _Last]
    found: list[dict[str, str]] = []
    for order in orders:
        old, new = memory_axes(x, order), memory_axes(output, order)
        pairs = whole_axes([n for _, n in old], [n for _, n in new])
        found.append({old[i][0]: new[j][0] for i, j in pairs.items()})
    both = {name: to for name, to in found[0].items() if all(one.get(name) == to for one in found)}
    return readings(x, output, both)


class _Last(Dialect):
    """Channels behind the axes of space."""

    channels_last = True
