"""Layers that are no windows as PyTorch writes them; maps are (batch, channels, size …)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.named_axes import place as axis_place
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place


def expression(text: str, **keys: str) -> Callable[[Place], Code]:
    """An expression over what is read; `keys` are slots with the key of the layer that fills them."""

    def translate(place: Place) -> Code:
        slots = {slot: Slot(getattr(place.layer, key), key) for slot, key in keys.items()}
        return Code(text, slots=slots)

    return translate


def dense(place: Place) -> Code:
    """A linear layer along the features of the dialect."""
    layer, x = place.layer, place.x
    flattens = bool(x.size) and place.plain.rules.dense_flattens
    features = place.node.facts.weights["kernel"][-1] if place.node.facts.weights else x.channels
    slots = {
        "in_features": Slot(features, "", "in" if not x.size and not x.form else ""),
        "out_features": Slot(layer.units, "units", "out" if not place.output.size else ""),
        "bias": Slot(layer.bias, "bias"),
    }
    made = Made("nn.Linear", (Argument("{in_features}"), Argument("{out_features}"),
                              Argument("{bias}", "bias", True)))  # fmt: skip
    given = "{m}({0}.flatten(1))" if flattens else "{m}({0})"
    if x.size and not x.form and not flattens and place.plain.axis_rules.channels_last:
        given = "{m}({0}.movedim(1, -1)).movedim(-1, 1)"
    return Code(given, {"": made}, slots)


def prelu(place: Place) -> Code:
    """A learnt slope, one for all or one per channel; others are written out."""
    shape = place.node.facts.weights["slope"] if place.node.facts.weights else ()
    if all(n == 1 for n in shape):
        return Code("{m}({0})", {"": Made("nn.PReLU")})
    if all(n == 1 for n in shape[1:]) and shape[0] == place.x.channels:
        return Code("{m}({0})", {"": Made("nn.PReLU", (Argument("{channels}"),))},
                    {"channels": Slot(place.x.channels, "", "in")})  # fmt: skip
    slots = {f"n{i}": Slot(n) for i, n in enumerate(shape)}
    sizes = ", ".join(f"{{n{i}}}" for i in range(len(shape)))
    made = Made("nn.Parameter", (Argument(f"torch.full(({sizes}), 0.25)"),))
    return Code("torch.where({0} > 0, {0}, {0} * {m})", {"": made}, slots)


def parameter(place: Place) -> Code:
    """A learnt tensor, or one that is kept beside the weights: one for all examples."""
    function = "nn.Parameter" if place.layer.learnt else "nn.Buffer"
    return Code("{m}", {"": Made(function, (Argument(f"torch.zeros({_one_example(place)})"),))})


def constant(place: Place) -> Code:
    """A tensor of one number, which is no part of what is stored; raises Refusal if that is not known."""
    slots = {"value": Slot(place.constant_value(), "value")}
    filled = Argument(f"torch.full(({_one_example(place)}), {{value}})")
    made = Made("nn.Buffer", (filled, Argument("False", "persistent")))
    return Code("{m}", {"": made}, slots)


def _one_example(place: Place) -> str:
    return ", ".join(map(str, (1, *axes_of(place.output))))


def dropout(place: Place) -> Code:
    """Zeros at random while training."""
    rate = place.layer.rate
    arguments = (Argument("{rate}"),) if rate is not None else ()
    slots = {} if rate is None else {"rate": Slot(float(rate), "rate")}
    return Code("{m}({0})", {"": Made("nn.Dropout", arguments)}, slots)


def spatial_dropout(place: Place) -> Code:
    """Whole channels of zeros at random while training."""
    made = Made(f"nn.Dropout{place.rank}d", (Argument("{rate}"),))
    return Code("{m}({0})", {"": made}, {"rate": Slot(float(place.layer.rate), "rate")})


def drop_path(place: Place) -> Code:
    """A branch left out at random while training."""
    return Code("drop_path({0}, {rate}, self.training)", slots={"rate": Slot(float(place.layer.rate), "rate")},
                needs=("drop_path",))  # fmt: skip


def split_channels(place: Place) -> Code:
    """The first half times the sigmoid of the second."""
    at = axis_place(place.x, place.layer.axis, "axis", place.plain.axis_rules) + 1
    return Code(f"F.glu({{0}}, dim={at})")


def reduce(function: str) -> Callable[[Place], Code]:
    """One number along axes."""

    def translate(place: Place) -> Code:
        dims = place.axes()
        shown = dims[0] if len(dims) == 1 else tuple(dims)
        keep = ", keepdim=True" if place.layer.keep else ""
        return Code(f"{{0}}.{function}({shown}{keep})")

    return translate


def embedding(place: Place) -> Code:
    """Vectors of ids, whose features become the channels."""
    layer = place.layer
    slots = {"vocab": Slot(layer.vocab, "vocab"), "dim": Slot(layer.dim, "dim", "out")}
    arguments = [Argument("{vocab}"), Argument("{dim}")]
    if layer.padding_idx is not None:
        slots["padding_idx"] = Slot(layer.padding_idx, "padding_idx")
        arguments.append(Argument("{padding_idx}", "padding_idx"))
    made = {"": Made("nn.Embedding", tuple(arguments))}
    if layer.reduce is None:
        return Code("{m}({0}).movedim(-1, 1)", made, slots)
    function = {"max": "amax"}.get(layer.reduce, layer.reduce)
    return Code(f"{{m}}({{0}}).{function}(1)", made, slots)


def positional_embedding(place: Place) -> Code:
    """A learnt or fixed vector for each position."""
    facts = place.node.facts
    tensors = facts.weights or facts.buffers or {}
    shape = tensors.get("position") or ()
    slots = {f"n{i}": Slot(n, "", "in" if not i else "") for i, n in enumerate(shape)}
    sizes = ", ".join(f"{{n{i}}}" for i in range(len(shape)))
    function = "nn.Parameter" if place.layer.learnt else "nn.Buffer"
    cuts = "".join(
        ", :" if n == m else f", :{m}" for n, m in zip(shape[1:], place.x.size, strict=True)
    )
    index = f"[:{cuts}]" if set(cuts) - set(", :") else ""
    return Code(
        f"{{0}} + {{m}}{index}", {"": Made(function, (Argument(f"torch.zeros({sizes})"),))}, slots
    )


def class_token(place: Place) -> Code:
    """Learnt positions before a sequence, or behind it."""
    slots = {
        "channels": Slot(place.x.channels, "", "in"),
        "count": Slot(place.layer.count, "count"),
    }
    made = {"": Made("nn.Parameter", (Argument("torch.zeros(1, {channels}, {count})"),))}
    rows = "{m}.expand(len({0}), -1, -1)"
    both = f"{{0}}, {rows}" if place.layer.last else f"{rows}, {{0}}"
    return Code(f"torch.cat([{both}], dim=2)", made, slots)


def anchor_boxes(place: Place) -> Code:
    """Boxes over every position."""
    layer = place.layer
    scales, ratios = (", ".join(map(repr, values)) for values in (layer.scales, layer.ratios))
    comma = "," if len(layer.scales) == 1 else "", "," if len(layer.ratios) == 1 else ""
    return Code(
        f"anchor_boxes({{0}}, ({scales}{comma[0]}), ({ratios}{comma[1]}))", needs=("anchor_boxes",)
    )
