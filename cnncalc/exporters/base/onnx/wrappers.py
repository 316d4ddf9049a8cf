"""Layers around a layer as nodes of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.wrapped import find_inside, is_same_everywhere
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.exporters.base.onnx.spot import Spot

    Layers = Mapping[str, Callable[[Spot], str]]


def spectral_norm(layers: Layers, why: Mapping[str, str]) -> Callable[[Spot], str]:
    """A layer whose kernels are held as they are when they have been divided: nothing is left to compute."""

    def translate(spot: Spot) -> str:
        inner, write = find_inside(spot, layers, why, "ONNX")
        return write(inner)

    return translate


def write_each_step(layers: Layers, why: Mapping[str, str]) -> Callable[[Spot], str]:
    """A layer over every step: steps are examples, and then steps again."""

    def translate(spot: Spot) -> str:
        inner, write = find_inside(spot, layers, why, "ONNX")
        if is_same_everywhere(inner):
            return write(inner)
        pairs = zip(spot.read, inner.inputs, strict=True)
        inner.read = [_fold(spot, read, axes_of(x)) for read, x in pairs]
        given, steps, lengths = write(inner), spot.x.size[0], axes_of(inner.output)
        apart = spot.add("Reshape", given, spot.ints(-1, steps, *lengths), part="steps")
        return spot.turn(apart, 0, 2, 1, *range(3, 2 + len(lengths)))

    return translate


def _fold(spot: Spot, x: str, lengths: tuple[int, ...]) -> str:
    """The steps, which stand behind the channels, as examples."""
    turned = spot.turn(x, 0, 2, 1, *range(3, 2 + len(lengths)))
    return spot.add("Reshape", turned, spot.ints(-1, *lengths), part="examples")
