"""Layers around a layer as Keras writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.wrapped import (
    find_inside,
    is_same_everywhere,
    over_steps,
    put_inside,
)
from cnncalc.exporting.code import Argument, Made, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.exporters.base.place import Place
    from cnncalc.exporting.code import Code

    Layers = Mapping[str, Callable[[Place], Code]]


def spectral_norm(layers: Layers, why: Mapping[str, str]) -> Callable[[Place], Code]:
    """A layer whose kernel is divided by its largest singular value."""

    def translate(place: Place) -> Code:
        if place.plain.rules.singular_vectors != 1:
            raise place.refuse("Keras keeps one singular vector of a kernel, this dialect two")
        inner, write = find_inside(place, layers, why, "Keras")
        code = put_inside(write(inner))
        module = code.made.get("")
        if module is None or (
            inner.node.op == "depthwise_conv" and "Depthwise" not in module.function
        ):
            raise place.refuse(
                "Keras normalises the kernel of a layer, and this has none of that shape"
            )
        iterations = Slot(place.layer.power_iterations, "power_iterations")
        more = Argument("{iterations}", "power_iterations", 1)
        made = Made("layers.SpectralNormalization", (Argument(module), more))
        return code._replace(made={"": made}, slots={**code.slots, "iterations": iterations})

    return translate


def write_each_step(layers: Layers, why: Mapping[str, str]) -> Callable[[Place], Code]:
    """A layer over every step, the first axis."""

    def translate(place: Place) -> Code:
        inner, write = find_inside(place, layers, why, "Keras")
        code = put_inside(write(inner))
        if is_same_everywhere(inner):
            return code
        module = code.made.get("")
        # What the file brings along does not say its output's shape, as is asked of what is wrapped.
        if (
            module is not None
            and module.function.startswith("layers.")
            and code.given == "{m}({0})"
        ):
            made = Made("layers.TimeDistributed", (Argument(module),))
            return code._replace(made={"": made})
        return over_steps(inner, code, axis=1)

    return translate
