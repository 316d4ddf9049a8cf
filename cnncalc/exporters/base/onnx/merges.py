"""Layers of several operands as nodes of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.indexing import equation_of, is_of_vectors
from cnncalc.exporters.base.onnx.elementwise import axis_number
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.onnx.spot import Spot


def merge(op: str, many: str = "") -> Callable[[Spot], str]:
    """Operands under an operator of two; `many` is one that takes any number."""

    def translate(spot: Spot) -> str:
        operands = [_spread(spot, i) for i in range(len(spot.inputs))]
        if many and len(operands) != 2:
            return spot.add(many, *operands)
        made = operands[0]
        for operand in operands[1:]:
            made = spot.add(op, made, operand)
        return made

    return translate


def _spread(spot: Spot, at: int) -> str:
    """An operand, with the axes that it lacks of the output filled in.

    Its channels stay channels: (batch, channels) of a vector becomes (batch, channels, 1, 1).
    """
    lacks = spot.output.rank - spot.inputs[at].rank
    if lacks <= 0:
        return spot.read[at]
    first = 1 if spot.output.form == "tensor" else 2
    return spot.add("Unsqueeze", spot.read[at], spot.ints(*range(first, first + lacks)))


def concat(spot: Spot) -> str:
    """Operands behind each other."""
    return spot.add("Concat", *spot.read, axis=axis_number(spot, spot.layer.axis))


def stack(spot: Spot) -> str:
    """Operands along a new axis."""
    old, new = axes_of(spot.x), axes_of(spot.output)
    at = next((i for i, n in enumerate(new) if i >= len(old) or n != old[i]), len(old)) + 1
    pieces = [spot.add("Unsqueeze", name, spot.ints(at)) for name in spot.read]
    return spot.add("Concat", *pieces, axis=at)


def weighted_add(spot: Spot) -> str:
    """Operands with learnt weights, which are normalised first."""
    layer, count = spot.layer, len(spot.inputs)
    dims = (
        (count, spot.output.channels, *(1,) * spot.output.rank)
        if layer.per == "channel"
        else (count,)
    )
    weights = spot.weight("fusion", dims, "scale")
    if layer.normalise == "softmax":
        weights = spot.add("Softmax", weights, axis=0)
    elif layer.normalise == "fast":
        weights = spot.add("Relu", weights)
        total = spot.add("ReduceSum", weights, spot.ints(0), part="total")
        weights = spot.add("Div", weights, spot.add("Add", total, spot.number(1e-4), part="eps"))
    each = spot.add_many(count, "Split", weights, axis=0, num_outputs=count)
    terms = [spot.add("Mul", _spread(spot, i), weight) for i, weight in enumerate(each)]
    return spot.add("Sum", *terms) if len(terms) != 2 else spot.add("Add", *terms)


def matmul(spot: Spot) -> str:
    """A product of matrices; with `axes` the sum over one axis of each."""
    x, y = spot.inputs
    layer, rules = spot.layer, spot.plain.rules
    if layer.axes is None:
        if rules.channels_last and not x.form:
            both = [
                spot.to_last(name, one.rank) for name, one in zip(spot.read, (x, y), strict=True)
            ]
            return spot.to_first(spot.add("MatMul", *both), spot.output.rank)
        return spot.add("MatMul", *spot.read)
    made = spot.add("Einsum", *spot.read, equation=equation_of(spot))
    return spot.add("Unsqueeze", made, spot.ints(1)) if is_of_vectors(spot) else made


def _squared_sum(spot: Spot, difference: str) -> str:
    """The sum of the squares, one number for each example."""
    squares = spot.add("Mul", difference, difference, part="squares")
    return spot.add("ReduceSum", spot.add("Flatten", squares, axis=1), spot.ints(1), part="sum")


def content_loss(spot: Spot) -> str:
    """Half of the squared distance."""
    total = _squared_sum(spot, spot.add("Sub", *spot.read[:2]))
    return spot.add("Mul", total, spot.number(0.5 * _weight_of(spot)))


def _weight_of(spot: Spot) -> float:
    """What a loss is multiplied by."""
    return 1.0 if spot.layer.weight is None else float(spot.layer.weight)


def style_loss(spot: Spot) -> str:
    """The squared distance of the Gram matrices."""
    grams = []
    for name, shape in zip(spot.read, spot.inputs, strict=True):
        rows = spot.reshape(name, shape.channels, -1)
        grams.append(spot.add("MatMul", rows, spot.turn(rows, 0, 2, 1)))
    total = _squared_sum(spot, spot.add("Sub", *grams))
    return spot.add("Mul", total, spot.number(_weight_of(spot) / (2 * spot.x.elements) ** 2))


def triplet_loss(spot: Spot) -> str:
    """How much nearer the positive lies than the negative, up to a margin; raises Refusal of maps."""
    if spot.rank:
        raise spot.refuse("only a loss of vectors is written")
    anchor, positive, negative = spot.read
    distances = [
        # PyTorch adds the epsilon so that the root has a slope.
        spot.add(
            "ReduceL2",
            spot.add("Add", spot.add("Sub", anchor, other), spot.number(1e-6)),
            spot.ints(1),
        )
        for other in (positive, negative)
    ]
    less = spot.add("Sub", *distances, part="difference")
    margin = 1.0 if spot.layer.margin is None else float(spot.layer.margin)
    made = spot.add("Relu", spot.add("Add", less, spot.number(margin), part="margin"))
    weight = _weight_of(spot)
    return made if weight == 1 else spot.add("Mul", made, spot.number(weight))
