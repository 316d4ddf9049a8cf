"""Layers that compute with single numbers or along axes, as nodes of ONNX."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.named_axes import choose_axes
from cnncalc.layers.base.named_axes import place as axis_place
from cnncalc.layers.base.shape import axes_of, names_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.onnx.spot import Spot


def dropout(spot: Spot) -> str:
    """Zeros at random while training."""
    rate = spot.layer.rate
    more = () if rate is None else (spot.number(rate),)
    return spot.add("Dropout", spot.read[0], *more)


def axis_number(spot: Spot, axis: Any) -> int:
    """The number of an axis, the batch being 0."""
    return axis_place(spot.x, axis, "axis", spot.plain.axis_rules) + 1


def axis_numbers(spot: Spot, axes: Any, key: str = "axes") -> list[int]:
    """The numbers of the axes that a key names, in order."""
    chosen = choose_axes(spot.x, axes, key, spot.plain.rules)
    return [i for i, name in enumerate(names_of(spot.x), 1) if name in chosen]


def reduce(op: str) -> Callable[[Spot], str]:
    """One number along axes."""

    def translate(spot: Spot) -> str:
        return spot.add(op, spot.read[0], spot.ints(*spot.axes()), keepdims=int(spot.layer.keep))

    return translate


def glu(spot: Spot) -> str:
    """The first half times the sigmoid of the second."""
    axis = axis_number(spot, spot.layer.axis)
    value, gate = spot.add_many(2, "Split", spot.read[0], axis=axis, num_outputs=2)
    return spot.add("Mul", value, spot.add("Sigmoid", gate))


def prelu(spot: Spot) -> str:
    """A learnt slope."""
    slopes = (spot.node.facts.weights or {})["slope"]
    return spot.add("PRelu", spot.read[0], spot.weight("slope", slopes, "scale"))


def dense(spot: Spot) -> str:
    """A product with a matrix along the features of the dialect."""
    layer, x = spot.layer, spot.x
    given = spot.read[0]
    flattens = bool(x.size) and spot.plain.rules.dense_flattens
    features = (spot.node.facts.weights or {})["kernel"][-1]
    if flattens:
        given = spot.add("Flatten", given, axis=1)
    bias = [spot.weight("bias", (layer.units,), "bias")] if layer.bias else []
    if flattens or len(axes_of(x)) == 1:
        kernel = spot.weight("kernel", (layer.units, features), "kernel", features)
        return spot.add("Gemm", given, kernel, *bias, transB=1)
    last = not x.form and spot.plain.axis_rules.channels_last
    if last:
        given = spot.to_last(given, x.rank)
    kernel = spot.weight("kernel", (features, layer.units), "kernel", features, rows=1)
    made = spot.add("MatMul", given, kernel)
    if bias:
        made = spot.add("Add", made, *bias)
    return spot.to_first(made, x.rank) if last else made


def embedding(spot: Spot) -> str:
    """Vectors of ids, whose features become the channels; raises Refusal of what cannot be said."""
    layer = spot.layer
    table = spot.weight("embedding", (layer.vocab, layer.dim), "kernel", layer.dim)
    found = spot.add("Gather", table, spot.read[0], axis=0)
    if layer.reduce is None:
        return spot.to_first(found, spot.rank)
    op = {"max": "ReduceMax", "mean": "ReduceMean", "sum": "ReduceSum"}.get(layer.reduce)
    if op is None:
        raise spot.refuse(f"`reduce: {layer.reduce}` is not written yet")
    return spot.add(op, found, spot.ints(*range(1, 1 + spot.rank)), keepdims=0)


def positional_embedding(spot: Spot) -> str:
    """A learnt or fixed vector for each position."""
    facts = spot.node.facts
    dims = (facts.weights or facts.buffers or {})["position"]
    place = spot.weight("position", dims, "bias")
    for axis, (n, there) in enumerate(zip(spot.x.size, dims[1:], strict=True), 1):
        if n != there:
            place = spot.cut(place, axis, 0, n)
    return spot.add("Add", spot.read[0], place)


def class_token(spot: Spot) -> str:
    """Learnt positions before a sequence, or behind it."""
    channels, count = spot.x.channels, spot.layer.count
    tokens = spot.weight("tokens", (1, channels, count), "bias")
    rows = spot.spread(tokens, spot.read[0], spot.x.copies, (channels, count))
    both = (spot.read[0], rows) if spot.layer.last else (rows, spot.read[0])
    return spot.add("Concat", *both, axis=2)


def layer_scale(spot: Spot) -> str:
    """A learnt factor per channel."""
    dims = (spot.x.channels, *(1,) * spot.x.rank)
    return spot.add("Mul", spot.read[0], spot.weight("scale", dims, "scale"))


def scale(spot: Spot) -> str:
    """A learnt factor, and a shift, along axes; raises Refusal of what it learns otherwise."""
    x, weights = spot.x, dict(spot.node.facts.weights or {})
    axes = spot.layer.axes
    chosen = (
        choose_axes(x, axes, "axes", spot.plain.rules) if axes not in ((), None) else frozenset()
    )
    dims = [n if name in chosen else 1 for name, n in zip(names_of(x), axes_of(x), strict=True)]
    if any(prod(shape) != prod(dims) for shape in weights.values()):
        raise spot.refuse("what it learns is not known here")
    given = spot.read[0]
    for name, op, kind in (("scale", "Mul", "scale"), ("shift", "Add", "bias")):
        if name in weights:
            given = spot.add(op, given, spot.weight(name, dims, kind))
    return given


def anchor_boxes(spot: Spot) -> str:
    """Boxes over every position: x, y, width and height in pixels."""
    layer = spot.layer
    rows, columns = spot.x.size
    stride = min(layer.scales) / 4
    pieces = []
    across = _spread_row(spot, [(column + 0.5) * stride for column in range(columns)], 1, columns)
    down = _spread_row(spot, [(row + 0.5) * stride for row in range(rows)], rows, 1)
    for side in layer.scales:
        for ratio in layer.ratios:
            sides = (side / ratio**0.5, side * ratio**0.5)
            pieces += [across, down, *(_spread_row(spot, [length], 1, 1) for length in sides)]
    boxes = spot.add("Concat", *pieces, axis=1)
    return spot.spread(boxes, spot.read[0], spot.x.copies, axes_of(spot.output))


def _spread_row(spot: Spot, numbers: list[float], rows: int, columns: int) -> str:
    """Numbers of one row or column over all of a map."""
    row = spot.add("Reshape", spot.floats(*numbers), spot.ints(1, 1, rows, columns))
    return spot.add("Expand", row, spot.ints(1, 1, *spot.x.size))
