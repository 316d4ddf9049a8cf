"""Activations as PyTorch writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporting.code import Code, Slot
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place


def function(name: str, **arguments: str) -> Callable[[Place], Code]:
    """A function whose `arguments` are keys of the layer, left out where it does not say them."""

    def translate(place: Place) -> Code:
        said = {word: getattr(place.layer, key) for word, key in arguments.items()}
        slots = {
            word: Slot(value, arguments[word]) for word, value in said.items() if value is not None
        }
        more = "".join(f", {word}={{{word}}}" for word in slots)
        return Code(f"{name}({{0}}{more})", slots=slots)

    return translate


def gelu(place: Place) -> Code:
    """By the normal distribution, or nearly."""
    return Code('F.gelu({0}, approximate="tanh")' if place.is_approximate() else "F.gelu({0})")


def leaky_relu(place: Place) -> Code:
    """A slope below zero, that of the dialect where none is given."""
    if place.layer.slope is None and place.slope() == 0.01:
        return Code("F.leaky_relu({0})")
    slots = {"slope": Slot(place.slope(), "slope")}
    return Code("F.leaky_relu({0}, negative_slope={slope})", slots=slots)


def relu(place: Place) -> Code:
    """Zero below zero; with a slope there, from a threshold on, or up to a largest value."""
    layer = place.layer
    slope, most, threshold = layer.slope or 0, layer.max_value, layer.threshold or 0
    slots = {"slope": Slot(slope, "slope"), "most": Slot(most, "max_value"),
             "threshold": Slot(threshold, "threshold")}  # fmt: skip
    if threshold:
        below = "{slope} * ({0} - {threshold})" if slope else "0.0"
        text = f"torch.where({{0}} >= {{threshold}}, {{0}}, {below})"
    elif slope:
        text = "F.leaky_relu({0}, negative_slope={slope})"
    else:
        text = "F.relu({0})"
    if most is not None:
        text = (
            "{0}.clamp(0, {most})" if not threshold and not slope else f"{text}.clamp(max={{most}})"
        )
    used = {name: slot for name, slot in slots.items() if f"{{{name}}}" in text}
    return Code(text, slots=used)


def threshold(place: Place) -> Code:
    """Another value up to a threshold."""
    layer = place.layer
    slots = {"threshold": Slot(layer.threshold or 0, "threshold"),
             "value": Slot(layer.value or 0, "value")}  # fmt: skip
    return Code("F.threshold({0}, {threshold}, {value})", slots=slots)


def rescaling(place: Place) -> Code:
    """A number times what is read, plus a number, without those that change nothing."""
    scale, offset = place.layer.scale, place.layer.offset
    slots = {"scale": Slot(scale, "scale"), "offset": Slot(offset, "offset")}
    if scale == -1:
        text = "{offset} - {0}" if offset else "-{0}"
    else:
        text = "{0}" if scale == 1 else "{0} * {scale}"
        if offset > 0:
            text = f"{text} + {{offset}}"
        elif offset < 0:
            text, slots["offset"] = f"{text} - {{offset}}", Slot(-offset)
    return Code(text, slots={name: slot for name, slot in slots.items() if f"{{{name}}}" in text})


def sums(text: str, apart: str) -> Callable[[Place], Code]:
    """An expression along one `axis`, whose number is {dim}; `apart` is one for axes that are apart.

    Axes that stand side by side are made one for it, and are taken apart again.
    """

    def translate(place: Place) -> Code:
        axes = place.axes()
        first, last = axes[0], axes[-1]
        if len(axes) == 1:
            return Code(text.replace("{dim}", str(first)))
        if last - first >= len(axes):
            return Code(apart.replace("{dim}", str(tuple(axes))))
        end = "" if last == len(axes_of(place.x)) else f", {last}"
        flat = text.replace("{0}", f"{{0}}.flatten({first}{end})").replace("{dim}", str(first))
        return Code(f"{flat}.view_as({{0}})")

    return translate
