"""TensorFlow's axes and those of a spec: there the channels stand last, here behind the batch.

Data of three axes or more is kept with its channels first; constants are kept as they are stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from cnncalc.importers.base.onnx.folding import transpose_constant
from cnncalc.importers.base.onnx.nodes import axis_of

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value

_MAP = 3
"""From so many axes on, the batch among them, the last one is channels."""


def order(rank: int) -> list[int]:
    """The stored axes in the order of a spec.

    >>> order(4), order(2)
    ([0, 3, 1, 2], [0, 1])
    """
    return [0, rank - 1, *range(1, rank - 1)] if rank >= _MAP else list(range(rank))


Lengths = TypeVar("Lengths", bound="tuple[int | str, ...]")


def turn(dims: Lengths) -> Lengths:
    """Stored lengths in the order of a spec.

    >>> turn((1, 224, 224, 3))
    (1, 3, 224, 224)
    """
    return type(dims)(dims[axis] for axis in order(len(dims)))


def restore(x: Value) -> Value:
    """A value with its axes as TensorFlow has them."""
    if x.is_constant:
        return x
    places = order(len(x.dims))
    dims = tuple(x.dims[places.index(axis)] for axis in range(len(x.dims)))
    return x._replace(dims=dims, batch=None if x.batch is None else places[x.batch])


def place(x: Value, number: int, node: Node) -> int:
    """Where a stored axis is in a value; raises Unreadable if there is no such."""
    axis = axis_of(number, len(x.dims), node)
    return axis if x.is_constant else order(len(x.dims)).index(axis)


def spread(x: Value, rank: int) -> Value:
    """A constant as an operand of what has so many axes."""
    dims = (1,) * (rank - len(x.dims)) + x.dims
    return transpose_constant(x._replace(dims=dims), order(rank), x.source)
