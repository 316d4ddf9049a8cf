"""Parts of the configuration of a Keras model, in the spellings of Keras 2 and 3."""

from __future__ import annotations

from typing import Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

Data = dict[str, Any]

Shape = list[Any]
"""Lengths without the batch; None is open."""


def layers_of(layer: Any) -> list[Data] | None:
    """The layers of a model; None for what is none."""
    config = layer.get("config") if isinstance(layer, dict) else None
    found = config.get("layers") if isinstance(config, dict) else config
    if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
        return None
    return found


def starts_itself(layer: Data) -> bool:
    """Whether a model, or the first of it, says what goes in."""
    layers = layers_of(layer) or []
    return bool(layers) and (
        layers[0].get("class_name") == "InputLayer"
        or shape_before(layers[0]) is not None
        or starts_itself(layers[0])
    )


def shape_before(layer: Data) -> Any:
    """The shape with the batch that a layer, or a model, says it reads; None if it does not say."""
    config = as_mapping(layer.get("config"))
    for word in ("batch_shape", "batch_input_shape", "build_input_shape"):
        if isinstance(config.get(word), list):
            return config[word]
    built = as_mapping(layer.get("build_config")).get("input_shape")
    return built if isinstance(built, list) and not isinstance(built[:1], dict) else None


def lengths_of(shape: list[Any], name: str) -> Shape:
    """A shape without the batch; raises Unreadable."""
    if not shape or not all(n is None or is_count(n) for n in shape):
        raise Unreadable(f"the input `{cut(name, NAME)}` has no shape that can be read")
    return shape[1:]


def is_count(n: Any) -> bool:
    """Whether it is a whole number, and one at least."""
    return isinstance(n, int) and not isinstance(n, bool) and n > 0


def name_of(layer: Data) -> str:
    """What a layer is called: in Keras 3 beside its configuration, in Keras 2 in it, or as its class."""
    name = layer.get("name") or as_mapping(layer.get("config")).get("name")
    return name if isinstance(name, str) and name else str(layer.get("class_name", "layer"))


def as_mapping(value: Any) -> Data:
    """An object; an empty one for what is none."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """A list; an empty one for what is none."""
    return value if isinstance(value, list) else []
