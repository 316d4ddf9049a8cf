"""Multi-head attention written out: projections, products and a softmax, in windows if there are such."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.layers.base.shape import per_axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporters.base.onnx.spot import Spot


class Heads(NamedTuple):
    """How many heads query and key have, and how many features each."""

    query: int
    key: int
    features: int
    value_features: int
    output: int


def attention(spot: Spot) -> str:
    """Attention; maps are laid out as (batch, positions, channels)."""
    weights = spot.node.facts.weights or {}
    _, heads, features = weights["query"]
    key_heads, value_features = weights["value"][1:]
    sizes = Heads(heads, key_heads, features, value_features, weights["output"][-1])
    if spot.layer.window is not None:
        return _in_windows(spot, sizes)
    names = [spot.read[0], spot.read[min(1, len(spot.read) - 1)], spot.read[-1]]
    rows: dict[str, str] = {}
    for name, shape in zip(dict.fromkeys(spot.read), spot.inputs, strict=False):
        flat = spot.reshape(name, shape.channels, -1, part="positions") if shape.rank > 1 else name
        rows[name] = spot.turn(flat, 0, 2, 1)
    mixed = _mix(spot, [rows[name] for name in names], sizes, (), "")
    back = spot.turn(mixed, 0, 2, 1)
    return spot.reshape(back, sizes.output, *spot.output.size) if spot.rank > 1 else back


def _project(spot: Spot, x: str, name: str, rows: int, columns: int) -> str:
    """A product with a matrix, and maybe a bias."""
    made = spot.add(
        "MatMul", x, spot.weight(name, (rows, columns), "kernel", rows), part=f"project_{name}"
    )
    if f"{name}_bias" not in (spot.node.facts.weights or {}):
        return made
    return spot.add(
        "Add", made, spot.weight(f"{name}_bias", (columns,), "bias"), part=f"projected_{name}"
    )


def _mix(spot: Spot, rows: Sequence[str], sizes: Heads, outer: tuple[int, ...], mask: str) -> str:
    """Attention among positions: (batch, outer …, positions, channels); `mask` is added to the scores."""
    query, key, value = rows
    channels = [shape.channels for shape in spot.inputs]
    channels = [channels[0], channels[min(1, len(channels) - 1)], channels[-1]]
    h, g = sizes.query, sizes.key
    lead = len(outer) + 1
    # (batch, outer …, key heads, heads of each, positions, features): these are spread over each other.
    shared = h // g
    q = _project(spot, query, "query", channels[0], h * sizes.features)
    k = _project(spot, key, "key", channels[1], g * sizes.features)
    v = _project(spot, value, "value", channels[2], g * sizes.value_features)
    front = range(lead)
    if shared > 1:
        split = (-1, g, shared, sizes.features)
        q = spot.turn(spot.reshape(q, *outer, *split), *front, lead + 1, lead + 2, lead, lead + 3)
        k = spot.reshape(k, *outer, -1, g, 1, sizes.features)
        k = spot.turn(k, *front, lead + 1, lead + 2, lead + 3, lead)
        v = spot.reshape(v, *outer, -1, g, 1, sizes.value_features)
        v = spot.turn(v, *front, lead + 1, lead + 2, lead, lead + 3)
    else:
        q = spot.turn(
            spot.reshape(q, *outer, -1, h, sizes.features), *front, lead + 1, lead, lead + 2
        )
        k = spot.turn(
            spot.reshape(k, *outer, -1, h, sizes.features), *front, lead + 1, lead + 2, lead
        )
        v = spot.reshape(v, *outer, -1, h, sizes.value_features)
        v = spot.turn(v, *front, lead + 1, lead, lead + 2)
    scores = spot.add("MatMul", q, k, part="scores")
    scores = spot.add("Mul", scores, spot.number(sizes.features**-0.5), part="scaled")
    if spot.layer.relative_bias:
        scores = spot.add("Add", scores, _relative(spot, h), part="distances")
    if mask:
        scores = spot.add("Add", scores, mask, part="masked")
    mixed = spot.add("MatMul", spot.add("Softmax", scores, axis=-1), v, part="mixed")
    if shared > 1:
        mixed = spot.turn(mixed, *front, lead + 2, lead, lead + 1, lead + 3)
    else:
        mixed = spot.turn(mixed, *front, lead + 1, lead, lead + 2)
    joined = spot.reshape(mixed, *outer, -1, h * sizes.value_features)
    return _project(spot, joined, "output", h * sizes.value_features, sizes.output)


def _relative(spot: Spot, heads: int) -> str:
    """A learnt number for each head and distance: (heads, positions, positions)."""
    window = (
        spot.x.size
        if spot.layer.window is None
        else per_axis(spot.layer.window, spot.rank, "window")
    )
    places = list(product(*map(range, window)))
    index = []
    for first in places:
        for second in places:
            at = 0
            for a, b, n in zip(first, second, window, strict=True):
                at = at * (2 * n - 1) + a - b + n - 1
            index.append(at)
    table = spot.weight("relative_bias", (prod(2 * n - 1 for n in window), heads), "bias")
    count = len(places)
    found = spot.add(
        "Gather", table, spot.int_tensor((count, count), index), axis=0, part="relative"
    )
    return spot.turn(found, 2, 0, 1)


def _in_windows(spot: Spot, sizes: Heads) -> str:
    """Attention in each window of a map, which is padded to whole ones, and moved by the shift.

    What lies at the two ends of the map meets in one window then, and is masked.
    """
    rank, size = spot.rank, spot.x.size
    window = per_axis(spot.layer.window, rank, "window")
    if rank == 3:
        # As in Video Swin; maps of two axes are padded up to one whole window.
        window = tuple(map(min, window, size))
    shift = per_axis(spot.layer.shift, rank, "shift")
    shift = tuple(0 if w >= n else s for w, n, s in zip(window, size, shift, strict=True))
    x = spot.read[0]
    if any(n % w for n, w in zip(size, window, strict=True)):
        x = spot.pad(x, [(0, -n % w) for n, w in zip(size, window, strict=True)])
    padded = [n + -n % w for n, w in zip(size, window, strict=True)]
    for axis, (n, s) in enumerate(zip(padded, shift, strict=True), 2):
        x = _roll(spot, x, axis, s, n)
    counts = [n // w for n, w in zip(padded, window, strict=True)]
    split = [n for pair in zip(counts, window, strict=True) for n in pair]
    grid, inner = range(2, 2 + 2 * rank, 2), range(3, 3 + 2 * rank, 2)
    x = spot.reshape(x, spot.x.channels, *split, part="windows")
    x = spot.turn(x, 0, *grid, *inner, 1)
    x = spot.reshape(x, prod(counts), prod(window), spot.x.channels, part="rows")
    x = _mix(spot, [x, x, x], sizes, (prod(counts),), _mask(spot, padded, window, shift))
    x = spot.reshape(x, *counts, *window, sizes.output, part="windows")
    order = [i for axis in range(rank) for i in (1 + axis, 1 + rank + axis)]
    x = spot.turn(x, 0, 1 + 2 * rank, *order)
    x = spot.reshape(x, sizes.output, *padded, part="map")
    for axis, (n, s) in enumerate(zip(padded, shift, strict=True), 2):
        x = _roll(spot, x, axis, n - s if s else 0, n)
    for axis, (n, m) in enumerate(zip(size, padded, strict=True), 2):
        if n != m:
            x = spot.cut(x, axis, 0, n)
    return x


def _roll(spot: Spot, x: str, axis: int, first: int, n: int) -> str:
    """The places of an axis from `first` on, and then those before it."""
    if not first:
        return x
    ends = spot.cut(x, axis, first, n), spot.cut(x, axis, 0, first)
    return spot.add("Concat", *ends, axis=axis, part="rolled")


def _mask(spot: Spot, size: Sequence[int], window: Sequence[int], shift: Sequence[int]) -> str:
    """A large negative number for positions of one window that lie at two ends of the map."""
    if not any(shift):
        return ""
    regions = []
    for n, s in zip(size, shift, strict=True):
        # Behind the roll the last window holds the end of the map, and then its beginning.
        regions.append([int(s > 0 and at >= n - s) for at in range(n)])
    counts = [n // w for n, w in zip(size, window, strict=True)]
    numbers = []
    for cell in product(*map(range, counts)):
        for place in product(*map(range, window)):
            ends = [
                row[c * w + p] for row, c, w, p in zip(regions, cell, window, place, strict=True)
            ]
            numbers.append(sum(end << axis for axis, end in enumerate(ends)))
    ids = spot.int_tensor((prod(counts), 1, prod(window)), numbers)
    same = spot.add("Equal", spot.add("Unsqueeze", ids, spot.ints(2), part="rows_of"),
                    spot.add("Unsqueeze", ids, spot.ints(3), part="columns_of"))  # fmt: skip
    return spot.add("Where", same, spot.floats(0.0), spot.floats(-1e9), part="mask")
