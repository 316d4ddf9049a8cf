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


def recurrent(function: str) -> Callable[[Place], Code]:
    """A recurrent layer; raises Refusal of what cannot be said."""

    def translate(place: Place) -> Code:
        layer = place.layer
        if layer.biases > 1 and layer.bias:
            raise place.refuse(
                "its gates have a second bias, which those of Keras have not", help="bias: false"
            )
        if layer.layers > 1 or layer.projection is not None:
            raise place.refuse(
                "Keras stacks no recurrent layers, and projects none", help="one layer for each"
            )
        slots = {"units": Slot(layer.units, "units", "out" if layer.bidirectional == "none" else ""),
                 "bias": Slot(layer.bias, "bias")}  # fmt: skip
        arguments = [Argument("{units}"), Argument("{bias}", "use_bias", True)]
        if layer.return_ == "sequence":
            arguments.append(Argument("True", "return_sequences"))
        if function == "GRU" and getattr(layer, "reset_after", True) is False:
            arguments.append(Argument("False", "reset_after"))
        if layer.bidirectional == "none":
            return Code("{m}({0})", {"": Made(f"layers.{function}", tuple(arguments))}, slots)
        mode = {"concat": '"concat"', "sum": '"sum"', "average": '"ave"', "multiply": '"mul"'}[
            layer.bidirectional
        ]
        inner = ", ".join(
            f"{a.name}={a.text}" if a.name else a.text for a in arguments if a.name != "use_bias"
        )
        if not layer.bias:
            inner += ", use_bias=False"
        made = Made("layers.Bidirectional", (Argument(f"layers.{function}({inner})"),
                                             Argument(mode, "merge_mode", '"concat"')))  # fmt: skip
        return Code("{m}({0})", {"": made}, slots)

    return translate


def attention(place: Place) -> Code:
    """Self-attention over the positions of a sequence; in windows by a class of the file.

    Raises Refusal of what cannot be said.
    """
    layer, x = place.layer, place.x
    if len(place.inputs) > 1:
        raise place.refuse("attention between several tensors is not written yet")
    weights = place.node.facts.weights or {}
    channels, heads, key_dim = weights["query"]
    kv_heads, value_dim = weights["value"][1:]
    output = weights["output"][-1]
    if kv_heads != heads:
        raise place.refuse("heads that share keys are not written yet")
    slots = {"heads": Slot(heads, "heads"), "key_dim": Slot(key_dim, "key_dim")}
    if layer.window is None and x.rank == 1 and layer.bias in (True, False):
        slots |= {"value_dim": Slot(value_dim, "value_dim"), "bias": Slot(bool(layer.bias), "bias")}
        arguments = [
            Argument("{heads}"),
            Argument("{key_dim}"),
            Argument("{value_dim}", "value_dim", "{key_dim}"),
            Argument("{bias}", "use_bias", True),
        ]
        if output != channels:
            slots["output"] = Slot(output, "output")
            arguments.append(Argument("{output}", "output_shape"))
        return Code("self_attention({m}, {0})", {"": Made("layers.MultiHeadAttention", tuple(arguments))}, slots,
                    needs=("self_attention",))  # fmt: skip
    raise place.refuse("attention in windows is not written yet")


def anchor_boxes(place: Place) -> Code:
    """Boxes over every position."""
    layer = place.layer
    scales, ratios = (
        f"({', '.join(map(repr, v))}{',' * (len(v) == 1)})" for v in (layer.scales, layer.ratios)
    )
    return Code(f"anchor_boxes({{0}}, {scales}, {ratios})", needs=("anchor_boxes",))
