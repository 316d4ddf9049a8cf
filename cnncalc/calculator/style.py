"""Activations of a layer, their Gram matrix and what is compared of two images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.calculator.kinds import Array
from cnncalc.calculator.question import flag
from cnncalc.layers.base.key_types import Bad, Choice
from cnncalc.working.vectors import Vector, dot, shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.working.steps import Plain

ACTIVATIONS = Array(2, 3)
"""A table, such as a CSV file, is taken as one row of positions."""
LAYOUT = Choice("hwc", "chw")
"""Whether the channels are the last axis, as in Keras, or the first, as in PyTorch."""

ELEMENTS = {
    "hwc": "rows × columns × channels; {}_1_2_3 is row 1, column 2, channel 3",
    "chw": "channels × rows × columns; {}_1_2_3 is row 1, column 2, channel 3",
}
"""What an array of activations holds, by its layout, and what its elements are called."""

SHOWN = ((0, 0), (0, 1))
"""The entries of a Gram matrix whose computation is written down; the others go the same way."""


class Channels(NamedTuple):
    """The activations of a layer, a vector of all positions for each channel."""

    height: int
    width: int
    values: Sequence[Sequence[float]]


def by_channel(activations: Any, layout: str) -> Channels:
    """The activations of n_H×n_W×n_C, or n_C×n_H×n_W, by channels; of two axes n_H = 1."""
    if len(shape_of(activations)) == 2:
        is_row = layout == "hwc"
        activations = (activations,) if is_row else tuple((channel,) for channel in activations)
    if layout == "chw":
        _, height, width = shape_of(activations)
        return Channels(
            height,
            width,
            tuple(tuple(x for row in channel for x in row) for channel in activations),
        )
    height, width, _ = shape_of(activations)
    pixels = (pixel for row in activations for pixel in row)
    return Channels(height, width, tuple(zip(*pixels, strict=True)))


def gram(w: Plain, channels: Channels, matrix: str, element: str) -> tuple[tuple[Any, ...], ...]:
    """G_kk' = Σ a_ijk·a_ijk' over all positions i, j; symmetric.

    `matrix` and `element` are the symbols of G and a. The working has the first two entries and
    says how many more there are.
    """
    count = len(channels.values)
    found: list[list[Any]] = [[0] * count for _ in range(count)]
    for k, first in enumerate(channels.values):
        for other in range(k, count):
            found[k][other] = found[other][k] = dot(first, channels.values[other])
    if w.wanted:
        for k, other in SHOWN[:count]:
            vectors = (_name_elements(channels, index, element) for index in (k, other))
            w.let(f"{matrix}_{k + 1}_{other + 1}", dot(*vectors))
        more = count * count - len(SHOWN[:count])
        if more:
            w.remark(f"{more:,} more entries of {matrix} are computed in the same way")
    return tuple(map(tuple, found))


def _name_elements(channels: Channels, channel: int, element: str) -> Vector:
    """A channel with its elements called a_i_j_k."""

    def label(position: int) -> str:
        row, column = divmod(position, channels.width)
        return f"{element}_{row + 1}_{column + 1}_{channel + 1}"

    return Vector(channels.values[channel], label)


def same_shapes(**arrays: Any) -> None:
    """Raise Bad unless all arrays have the shape of the first; their names are those of the inputs."""
    (reference, first), *others = arrays.items()
    for name, array in others:
        if shape_of(array) != shape_of(first):
            own, other = map(_show_shape, (array, first))
            if isinstance(array, tuple) and isinstance(first, tuple):
                other = other.removeprefix("has the shape ")
            raise Bad(f"{flag(name)} {own}, {flag(reference)} {other}", sentence=True)


def _show_shape(array: Any) -> str:
    shape = shape_of(array)
    return f"has the shape {'×'.join(map(str, shape))}" if shape else "is a number"
