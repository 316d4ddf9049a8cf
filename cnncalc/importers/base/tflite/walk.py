"""The way through a graph of TFLite: values by the numbers of tensors, maps with their channels last."""

from __future__ import annotations

from struct import unpack_from
from types import MappingProxyType
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.entries import without_usual_axis
from cnncalc.importers.base.onnx.model import Graph as Names
from cnncalc.importers.base.onnx.nodes import name_of_node, title
from cnncalc.importers.base.onnx.values import SMALL, Value
from cnncalc.importers.base.onnx.walk import Walk
from cnncalc.importers.base.single import single
from cnncalc.importers.base.tflite.variables import find_written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.flatbuffer import Buffer
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.tflite.model import Graph, Tensor


class MapWalk(Walk):
    """What has been found so far of a graph."""

    channels_last = True

    def __init__(
        self,
        graph: Graph,
        buffer: Buffer,
        reads: dict[str, int],
        loops: Mapping[int, Graph] = MappingProxyType({}),
    ) -> None:
        """`reads` counts who reads a tensor, the outputs included; `loops` are graphs that are run in loops."""
        super().__init__(Names(), buffer, 0, reads)  # type: ignore[arg-type]
        self.tflite = graph
        self.loops = loops
        self.written = find_written(graph.nodes)
        """The variables that the graph writes."""
        self.buffer = buffer
        self.dtypes: dict[str, str] = {}
        """The types of what layers and inputs give, for memory; fp32 where there is none."""
        self._stored: dict[str, str] = {}
        self._held: list[Value] = []
        self._inputs: list[str] = []

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
                found = self.hold(load_constant(self.buffer, tensor), tensor)
            self.values[name] = found
        return found

    def hold(self, value: Value, tensor: Tensor) -> Value:
        """A value of the file, of the type of its tensor."""
        if tensor.type.dtype is not None:
            self._stored[value.source] = tensor.type.dtype
        return value

    def stored_bias(self, bias: Value | None) -> Value | None:
        """A bias as it is: TFLite stores zeros, too."""
        return bias

    @property
    def inputs(self) -> frozenset[str]:
        """What goes in, by its names in the spec."""
        return frozenset(self._inputs)

    def put_input(self, name: str, value: Value) -> None:
        """An input of the network."""
        super().put_input(name, value)
        self._inputs.append(value.layer)
        self.dtypes[value.layer] = self.tensor(name).type.dtype or FP32

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
        keys = without_usual_axis(kind, keys, len(dims) - (batch is not None))
        made = super().add(node, kind, keys, operands, dims, batch, **more)
        entry = self.entries[-1]
        held, self._held = self._held, []
        given = self.tensor(node.outputs[0]).type.dtype if node.outputs else None
        if given is None or entry.kind == "reuse":
            return made
        self.dtypes[made.layer] = given
        weighs = bool(held) or (entry.kind == "opaque" and entry.keys.get("params") != 0)
        usual = FP32 if weighs or not operands else self.dtypes.get(operands[0].layer, FP32)
        if operands and operands[0].layer in self.inputs and not weighs:
            # An input has the type that its first reader says.
            usual = FP32
        said = {"activations": given} if given != usual else {}
        said |= self._types_of(held, given, entry.kind)
        if said:
            entry.keys["dtype"] = given if list(said) == ["activations"] else said
        return made

    def add_weighted(
        self,
        node: Node,
        kind: str,
        keys: Data,
        x: Value,
        weights: Sequence[Value | None],
        dims: Dims,
        batch: int | None,
        **more: Any,
    ) -> Value:
        """A layer with weights, whose types are known from the file."""
        self._held = [weight for weight in weights if weight is not None]
        named = {"name": name_of_node(node, short=True), **more}
        return super().add_weighted(node, kind, keys, x, weights, dims, batch, **named)

    def _types_of(self, held: Sequence[Value], given: str, kind: str) -> Data:
        """The types of weights and biases that do not follow from that of what comes out."""
        stored = [self._stored.get(value.source) for value in held]
        if not stored or stored[0] is None:
            return {}
        found: Data = {} if stored[0] == given else {"weights": stored[0]}
        usual = given if given in FRACTIONS else INTEGER if stored[0] in QUANTIZED else stored[0]
        if len(stored) > 1 and kind in _BIASED and stored[-1] not in (None, usual):
            found["biases"] = stored[-1]
        return found

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


FP32, INTEGER = "fp32", "int32"
FRACTIONS = ("fp64", "fp32", "fp16", "bf16")
QUANTIZED = ("int8", "uint8", "int4")
_BIASED = ("conv", "depthwise_conv", "conv_transpose", "dense", "lstm", "simple_rnn")


def _numbers_of(numbers: tuple[float, ...], tensor: Tensor) -> tuple[float, ...]:
    """Quantised numbers: one is what it stands for, several are as they are stored."""
    if len(numbers) != 1:
        return numbers
    found = (numbers[0] - tensor.zero) * tensor.scale
    return (single(found) if abs(found) < _MOST else found,)


_MOST = 1e38
"""Numbers of 32 bits are not much larger."""


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
            if tensor.scaled and numbers:
                numbers = _numbers_of(numbers, tensor)
    source = f"buffer{tensor.buffer}"
    return Value(tensor.dims, numbers=numbers, source=source, learnt=tensor.is_learnt)
