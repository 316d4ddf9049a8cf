"""Layers of several operands, and along one axis, as Keras writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.indexing import is_of_vectors, remaining_names
from cnncalc.exporters.base.keras_layers import axis_of
from cnncalc.exporting.code import Code, Slot
from cnncalc.layers.base.named_axes import place as axis_place
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.exporters.base.place import Place
    from cnncalc.layers.base.shape import Shape


def merge(sign: str) -> Callable[[Place], Code]:
    """Operands with a sign between them."""

    def translate(place: Place) -> Code:
        rank = place.output.rank
        texts = []
        for i, x in enumerate(place.inputs):
            lacks = rank - x.rank
            fill = f"[:, {'None, ' * lacks}...]" if lacks > 0 else ""
            texts.append(f"{{{i}}}{fill}")
        return Code(f" {sign} ".join(texts))

    return translate


def fold_pairs(function: str) -> Callable[[Place], Code]:
    """A function of two operands, of as many as there are."""

    def translate(place: Place) -> Code:
        text = "{0}"
        for i in range(1, len(place.inputs)):
            text = f"{function}({text}, {{{i}}})"
        return Code(text)

    return translate


def average(place: Place) -> Code:
    """The mean of the operands."""
    total = " + ".join(f"{{{i}}}" for i in range(len(place.inputs)))
    return Code(f"({total}) / {len(place.inputs)}")


def concat(place: Place) -> Code:
    """Operands behind each other."""
    at = axis_place(place.x, place.layer.axis, "axis", place.plain.axis_rules)
    return Code(f"ops.concatenate([{{all}}], axis={axis_of(place.x, at)})")


def stack(place: Place) -> Code:
    """Operands along a new axis."""
    old, new = axes_of(place.x), axes_of(place.output)
    at = next((i for i, n in enumerate(new) if i >= len(old) or n != old[i]), len(old))
    return Code(f"ops.stack([{{all}}], axis={axis_of(place.output, at)})")


def along(text: str) -> Callable[[Place], Code]:
    """An expression along one `axis`, whose number is {dim}."""

    def translate(place: Place) -> Code:
        at = axis_place(place.x, place.layer.axis, "axis", place.plain.axis_rules)
        return Code(text.replace("{dim}", str(axis_of(place.x, at))))

    return translate


def reduce(function: str) -> Callable[[Place], Code]:
    """One number along axes."""

    def translate(place: Place) -> Code:
        dims = [axis_of(place.x, at - 1) for at in place.axes()]
        shown = dims[0] if len(dims) == 1 else tuple(dims)
        keep = ", keepdims=True" if place.layer.keep else ""
        return Code(f"ops.{function}({{0}}, axis={shown}{keep})")

    return translate


def matmul(place: Place) -> Code:
    """A product of matrices, as the sum of products over one axis of each."""
    x, y = place.inputs
    layer, rules = place.layer, place.plain.rules
    if layer.axes is None:
        if rules.channels_last and not x.form:
            return Code("ops.matmul({0}, {1})")
        if x.form:
            return Code("ops.matmul({0}, {1})")
        # The last two axes of channels first: the last is summed over in the first operand.
        at, to = len(axes_of(x)) - 1, len(axes_of(y)) - 2
        batch = len(axes_of(x)) - 2
    else:
        at = axis_place(x, layer.axes[0], "axes", rules)
        to = axis_place(y, layer.axes[1], "axes", rules)
        batch = 0
    letters = iter("abcdefghijklmnopqrstuvwxy")
    shared = [next(letters) for _ in range(batch)]
    summed = next(letters)
    left = [
        shared[i] if i < batch else summed if i == at else next(letters)
        for i in range(len(axes_of(x)))
    ]
    right = [
        shared[i] if i < batch else summed if i == to else next(letters)
        for i in range(len(axes_of(y)))
    ]
    if layer.axes is None:
        out = [*shared, left[-2] if at == len(left) - 1 else left[-1], right[-1]]
    else:
        out = remaining_names(x, left, right, at, to)

    def shown(names: Sequence[str], shape: Shape) -> str:
        return "z" + "".join(names if shape.form or not shape.rank else [*names[1:], names[0]])

    text = f"{shown(left, x)},{shown(right, y)}->{shown(out, place.output)}"
    given = f'ops.einsum("{text}", {{0}}, {{1}})'
    return Code(f"ops.expand_dims({given}, -1)" if is_of_vectors(place) else given)


def losses(text: str, *needs: str) -> Callable[[Place], Code]:
    """A loss: one number for each example; `needs` are functions of the file that it calls."""

    def translate(place: Place) -> Code:
        said = {key: getattr(place.layer, key, None) for key in ("weight", "margin")}
        slots = {key: Slot(value, key) for key, value in said.items() if value is not None}
        margin = ", margin={margin}" if "margin" in slots else ""
        weighted = f"{{weight}} * {text}" if "weight" in slots else text
        return Code(weighted.replace("{more}", margin), slots=slots, needs=needs)

    return translate
