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
    if b.call.cls == _NEIGHBOURS and (made := _norm_of_neighbours(b, x)) is not None:
        return made
    if length is None or length.of != x.layer or not b.is_read_once("other"):
        return moving.merge("")(b)
    if b.walk.entries[-1].keys["name"] != b.tensor("other").layer:
        return moving.merge("")(b)
    b.walk.take_back(length.layers)
    keys = {"axes": list(length.axes)}
    return b.walk.add(b.node, "l2_norm", keys, [x], x.dims, x.batch)


_NEIGHBOURS = "torch.nn.modules.normalization.LocalResponseNorm"


def _norm_of_neighbours(b: Bound, x: Value) -> Value | None:
    """The layer that the module is, at its last call: a division by a power of a mean of squares.

    None where the layers in front are not those, from the square to the power.
    """
    walk, path = b.walk, b.call.path
    first = next(
        (
            place
            for place in range(len(walk.entries) - 1, -1, -1)
            if walk.entries[place].keys.get("from") == [x.layer, x.layer]
            or walk.entries[place].keys["name"] == x.layer
        ),
        -1,
    )
    made = walk.entries[first:]
    pools = [entry for entry in made if entry.kind == "avg_pool"]
    alone = sum(call.path == path and call.op == "aten.div" for call in walk.program.calls)
    if first < 0 or made[0].kind != "multiply" or len(pools) != 1 or x.batch != 0 or alone != 1:
        return None
    size = pools[0].keys["size"]
    walk.take_back(len(made))
    keys = {"size": size[0] if isinstance(size, list) else size}
    return walk.add(
        b.node,
        "local_response_norm",
        keys,
        [x],
        x.dims,
        x.batch,
        name=b.node.name.rpartition(".")[0],
    )
