"""Division by the Euclidean length, which `torch.nn.functional.normalize` does in four calls.

The length is found, kept from being 0, spread over what it is the length of, and divided by. Of the layers
that the first three became nothing is left once the fourth is met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.importers.base.torch import moving

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.torch.bound import Bound


class Length(NamedTuple):
    """The length of what layer this is, along which axes, and how many layers it became."""

    of: str
    axes: tuple[int, ...]
    layers: int


def vector_norm(b: Bound) -> Value:
    """linalg_vector_norm: a length that is kept in mind if the axes are."""
    x = b.tensor()
    said = b.get("dim", [])
    axes = [said] if isinstance(said, int) else list(said)
    before = len(b.walk.entries)
    made = b.opaque()
    places = [axis % len(x.dims) for axis in axes]
    if b.get("ord", 2) == 2 and b.get("keepdim", False) and places and x.batch not in places:
        axes = sorted(x.axis(axis) for axis in places)
        layers = len(b.walk.entries) - before
        b.walk.lengths[made.layer] = Length(x.layer, tuple(axes), layers)
    return made


def keep_length(read: Callable[[Bound], Value]) -> Callable[[Bound], Value]:
    """An operator that makes no other length of one: a bound, or a repetition."""

    def keep(b: Bound) -> Value:
        length = b.walk.lengths.get(b.tensor().layer)
        before = len(b.walk.entries)
        made = read(b)
        if length is not None and b.is_read_once("self"):
            more = len(b.walk.entries) - before
            b.walk.lengths[made.layer] = length._replace(layers=length.layers + more)
        return made

    return keep


def divide(b: Bound) -> Value:
    """div: a norm where the divisor is the length, and nothing else reads that."""
    other = b.weight("other")
    length = b.walk.lengths.get(other.layer) if other is not None and other.layer else None
    x = b.tensor()
    if length is None or length.of != x.layer or not b.is_read_once("other"):
        return moving.merge("")(b)
    if b.walk.entries[-1].keys["name"] != b.tensor("other").layer:
        return moving.merge("")(b)
    b.walk.take_back(length.layers)
    keys = {"axes": list(length.axes)}
    return b.walk.add(b.node, "l2_norm", keys, [x], x.dims, x.batch)
