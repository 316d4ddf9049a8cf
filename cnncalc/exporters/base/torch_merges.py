"""Layers of several operands as PyTorch writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.indexing import equation_of, is_of_vectors
from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.named_axes import place as axis_place
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place


def merge(sign: str) -> Callable[[Place], Code]:
    """Operands with a sign between them."""

    def translate(place: Place) -> Code:
        return Code(f" {sign} ".join(_spread(place, i) for i in range(len(place.inputs))))

    return translate


def _spread(place: Place, at: int) -> str:
    """An operand, with the axes that it lacks of the output filled in before those that it has.

    Its channels stay channels: (batch, channels) of a vector becomes (batch, channels, 1, 1).
    """
    lacks = place.output.rank - place.inputs[at].rank
    if lacks <= 0:
        return f"{{{at}}}"
    kept = ":" if place.output.form == "tensor" else ":, :"
    return f"{{{at}}}[{kept}, {', '.join(['None'] * lacks)}]"


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


def _all(place: Place) -> str:
    """All operands, of which those that depend on no input are repeated for each example."""
    like = place.with_batch()
    if like is None:
        return "{all}"
    each = []
    for i, x in enumerate(place.inputs):
        kept = ", -1" * len(axes_of(x))
        lacks = place.lacks_batch(i)
        each.append(f"{{{i}}}.expand(len({{{like}}}){kept})" if lacks else f"{{{i}}}")
    return ", ".join(each)


def concat(place: Place) -> Code:
    """Operands behind each other."""
    at = axis_place(place.x, place.layer.axis, "axis", place.plain.axis_rules) + 1
    return Code(f"torch.cat([{_all(place)}], dim={at})")


def stack(place: Place) -> Code:
    """Operands along a new axis."""
    old, new = axes_of(place.x), axes_of(place.output)
    at = next((i for i, n in enumerate(new) if i >= len(old) or n != old[i]), len(old))
    return Code(f"torch.stack([{_all(place)}], dim={at + 1})")


def weighted_add(place: Place) -> Code:
    """Operands with learnt weights."""
    layer, count = place.layer, len(place.inputs)
    slots = {}
    sizes = f"{count}"
    if layer.per == "channel":
        slots["channels"] = Slot(place.x.channels, "", "in")
        sizes = f"{count}, {{channels}}" + ", 1" * place.x.rank
    made = {"": Made("nn.Parameter", (Argument(f"torch.ones({sizes})"),))}
    return Code(
        f'weighted_sum([{{all}}], {{m}}, "{layer.normalise}")', made, slots, needs=("weighted_sum",)
    )


def matmul(place: Place) -> Code:
    """A product of matrices; with `axes` the sum over one axis of each."""
    x = place.x
    layer, rules = place.layer, place.plain.rules
    if layer.axes is None:
        last = rules.channels_last and not x.form
        if last:
            return Code("({0}.movedim(1, -1) @ {1}.movedim(1, -1)).movedim(-1, 1)")
        return Code("{0} @ {1}")
    more = ".unsqueeze(1)" if is_of_vectors(place) else ""
    return Code(f'torch.einsum("{equation_of(place)}", {{0}}, {{1}}){more}')


def losses(text: str, *needs: str) -> Callable[[Place], Code]:
    """A loss: one number for each example; `needs` are functions of the file that it calls."""

    def translate(place: Place) -> Code:
        said = {key: getattr(place.layer, key, None) for key in ("weight", "margin")}
        slots = {key: Slot(value, key) for key, value in said.items() if value is not None}
        margin = ", margin={margin}" if "margin" in slots else ""
        weighted = f"{{weight}} * {text}" if "weight" in slots else text
        return Code(weighted.replace("{more}", margin), slots=slots, needs=needs)

    return translate
