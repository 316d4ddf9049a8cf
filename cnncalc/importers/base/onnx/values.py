"""What is known of a value of the graph while its nodes are gone through."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.model import FLOATS
from cnncalc.layers.base.shape import MOST_OF_TENSOR
from cnncalc.protobuf import VARINT
from cnncalc.protobuf.onnx import TENSOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Tensor
    from cnncalc.importers.base.wire import Wire

Dims = tuple[int, ...]

SMALL = 4096
"""Constants of at most so many elements have their numbers read."""


class FromData(Unreadable):
    """What says what a node means is computed from what goes in."""


class Value(NamedTuple):
    """A tensor between two nodes: a result of a layer, or a constant.

    `batch` is the axis of the batch, None where it has been merged into another. A constant has no
    `layer`; its `numbers` are known if it is small. `source` says which weights it holds.
    """

    dims: Dims
    batch: int | None = None
    layer: str = ""
    numbers: tuple[float, ...] | None = None
    source: str = ""
    learnt: bool = False
    """Whether it is made of numbers with a fraction that the file holds."""
    form: str = ""
    """`tokens`, where it is ids for an embedding."""
    sure: bool = True
    """Whether what the file says of its shape can be held against ours."""

    @property
    def is_constant(self) -> bool:
        """Whether no input of the network changes it."""
        return not self.layer

    @property
    def elements(self) -> int:
        """How many numbers it has."""
        return prod(self.dims)

    @property
    def is_filled(self) -> bool:
        """Whether all of its numbers are known to be the same one."""
        return self.numbers is not None and len(set(self.numbers)) == 1

    @property
    def axes(self) -> Dims:
        """The lengths of all axes but the batch."""
        return without(self.dims, self.batch)

    def axis(self, number: int) -> int:
        """The number of an axis for a spec: 1 is the first behind the batch."""
        return number + (1 if self.batch is None or number < self.batch else 0)


def is_wide(value: Value) -> bool:
    """Whether it has more axes than a spec knows: it is a vector there."""
    return len(value.axes) > MOST_OF_TENSOR


def without(dims: Dims, axis: int | None) -> Dims:
    """Without one axis, if it is one."""
    return dims if axis is None else dims[:axis] + dims[axis + 1 :]


def shape(axes: Sequence[int], form: str = "", *, last: bool = False) -> Data:
    """The shape of so long axes as a spec says it: a vector, a map, a tensor.

    The channels of a map come first, or `last`.
    """
    if form:
        return {"tokens": list(axes) if len(axes) > 1 else axes[0]}
    if len(axes) <= 1:
        return {"features": axes[0] if axes else 1}
    if len(axes) <= 5:
        channels, size = (axes[-1], axes[:-1]) if last else (axes[0], axes[1:])
        return {"channels": channels, "size": list(size)}
    return {"shape": list(axes)}


_LETTERS = {1: "f", 6: "i", 7: "q", 10: "e", 11: "d"}
_SMALL_INTEGERS = {2: False, 3: True, 9: False}


def load_constant(wire: Wire, tensor: Tensor) -> Value:
    """A tensor of the file as a value: of few elements, with its numbers; raises Unreadable."""
    numbers = None
    if tensor.place is not None and tensor.elements <= SMALL:
        found = _numbers(wire, tensor)
        if len(found) == tensor.elements:
            numbers = tuple(found)
    elif not tensor.elements:
        numbers = ()
    return Value(tensor.dims, numbers=numbers, source=tensor.name, learnt=tensor.type in FLOATS)


def _numbers(wire: Wire, tensor: Tensor) -> Sequence[float]:
    place = tensor.place
    if place is None:
        return ()
    if place.number == TENSOR.raw:
        if tensor.type in _SMALL_INTEGERS:
            data = wire.bytes(place.start, place.stop)
            signed = _SMALL_INTEGERS[tensor.type]
            return [n - 256 if signed and n > 127 else n for n in data]
        letter = _LETTERS.get(tensor.type)
        return wire.unpack(place, letter, SMALL) if letter else ()
    if place.number == TENSOR.floats:
        return wire.unpack(place, "f", SMALL)
    if place.number == TENSOR.doubles:
        return wire.unpack(place, "d", SMALL)
    if tensor.type in (6, 7, 9, 2, 3) or place.form == VARINT:
        return wire.integers(place, SMALL)
    return ()
