"""Layers that are no windows as Keras writes them; maps are (batch, size …, channels)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporting.code import Argument, Code, Made, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place
    from cnncalc.layers.base.shape import Shape


def axis_of(x: Shape, at: int) -> int:
    """The number in Keras of an axis of `axes_of`, the batch being 0."""
    if x.form or not x.rank:
        return at + 1
    return at or -1


def expression(text: str, **keys: str) -> Callable[[Place], Code]:
    """An expression over what is read; `keys` are slots with the key of the layer that fills them."""

    def translate(place: Place) -> Code:
        slots = {slot: Slot(getattr(place.layer, key), key) for slot, key in keys.items()}
        return Code(text, slots=slots)

    return translate


def dense(place: Place) -> Code:
    """A fully connected layer along the features of the dialect."""
    layer, x = place.layer, place.x
    slots = {"units": Slot(layer.units, "units", "out" if not place.output.size else ""),
             "bias": Slot(layer.bias, "bias")}  # fmt: skip
    made = {"": Made("layers.Dense", (Argument("{units}"), Argument("{bias}", "use_bias", True)))}
    if x.size and place.plain.rules.dense_flattens:
        return Code("{m}(layers.Flatten()({0}))", made, slots)
    if x.size and not x.form and not place.plain.axis_rules.channels_last:
        last, before = x.rank + 1, x.rank
        order = [*range(before), last, before]
        swap = f"ops.transpose({{0}}, {tuple(order)})"
        return Code(f"ops.transpose({{m}}({swap}), {tuple(order)})", made, slots)
    return Code("{m}({0})", made, slots)


def embedding(place: Place) -> Code:
    """Vectors of ids."""
    layer = place.layer
    slots = {"vocab": Slot(layer.vocab, "vocab"), "dim": Slot(layer.dim, "dim", "out")}
    made = {"": Made("layers.Embedding", (Argument("{vocab}"), Argument("{dim}")))}
    if layer.reduce is None:
        return Code("{m}({0})", made, slots)
    return Code(f"ops.{layer.reduce}({{m}}({{0}}), axis=1)", made, slots)


def anchor_boxes(place: Place) -> Code:
    """Boxes over every position."""
    layer = place.layer
    scales, ratios = (
        f"({', '.join(map(repr, v))}{',' * (len(v) == 1)})" for v in (layer.scales, layer.ratios)
    )
    return Code(f"anchor_boxes({{0}}, {scales}, {ratios})", needs=("anchor_boxes",))
