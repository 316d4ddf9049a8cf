"""What every target must know of axes: the sum that a product is, and the ranges that a slice keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.named_axes import place as axis_place
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporters.base.place import Place
    from cnncalc.layers.base.shape import Shape


def equation_of(place: Place) -> str:
    """The sum over one axis of each operand of a product, batch included, as Einstein writes it: `zab,zac->zbc`.

    Axes are in the order of the spec, channels first. Raises Refusal for axes that are not there.
    """
    x, y = place.inputs
    letters = iter("abcdefghijklmnopqrstuvwxy")
    at, to = (
        axis_place(shape, axis, "axes", place.plain.rules)
        for shape, axis in zip((x, y), place.layer.axes, strict=True)
    )
    summed = next(letters)
    left = [summed if i == at else next(letters) for i in range(len(axes_of(x)))]
    right = [summed if i == to else next(letters) for i in range(len(axes_of(y)))]
    out = remaining_names(x, left, right, at, to)
    return f"z{''.join(left)},z{''.join(right)}->z{''.join(out)}"


def is_of_vectors(place: Place) -> bool:
    """Whether a product leaves one number of two vectors: no axis of a sum is of length one, so it is put in."""
    return not any(x.rank or x.form for x in place.inputs)


def remaining_names(
    x: Shape, left: Sequence[str], right: Sequence[str], at: int, to: int
) -> list[str]:
    """The names of the axes that a product leaves, channels first: none where it leaves one number.

    `left` are those of the first operand `x`, which is summed over axis `at`, and `right` those of the
    second, summed over axis `to`.
    """
    rest = [n for i, n in enumerate(left) if i != at], [n for i, n in enumerate(right) if i != to]
    if x.form:
        return [*rest[0], *rest[1]]
    # As the layer puts them: what is left of x without its channels, then of y; channels first.
    size = rest[0][1:] if at else rest[0]
    if at and to:
        size.append(left[0])
    size += rest[1][1:] if to else rest[1]
    channels = [right[0]] if to else [left[0]] if at else size[-1:]
    return [*channels, *(size if at or to else size[:-1])]


def places_of(place: Place) -> tuple[int, list[int]]:
    """The axis that a `gather` reads, channels being 0, and the places along it from its start."""
    at = axis_place(place.x, place.layer.axis, "axis", place.plain.rules)
    return at, [index % axes_of(place.x)[at] for index in place.layer.indices]


def ranges_of(place: Place) -> list[Any]:
    """What a slice keeps of every axis, channels first: (start, stop), or None for all of it.

    Raises Refusal for an axis that is not there.
    """
    x, layer = place.x, place.layer
    ranges: list[Any] = [None] * len(axes_of(x))
    if layer.axis is not None:
        ranges[axis_place(x, layer.axis, "axis", place.plain.rules)] = layer.range
        return ranges
    ranges[0] = layer.channels
    if layer.size is not None:
        # One range for all axes stands by itself.
        single = layer.size[0] is not None and not isinstance(layer.size[0], tuple)
        ranges[1:] = (layer.size,) * x.rank if single else layer.size
    return ranges
