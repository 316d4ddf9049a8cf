"""The way through a graph of TFLite: values by the numbers of tensors, maps with their channels last."""

from __future__ import annotations

from struct import unpack_from
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.model import Graph as Names
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.values import SMALL, Value
from cnncalc.importers.base.onnx.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.flatbuffer import Buffer
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.tflite.model import Graph, Tensor


class MapWalk(Walk):
    """What has been found so far of a graph."""

    channels_last = True

    def __init__(self, graph: Graph, buffer: Buffer, reads: dict[str, int]) -> None:
        """`reads` counts who reads a tensor, the outputs of the graph included."""
        super().__init__(Names(), buffer, 0, reads)  # type: ignore[arg-type]
        self.tflite = graph
        self.buffer = buffer
        self.activation = ""
        """What the node at hand applies to its result, for the layer to have as a key."""

    def tensor(self, key: str) -> Tensor:
        """A tensor by what nodes call it."""
        return self.tflite.tensors[int(key.rstrip("~"))]

    def value(self, name: str, node: Node) -> Value | None:
        """What a node reads, None for an operand that is left out; raises Unreadable."""
        if not name:
            return None
        found = self.values.get(name)
        if found is None:
            tensor = self.tensor(name)
            if tensor.place is None and tensor.elements and tensor.buffer:
                # Nothing gives it: states that are kept from call to call begin as zeros.
                found = Value(tensor.dims, source=f"state{name}")
            elif tensor.place is None and tensor.elements:
                raise Unreadable(f"{title(node)} reads `{cut(tensor.name, NAME)}`, which nothing above it gives",
                                 node.line)  # fmt: skip
            else:
                found = load_constant(self.buffer, tensor)
            self.values[name] = found
        return found

    def stored_bias(self, bias: Value | None) -> Value | None:
        """A bias as it is: TFLite stores zeros, too."""
        return bias

    def add(
        self,
        node: Node,
        kind: str,
        keys: Data,
        operands: Sequence[Value],
        dims: Dims,
        batch: int | None,
        **more: Any,
    ) -> Value:
        """A layer of the spec; axes that are the channels, as most kinds take them, are left out."""
        axes = len(dims) - (batch is not None)
        if kind in _OF_CHANNELS and keys.get("axis") == axes and axes < _TENSOR:
            keys = {key: value for key, value in keys.items() if key != "axis"}
        return super().add(node, kind, keys, operands, dims, batch, **more)

    def state(self, name: str, value: Value, layers: int) -> None:
        """Keep what the file says of a shape, unless it leaves axes open."""
        tensor = self.tensor(name)
        if name.endswith("~") or any(axis != value.batch for axis in tensor.open):
            return
        dims: tuple[int | str, ...] = tensor.dims
        if value.batch is not None and value.batch < len(dims):
            dims = (*dims[: value.batch], value.dims[value.batch], *dims[value.batch + 1 :])
        self.graph.stated[name] = dims
        super().state(name, value, layers)


_OF_CHANNELS = ("concat", "split", "softmax", "log_softmax")
_TENSOR = 5
"""So many axes have no meaning."""


def load_constant(buffer: Buffer, tensor: Tensor) -> Value:
    """A tensor of the file as a value: of few elements, with its numbers; raises Unreadable."""
    numbers: tuple[float, ...] | None = None
    place, letter = tensor.place, tensor.type.letter
    if not tensor.elements:
        numbers = ()
    elif place is not None and letter and tensor.elements <= SMALL:
        width = tensor.type.bits // 8
        if place.length == tensor.elements * width:
            data = buffer.read(place.start, place.length)
            numbers = unpack_from(f"<{tensor.elements}{letter}", data)
            if letter == "?":
                numbers = tuple(map(int, numbers))
    source = f"buffer{tensor.buffer}"
    return Value(tensor.dims, numbers=numbers, source=source, learnt=tensor.learnt)
