"""Layers around a layer as PyTorch writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.wrapped import (
    find_inside,
    find_length_axis,
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

_SEVERAL = ("nn.LSTM", "nn.GRU", "nn.RNN", "nn.MultiheadAttention", "Recurrent", "Attention")
"""Modules of which several weights are normalised, or one that is not called `weight`."""


def spectral_norm(layers: Layers, why: Mapping[str, str]) -> Callable[[Place], Code]:
    """A layer whose kernels are divided by their largest singular value."""

    def translate(place: Place) -> Code:
        if place.plain.rules.singular_vectors != 2:
            raise place.refuse("PyTorch keeps two singular vectors of a kernel, this dialect one")
        inner, write = find_inside(place, layers, why, "PyTorch")
        code = put_inside(write(inner))
        iterations = Slot(place.layer.power_iterations, "power_iterations")
        more = Argument("{iterations}", "n_power_iterations", 1)
        code = code._replace(slots={**code.slots, "iterations": iterations})
        return _normalise(place, code, "parametrizations.spectral_norm", more)

    return translate


def weight_norm(layers: Layers, why: Mapping[str, str]) -> Callable[[Place], Code]:
    """A layer whose kernels are learnt as lengths and directions."""

    def translate(place: Place) -> Code:
        inner, write = find_inside(place, layers, why, "PyTorch")
        code = put_inside(write(inner))
        axis = find_length_axis(place, inner)
        dim = Argument("-1" if axis is None else str(axis), "dim", 0)
        return _normalise(place, code, "parametrizations.weight_norm", dim)

    return translate


def _normalise(place: Place, code: Code, function: str, more: Argument) -> Code:
    """The modules of a layer with their weights normalised; raises Refusal of a weight of no module."""
    made = {}
    needs = code.needs
    for suffix, module in code.made.items():
        if module.function in ("nn.Parameter", "nn.Buffer"):
            raise place.refuse("PyTorch normalises weights of modules, and this is none of one")
        if module.function in _SEVERAL:
            made[suffix] = Made("each_weight", (Argument(module), Argument(function), more))
            needs = (*needs, "each_weight")
        else:
            made[suffix] = Made(function, (Argument(module), more))
    return code._replace(made=made, needs=tuple(dict.fromkeys(needs)))


def write_each_step(layers: Layers, why: Mapping[str, str]) -> Callable[[Place], Code]:
    """A layer over every step, the first axis behind the channels."""

    def translate(place: Place) -> Code:
        inner, write = find_inside(place, layers, why, "PyTorch")
        code = put_inside(write(inner))
        if code.outside:
            raise place.refuse("regions of interest belong to examples, not to steps")
        return code if is_same_everywhere(inner) else over_steps(inner, code, axis=2)

    return translate
