"""Activations as Keras writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.keras_layers import axis_of
from cnncalc.exporting.code import Argument, Code, Made, Slot

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
    """By the normal distribution, or nearly, as Keras has it by default."""
    return Code("ops.gelu({0})" if place.is_approximate() else "ops.gelu({0}, approximate=False)")


def leaky_relu(place: Place) -> Code:
    """A slope below zero, that of the dialect where none is given."""
    return Code(
        "ops.leaky_relu({0}, {slope})", slots={"slope": Slot(float(place.slope()), "slope")}
    )


def relu(place: Place) -> Code:
    """Zero below zero; with a slope there, from a threshold on, or up to a largest value."""
    words = {"max_value": "max_value", "slope": "negative_slope", "threshold": "threshold"}
    said = {word: getattr(place.layer, word) for word in words}
    slots = {word: Slot(value, word) for word, value in said.items() if value is not None}
    if not slots:
        return Code("ops.relu({0})")
    arguments = tuple(Argument(f"{{{word}}}", words[word]) for word in slots)
    return Code("{m}({0})", {"": Made("layers.ReLU", arguments)}, slots)


def hard_tanh(place: Place) -> Code:
    """Numbers kept between two."""
    low, high = place.layer.min, place.layer.max
    if low is None and high is None:
        return Code("ops.hard_tanh({0})")
    slots = {
        "low": Slot(-1 if low is None else low, "min"),
        "high": Slot(1 if high is None else high, "max"),
    }
    return Code("ops.clip({0}, {low}, {high})", slots=slots)


def softplus(place: Place) -> Code:
    """log(1 + exp(beta x)) / beta; from a threshold on, as it is."""
    layer = place.layer
    said = {"beta": layer.beta, "threshold": layer.threshold}
    slots = {key: Slot(value, key) for key, value in said.items() if value is not None}
    scaled = "{beta} * {0}" if "beta" in slots else "{0}"
    text = f"ops.softplus({scaled})" + (" / {beta}" if "beta" in slots else "")
    if "threshold" in slots:
        text = f"ops.where({scaled} > {{threshold}}, {{0}}, {text})"
    return Code(text, slots=slots)


def threshold(place: Place) -> Code:
    """Another value up to a threshold."""
    layer = place.layer
    slots = {"threshold": Slot(layer.threshold or 0, "threshold"),
             "value": Slot(layer.value or 0, "value")}  # fmt: skip
    return Code("ops.threshold({0}, {threshold}, {value})", slots=slots)


def rescaling(place: Place) -> Code:
    """A number times what is read, plus a number."""
    slots = {"scale": Slot(place.layer.scale, "scale")}
    arguments = [Argument("{scale}")]
    if place.layer.offset:
        slots["offset"] = Slot(place.layer.offset, "offset")
        arguments.append(Argument("{offset}", "offset"))
    return Code("{m}({0})", {"": Made("layers.Rescaling", tuple(arguments))}, slots)


def sums(one: str, many: str) -> Callable[[Place], Code]:
    """An expression along one `axis`, whose number is {dim}, and another for `many`."""

    def translate(place: Place) -> Code:
        numbers = [axis_of(place.x, at - 1) for at in place.axes()]
        if len(numbers) == 1:
            return Code(one.replace("{dim}", str(numbers[0])))
        # Channels are the last axis: as a number they are the first of the list.
        return Code(many.replace("{dim}", str(tuple(sorted(numbers, key=lambda n: (n < 0, n))))))

    return translate
