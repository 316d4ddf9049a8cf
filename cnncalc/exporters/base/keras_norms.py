"""Normalisation, noise and learnt numbers as Keras writes them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.exporters.base.keras_layers import axis_of
from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.named_axes import choose_axes
from cnncalc.layers.base.shape import axes_of, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.exporters.base.place import Place


def _eps(place: Place, slots: dict[str, Slot]) -> Argument:
    """The epsilon of a norm: what the layer says, or what its dialect has by default."""
    slots["eps"] = Slot(place.epsilon(), "eps")
    return Argument("{eps}", "epsilon", 0.001)


def batch_norm(place: Place) -> Code:
    """Batch normalisation; Keras' momentum is the share of the old value, PyTorch's that of the new one.

    Raises Refusal of what cannot be said.
    """
    layer = place.layer
    slots = {"scale": Slot(layer.scale, "scale"), "center": Slot(layer.center, "center")}
    arguments: list[Argument] = []
    share = layer.momentum
    if share is None and layer.dialect == "torch":
        share = 0.9
    elif share is not None and layer.dialect != "keras":
        share = round(1 - share, 12)
    if share is not None:
        slots["momentum"] = Slot(float(share))
        arguments.append(Argument("{momentum}", "momentum", 0.99))
    arguments.append(_eps(place, slots))
    arguments += [Argument("{center}", "center", True), Argument("{scale}", "scale", True)]
    if not layer.track:
        raise place.refuse("Keras always keeps the statistics of a batch normalisation")
    return Code("{m}({0})", {"": Made("layers.BatchNormalization", tuple(arguments))}, slots)


def group_norm(place: Place) -> Code:
    """Group normalisation."""
    layer = place.layer
    slots = {"groups": Slot(layer.groups, "groups"), "scale": Slot(layer.scale, "scale"),
             "center": Slot(layer.center, "center")}  # fmt: skip
    arguments = [Argument("{groups}"), _eps(place, slots)]
    arguments += [Argument("{center}", "center", True), Argument("{scale}", "scale", True)]
    return Code("{m}({0})", {"": Made("layers.GroupNormalization", tuple(arguments))}, slots)


def instance_norm(place: Place) -> Code:
    """Instance normalisation: as many groups as channels; raises Refusal of what cannot be said."""
    layer = place.layer
    if layer.track:
        raise place.refuse("Keras keeps no statistics of an instance normalisation")
    slots = {"affine": Slot(layer.affine, "affine")}
    arguments = [Argument("-1"), _eps(place, slots)]
    arguments += [Argument("{affine}", "center", True), Argument("{affine}", "scale", True)]
    return Code("{m}({0})", {"": Made("layers.GroupNormalization", tuple(arguments))}, slots)


def _axes(place: Place, axes: object) -> list[int]:
    chosen = choose_axes(place.x, axes, "axes", place.plain.rules)  # type: ignore[arg-type]
    return [axis_of(place.x, i) for i, name in enumerate(names_of(place.x)) if name in chosen]


def layer_norm(place: Place) -> Code:
    """Layer normalisation."""
    layer = place.layer
    slots = {"scale": Slot(layer.scale, "scale"), "center": Slot(layer.center, "center")}
    axis, order = _to_end(place, _axes(place, layer.axes))
    along = Argument(axis, "axis", "-1")
    arguments = [along, _eps(place, slots), Argument("{center}", "center", True),
                 Argument("{scale}", "scale", True)]  # fmt: skip
    made = {"": Made("layers.LayerNormalization", tuple(arguments))}
    return Code(_turn_about("{m}({0})", order), made, slots)


def rms_norm(place: Place) -> Code:
    """Root mean square normalisation."""
    axis, order = _to_end(place, _axes(place, place.layer.axes))
    slots = {"eps": Slot(place.rms_epsilon(), "eps")}
    if not place.layer.scale:
        norm = f"ops.rms_normalization({{0}}, axis={axis}, epsilon={{eps}})"
        return Code(_turn_about(norm, order), slots=slots)
    arguments = [Argument(axis, "axis", "-1"), Argument("{eps}", "epsilon", 1e-6)]
    made = {"": Made("layers.RMSNormalization", tuple(arguments))}
    return Code(_turn_about("{m}({0})", order), made, slots)


def _to_end(place: Place, axes: Sequence[int]) -> tuple[str, list[int]]:
    """The axes of a norm where they are the last ones, and the order of all axes that brings them there.

    Not every backend of Keras norms others. The weights of several lie in the order of the axes.
    """
    total = len(axes_of(place.x)) + 1
    chosen = sorted(axis % total for axis in axes)
    order = [*(axis for axis in range(total) if axis not in chosen), *chosen]
    last = list(range(total - len(chosen), total))
    return "-1" if len(last) == 1 else str(last), order


def _turn_about(norm: str, order: Sequence[int]) -> str:
    """What is normed with its axes in an order, and back in its own after that."""
    if list(order) == sorted(order):
        return norm
    back = tuple(order.index(axis) for axis in range(len(order)))
    before = norm.replace("{0}", f"ops.transpose({{0}}, {tuple(order)})")
    return f"ops.transpose({before}, {back})"


def l2_norm(place: Place) -> Code:
    """Vectors of length one; the least length is the dialect's or the layer's."""
    axes, eps = _axes(place, place.layer.axes), place.layer.eps
    slots = {} if eps is None else {"eps": Slot(float(eps), "eps")}
    if len(axes) == 1:
        more = ", epsilon={eps}" if slots else ""
        return Code(f"ops.normalize({{0}}, axis={axes[0]}{more})", slots=slots)
    length = f"ops.sqrt(ops.sum(ops.square({{0}}), axis={tuple(axes)}, keepdims=True))"
    return Code(f"{{0}} / ops.maximum({length}, {'{eps}' if slots else '1e-12'})", slots=slots)


def local_response_norm(place: Place) -> Code:
    """Normalisation over neighbouring channels, which Keras does not have."""
    layer = place.layer
    slots = {"size": Slot(layer.size, "size")}
    text = "local_response_norm({0}, {size}"
    for key in ("alpha", "beta", "k"):
        value = getattr(layer, key)
        if value is not None:
            slots[key] = Slot(float(value), key)
            text += f", {key}={{{key}}}"
    return Code(f"{text})", slots=slots, needs=("local_response_norm",))


def prelu(place: Place) -> Code:
    """A learnt slope, shared along axes."""
    weights = place.node.facts.weights or {}
    shape = weights.get("slope") or ()
    shared = [axis for axis, n in enumerate(shape[1:], 1) if n == 1]
    if shape and shape[0] == 1 and place.x.channels > 1:
        shared.append(len(shape))
    more = (Argument(str(shared), "shared_axes"),) if shared else ()
    return Code("{m}({0})", {"": Made("layers.PReLU", more)})


def dropout(place: Place) -> Code:
    """Zeros at random while training."""
    rate = place.layer.rate
    made = {"": Made("layers.Dropout", (Argument("{rate}"),))}
    return Code("{m}({0})", made, {"rate": Slot(0.5 if rate is None else float(rate), "rate")})


def masking(place: Place) -> Code:
    """Steps that are all of one number are left out by what follows."""
    made = {"": Made("layers.Masking", (Argument("{value}", "mask_value", 0.0),))}
    return Code("{m}({0})", made, {"value": Slot(float(place.layer.value), "value")})


def drop_path(place: Place) -> Code:
    """A branch left out at random while training: one number for each example."""
    noise = f"(None, {', '.join('1' for _ in range(place.rank + 1))})"
    made = {"": Made("layers.Dropout", (Argument("{rate}"), Argument(noise, "noise_shape")))}
    return Code("{m}({0})", made, {"rate": Slot(float(place.layer.rate), "rate")})


def spatial_dropout(place: Place) -> Code:
    """Whole channels of zeros at random while training."""
    made = {"": Made(f"layers.SpatialDropout{place.rank}D", (Argument("{rate}"),))}
    return Code("{m}({0})", made, {"rate": Slot(float(place.layer.rate), "rate")})


_USUAL = {"count": 1, "initial": 1e-6, "last": False}
"""What the classes of the file have by default."""


def learnt(function: str, **keys: str) -> Callable[[Place], Code]:
    """A class of the file with weights of its own."""

    def translate(place: Place) -> Code:
        slots = {slot: Slot(getattr(place.layer, key), key) for slot, key in keys.items()}
        slots = {name: slot for name, slot in slots.items() if slot.value is not None}
        made = {
            "": Made(function, tuple(Argument(f"{{{name}}}", name, _USUAL[name]) for name in slots))
        }
        many = "[{all}]" if len(place.inputs) > 1 else "{0}"
        return Code(f"{{m}}({many})", made, slots, needs=(function,))

    return translate


def positional_embedding(place: Place) -> Code:
    """A vector for each position; fixed ones are no weights; raises Refusal of what cannot be said."""
    layer = place.layer
    facts = place.node.facts
    shape = (facts.weights or facts.buffers or {}).get("position", ())
    if shape[1:] != place.x.size:
        raise place.refuse("only as many positions as the map has are written")
    made = {"": Made("PositionalEmbedding", (Argument(str(layer.learnt), "trainable", "True"),))}
    return Code("{m}({0})", made, needs=("PositionalEmbedding",))


def weighted_add(place: Place) -> Code:
    """Operands with learnt weights."""
    layer = place.layer
    channels = Argument(str(layer.per == "channel"), "per_channel", "False")
    made = {"": Made("WeightedSum", (Argument(f'"{layer.normalise}"'), channels))}
    return Code("{m}([{all}])", made, needs=("WeightedSum",))


def scale(place: Place) -> Code:
    """A learnt factor, and a shift, along axes; raises Refusal of what it learns otherwise."""
    x, weights = place.x, dict(place.node.facts.weights or {})
    axes = () if place.layer.axes is None else place.layer.axes
    chosen = choose_axes(x, axes, "axes", place.plain.rules) if axes != () else frozenset()
    sizes = [n if name in chosen else 1 for name, n in zip(names_of(x), axes_of(x), strict=True)]
    if any(prod(shape) != prod(sizes) for shape in weights.values()):
        raise place.refuse("what it learns is not known here")
    if x.rank and not x.form:
        sizes = [*sizes[1:], sizes[0]]
    while sizes and sizes[0] == 1:
        del sizes[0]
    shown = f"({', '.join(map(str, sizes))}{',' * (len(sizes) == 1)})"
    arguments = (Argument(shown, "", "()"), Argument(str("shift" in weights), "shift", "False"))
    return Code("{m}({0})", {"": Made("Scale", arguments)}, needs=("Scale",))
