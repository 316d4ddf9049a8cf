"""A graph of ONNX while it is made: nodes, what they hold, and the bytes of the file."""

from __future__ import annotations

from array import array
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.protobuf.onnx import (
    ATTRIBUTE,
    DATA_INPUTS,
    ENTRY,
    FLOAT,
    GRAPH,
    MODEL,
    NODE,
    OPSET,
    TENSOR,
    VALUE,
)
from cnncalc.protobuf.writing import Message, little_endian

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OPSET_VERSION = 20
"""The first that has Gelu, average pools with dilation and pads that go round; runtimes of 2024 know it."""
IR_VERSION = 9
"""That of the releases of ONNX that brought this version of the operators."""

Dims = tuple["int | str", ...]
"""Lengths of axes; one that is left open by its name."""


class OnnxNode(NamedTuple):
    """A node: what it reads and gives by name."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]


class Weight(NamedTuple):
    """Numbers of the network that the spec does not say: `kind` is what they are for.

    `fan_in` numbers are added up for one that is computed with them.
    """

    name: str
    dims: tuple[int, ...]
    kind: str
    fan_in: int = 1


class Constant(NamedTuple):
    """Numbers that belong to the operators."""

    name: str
    dims: tuple[int, ...]
    type: int
    numbers: tuple[float, ...]


class Graph:
    """Nodes in their order; weights and constants by their names."""

    def __init__(self, name: str, about: str, batch: int | str) -> None:
        """`batch` is the number of examples, or what an open number is called."""
        self.name = name
        self.about = about
        self.batch = batch
        self.nodes: list[OnnxNode] = []
        self.weights: dict[str, Weight] = {}
        self.constants: dict[tuple[int, tuple[int, ...], tuple[float, ...]], Constant] = {}
        self.inputs: dict[str, tuple[int, Dims]] = {}
        self.outputs: dict[str, tuple[int, Dims]] = {}
        self.values: dict[str, tuple[int, Dims]] = {}

    def constant(self, kind: int, dims: tuple[int, ...], numbers: Sequence[float]) -> str:
        """The name of a constant; the same numbers are held once."""
        key = kind, dims, tuple(numbers)
        if key not in self.constants:
            # A name of the spec has no slash: no layer is called so.
            name = f"/constant{len(self.constants) + 1}"
            self.constants[key] = Constant(name, dims, kind, key[2])
        return self.constants[key].name

    def rename(self, old: str, new: str) -> None:
        """Call a value otherwise, and the node that gives it."""
        for index in range(len(self.nodes) - 1, -1, -1):
            node = self.nodes[index]
            if old in node.outputs:
                outputs = tuple(new if name == old else name for name in node.outputs)
                self.nodes[index] = node._replace(name=new, outputs=outputs)
                return

    def to_bytes(self, fill: Callable[[Weight], bytes | None]) -> bytes:
        """The file; `fill` gives the numbers of a weight: without any it is an input of the graph.

        The checker of ONNX takes no tensor whose numbers lie in a file that is not there.
        """
        graph = Message()
        for node in self.nodes:
            graph.add(GRAPH.node, _node(node))
        graph.add_text(GRAPH.name, self.name)
        for constant in self.constants.values():
            letter = "f" if constant.type == FLOAT else "q"
            whole = map(float if constant.type == FLOAT else int, constant.numbers)
            data = little_endian(array(letter, whole))
            graph.add(GRAPH.weight, _tensor(constant.name, constant.dims, constant.type, data))
        given: dict[str, tuple[int, Dims]] = {}
        for weight in self.weights.values():
            numbers = fill(weight)
            if numbers is None:
                given[weight.name] = FLOAT, weight.dims
            else:
                graph.add(GRAPH.weight, _tensor(weight.name, weight.dims, FLOAT, numbers))
        graph.add_text(GRAPH.doc, self.about)
        inputs = {**self.inputs, **given}
        parts = ((GRAPH.input, inputs), (GRAPH.output, self.outputs), (GRAPH.value, self.values))
        for number, values in parts:
            for name, (kind, dims) in values.items():
                graph.add(number, _value(name, kind, dims))
        opset = Message().add_text(OPSET.domain, "").add_integer(OPSET.version, OPSET_VERSION)
        model = (
            Message().add_integer(MODEL.ir_version, IR_VERSION).add_text(MODEL.producer, "cnncalc")
        )
        model.add(MODEL.graph, graph).add(MODEL.opset, opset)
        if given:
            said = (
                Message()
                .add_text(ENTRY.key, DATA_INPUTS)
                .add_text(ENTRY.value, str(len(self.inputs)))
            )
            model.add(MODEL.metadata, said)
        return model.to_bytes()

    @property
    def size(self) -> int:
        """How many bytes the weights have."""
        return sum(4 * prod(weight.dims) for weight in self.weights.values())


def _node(node: OnnxNode) -> Message:
    made = Message()
    for name in node.inputs:
        made.add_text(NODE.input, name)
    for name in node.outputs:
        made.add_text(NODE.output, name)
    made.add_text(NODE.name, node.name).add_text(NODE.op, node.op)
    for name, value in node.attributes.items():
        made.add(NODE.attribute, _attribute(name, value))
    return made


_FLOAT, _INT, _TEXT, _FLOATS, _INTS = 1, 2, 3, 6, 7
"""The types of attributes."""


def _attribute(name: str, value: Any) -> Message:
    """A number with a fraction, a whole one, a text, or a row of numbers."""
    made = Message().add_text(ATTRIBUTE.name, name)
    if isinstance(value, str):
        return made.add_text(ATTRIBUTE.text, value).add_integer(ATTRIBUTE.type, _TEXT)
    if isinstance(value, float):
        return made.add_float(ATTRIBUTE.float, value).add_integer(ATTRIBUTE.type, _FLOAT)
    if isinstance(value, int):
        return made.add_integer(ATTRIBUTE.int, value).add_integer(ATTRIBUTE.type, _INT)
    if value and isinstance(value[0], float):
        for number in value:
            made.add_float(ATTRIBUTE.floats, number)
        return made.add_integer(ATTRIBUTE.type, _FLOATS)
    for number in value:
        made.add_integer(ATTRIBUTE.ints, number)
    return made.add_integer(ATTRIBUTE.type, _INTS)


def _tensor(name: str, dims: tuple[int, ...], kind: int, data: bytes) -> Message:
    made = Message().add_integers(TENSOR.dims, dims) if dims else Message()
    made.add_integer(TENSOR.type, kind).add_text(TENSOR.name, name)
    return made.add_bytes(TENSOR.raw, data)


def _value(name: str, kind: int, dims: Dims) -> Message:
    shape = Message()
    for length in dims:
        dim = Message()
        if isinstance(length, int):
            dim.add_integer(VALUE.length, length)
        else:
            dim.add_text(VALUE.symbol, length)
        shape.add(VALUE.dim, dim)
    tensor = Message().add_integer(VALUE.element, kind).add(VALUE.shape, shape)
    return Message().add_text(VALUE.name, name).add(VALUE.type, Message().add(VALUE.tensor, tensor))
