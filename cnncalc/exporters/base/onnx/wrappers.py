"""Layers around a layer as nodes of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.wrapped import (
    find_inside,
    find_length_axis,
    is_same_everywhere,
)
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.exporters.base.onnx.spot import Spot

    Layers = Mapping[str, Callable[[Spot], str]]

_NORMALISED = ("conv", "conv_transpose", "dense", "depthwise_conv", "embedding", "separable_conv")
"""Layers with kernels that are matrices or windows alone."""


def spectral_norm(layers: Layers, why: Mapping[str, str]) -> Callable[[Spot], str]:
    """A layer whose kernels are held as they are when they have been divided: nothing is left to compute."""

    def translate(spot: Spot) -> str:
        inner, write = find_inside(spot, layers, why, "ONNX")
        return write(inner)

    return translate


def weight_norm(layers: Layers, why: Mapping[str, str]) -> Callable[[Spot], str]:
    """A layer whose kernels are learnt as lengths and directions, from which they are computed."""

    def translate(spot: Spot) -> str:
        inner, write = find_inside(spot, layers, why, "ONNX")
        if inner.node.op not in _NORMALISED:
            raise spot.refuse(f"kernels of `{inner.node.op}` are not normalised here")
        axis = find_length_axis(spot, inner)

        def normalise(part: str, dims: Sequence[int], rows: int) -> str:
            kept = None if axis is None else 1 - axis if rows else axis
            lengths = [n if i == kept else 1 for i, n in enumerate(dims)]
            g = spot.weight(f"{part}/lengths", lengths, "scale")
            v = f"{spot.owner}/{part}"
            others = spot.ints(*(i for i in range(len(dims)) if i != kept))
            norm = spot.add("ReduceL2", v, others, keepdims=1)
            return spot.add("Mul", spot.add("Div", v, norm), g)

        inner.normalise = normalise
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
