"""Tensors whose axes are put together otherwise: what is named, and which axes go on as they are.

Shapes here are those of one example. How the numbers lie in memory is a matter of the framework:
channels before the axes of space, or behind them.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved, Single
from cnncalc.arithmetic.regrouped import Regrouped
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

    Without a dialect, an axis goes on only if it does so in both orders.
    """
    orders = [rules] if rules.title else [Dialect, _Last]
    found = [_readings_in_memory(x, output, order) for order in orders]
    read = [axes[0] if len(set(axes)) == 1 else None for axes in zip(*found, strict=True)]
    plain: dict[str, str] = {}
    old, new = _spatial(x), _spatial(output)
    for name, axis in zip(old, read, strict=True):
        if isinstance(axis, Moved):
            plain[name] = new[axis.to]
    goes_on = [isinstance(axis, Moved) or (axis is not None and bool(axis.to)) for axis in read]
    if not any(goes_on) or not any(isinstance(axis, Regrouped) for axis in read):
        return readings(x, output, plain)
    return tuple(
        axis or (Single(1) if n == 1 else Everything())
        for axis, n in zip(read, x.size, strict=True)
    )


def _readings_in_memory(
    x: Shape, output: Shape, order: type[Dialect]
) -> tuple[Moved | Regrouped | None, ...]:
    """How every axis of space is read, if the axes lie in memory in that order; None is everything."""
    old, new = memory_axes(x, order), memory_axes(output, order)
    to = {name: i for i, name in enumerate(_spatial(output))}
    made = _with_strides([(to.get(name), n) for name, n in new])
    names = [name for name, _ in old]
    found = {
        name: _read(stride, n, made)
        for name, (_, stride, n) in zip(
            names, _with_strides([(None, n) for _, n in old]), strict=True
        )
    }
    return tuple(found[name] for name in _spatial(x))


_Laid = tuple["int | None", int, int]
"""An axis in memory: which one of space it is (None for channels), its stride, its length."""


def _with_strides(axes: Sequence[tuple[int | None, int]]) -> list[_Laid]:
    stride = prod(n for _, n in axes)
    found = []
    for number, n in axes:
        stride //= n
        found.append((number, stride, n))
    return found


def _read(stride: int, n: int, made: Sequence[_Laid]) -> Moved | Regrouped | None:
    """How an axis of that stride and length is read along the axes of the output.

    The number i = flat // stride % n is put together from the digits of the output's places that
    lie between `stride` and `stride * n`. None if it cannot be, or if there is only one.
    """
    if n == 1:
        return None
    digits: list[tuple[int | None, int, int, int]] = []
    for number, step, length in made:
        low, high = max(stride, step), min(stride * n, step * length)
        if low >= high:
            continue
        if (
            low % stride
            or low % step
            or high % low
            or (stride * n) % high
            or (step * length) % high
        ):
            return _read_uneven(stride, n, made)
        digits.append((number, low // step, high // low, low // stride))
    to = tuple(sorted(number for number, *_ in digits if number is not None))
    sizes = {number: length for number, _, length in made}
    if not to:
        return Regrouped((), (), (), range(n))
    if len(digits) == 1 and sizes[to[0]] == n:
        return Moved(to[0])
    steps = {axis: prod(sizes[other] for other in to if other > axis) for axis in to}
    terms = [
        (inner * steps[number], length, factor)
        for number, inner, length, factor in digits
        if number is not None
    ]
    if prod(length for number, _, length, _ in digits if number is None) > _MOST:
        return None
    offsets = [0]
    for number, _, length, factor in digits:
        if number is None:
            offsets = [offset + i * factor for offset in offsets for i in range(length)]
    return Regrouped(to, tuple(sizes[axis] for axis in to), tuple(terms), tuple(sorted(offsets)))


_MOST = 1 << 16
"""So many elements are read together at most where channels have a part of an axis."""


def _read_uneven(stride: int, n: int, made: Sequence[_Laid]) -> Regrouped | None:
    """An axis whose rows are cut elsewhere than at its ends: read along all axes that have a part in it.

    None where one of them is channels, for then a unit reads here and there.
    """
    base = max(step for _, step, _ in made if stride % step == 0)
    # What is further out moves by whole rows, what is further in stays within one number.
    parts = [laid for laid in made if laid[1] >= base and laid[1] % (stride * n) and laid[2] > 1]
    if any(number is None for number, *_ in parts):
        return None
    to = tuple(sorted(number for number, *_ in parts if number is not None))
    sizes = {number: length for number, _, length in parts}
    return Regrouped(to, tuple(sizes[axis] for axis in to), ((stride // base, n, 1),))


class _Last(Dialect):
    """Channels behind the axes of space."""

    channels_last = True
