"""The messages of an ONNX file, as far as they say what a network is; numbers of weights stay unread.

Source: onnx.proto of ONNX, IR version 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.wire import Field
from cnncalc.protobuf import BYTES, FOUR, VARINT
from cnncalc.protobuf.onnx import (
    ATTRIBUTE,
    DATA_INPUTS,
    ENTRY,
    GRAPH,
    MODEL,
    NODE,
    OPSET,
    TENSOR,
    VALUE,
)
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.importers.base.wire import Wire

FLOATS = (1, 10, 11, 16, 17, 18, 19, 20)
"""The types of tensors that hold numbers with a fraction."""

INTEGERS = (6, 7)
"""Those of indices: 32 and 64 bits."""

BRANCHES = ("then_branch", "else_branch")
"""The graphs of an `If`: what it gives if its condition holds, and if not."""
_BRANCHES = 8
"""So deep may one be part of another."""
_NUMBERS = 10_000
_AXES = 64


class Tensor(NamedTuple):
    """A tensor of the file: its numbers are the bytes of `place`; None if they lie in another file."""

    name: str
    dims: tuple[int, ...]
    type: int
    place: Field | None

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        count = 1
        for n in self.dims:
            count *= n
        return count


class Node(NamedTuple):
    """A node of the graph: `line` is its place in the listing, from 1."""

    op: str
    domain: str
    name: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]
    line: int


Dims = tuple["int | str", ...]
"""Lengths of axes; open ones by the name of their symbol, or ""."""


class Graph:
    """What the file says of its graph."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.name = ""
        self.nodes: list[Node] = []
        self.weights: dict[str, Tensor] = {}
        self.inputs: dict[str, tuple[int, Dims | None]] = {}
        self.outputs: list[str] = []
        self.stated: dict[str, Dims] = {}


class Model(NamedTuple):
    """A file: who made it, the version of the operators, and the graph."""

    producer: str
    opset: int
    graph: Graph


def read_model(wire: Wire) -> Model:
    """The model of a file; raises Unreadable."""
    producer, opsets, graph = "", {"": 0}, None
    said: dict[str, str] = {}
    for field in wire.fields(0, wire.size):
        if field.number == MODEL.producer:
            producer = wire.text(field)
        elif field.number == MODEL.graph:
            graph = _graph(wire, field)
        elif field.number == MODEL.metadata:
            said.update([_entry(wire, field)])
        elif field.number == MODEL.opset:
            domain, version = "", 0
            for part in wire.message(field):
                if part.number == OPSET.domain:
                    domain = wire.text(part)
                elif part.number == OPSET.version and part.form == VARINT:
                    version = part.start
            opsets["" if domain == "ai.onnx" else domain] = version
    if graph is None or not graph.nodes:
        raise Unreadable("there is no graph in the file", help="is it a file of ONNX?")
    _set_weights(graph, said.get(DATA_INPUTS, ""))
    _read_branches(wire, graph)
    return Model(producer, opsets[""], graph)


def _set_weights(graph: Graph, count: str) -> None:
    """Take the inputs behind the first `count` for weights of the shape that they have."""
    if not (count.isdecimal() and len(count) < len(str(LIMITS["nodes"].most))):
        return
    for name, (kind, dims) in list(graph.inputs.items())[int(count) :]:
        whole = tuple(n for n in dims or () if isinstance(n, int))
        if dims is not None and len(whole) == len(dims) and min(whole, default=0) >= 0:
            graph.weights.setdefault(name, Tensor(name, whole, kind, None))


def _read_branches(wire: Wire, graph: Graph) -> None:
    """Read the two graphs of every `If`: which of them is run may be known from shapes."""
    left, level = LIMITS["nodes"].most - len(graph.nodes), graph.nodes
    for _ in range(_BRANCHES):
        inner: list[Node] = []
        for node in level:
            if node.op != "If" or node.domain:
                continue
            for key in BRANCHES:
                if isinstance(place := node.attributes.get(key), Field):
                    branch = node.attributes[key] = _graph(wire, place, node.line, left)
                    graph.weights.update(branch.weights)
                    left -= len(branch.nodes)
                    inner += branch.nodes
        level = inner


def read_inside(node: Node) -> Iterator[str]:
    """What the branches of an `If` read and give on; what they make themselves is among it."""
    for key in BRANCHES if node.op == "If" else ():
        branch = node.attributes.get(key)
        if isinstance(branch, Graph):
            yield from branch.outputs
            for part in branch.nodes:
                yield from part.inputs
                yield from read_inside(part)


def _entry(wire: Wire, field: Field) -> tuple[str, str]:
    """What is said of a model beside its graph: a word, and what it means."""
    key = value = ""
    for part in wire.message(field):
        if part.number == ENTRY.key:
            key = wire.text(part)
        elif part.number == ENTRY.value and part.stop - part.start < 1000:
            value = wire.text(part)
    return key, value


def _graph(wire: Wire, field: Field, line: int = 0, most: int = LIMITS["nodes"].most) -> Graph:
    """A graph; one that is part of a node has the `line` of that."""
    graph = Graph()
    known: dict[bytes, tuple[str, Any]] = {}
    for part in wire.message(field):
        if part.number == GRAPH.node:
            if len(graph.nodes) >= most:
                raise Unreadable(f"the graph has more than {LIMITS['nodes'].most:,} nodes")
            graph.nodes.append(_node(wire, part, line or len(graph.nodes) + 1, known))
        elif part.number == GRAPH.name:
            graph.name = wire.text(part)
        elif part.number == GRAPH.weight:
            tensor = read_tensor(wire, part)
            graph.weights[tensor.name] = tensor
        elif part.number in (GRAPH.input, GRAPH.output, GRAPH.value):
            name, code, dims = _value(wire, part)
            if dims is not None:
                graph.stated[name] = dims
            if part.number == GRAPH.input:
                graph.inputs[name] = code, dims
            elif part.number == GRAPH.output:
                graph.outputs.append(name)
    return graph


def _node(wire: Wire, field: Field, line: int, known: dict[bytes, tuple[str, Any]]) -> Node:
    """A node; attributes that are `known` by their bytes are those of other nodes."""
    said, others = wire.sort(field, _TEXTS_OF_NODE)
    op = domain = name = ""
    inputs: list[str] = []
    outputs: list[str] = []
    for number, text in said:
        if number == NODE.input:
            inputs.append(text)
        elif number == NODE.output:
            outputs.append(text)
        elif number == NODE.name:
            name = text
        elif number == NODE.op:
            op = text
        else:
            domain = text
    attributes: dict[str, Any] = {}
    for part in others:
        if part.number == NODE.attribute:
            key, value = _attribute_once(wire, part, known)
            attributes[key] = value
    return Node(op, "" if domain == "ai.onnx" else domain, name, inputs, outputs, attributes, line)


_TEXTS_OF_NODE = (NODE.input, NODE.output, NODE.name, NODE.op, NODE.domain)
"""Of a node: what it reads and gives, its name, operator and domain."""
_SHORT = 200
_KNOWN = 10_000


def _attribute_once(
    wire: Wire, field: Field, known: dict[bytes, tuple[str, Any]]
) -> tuple[str, Any]:
    """An attribute: most of a file are said over and over again."""
    if field.form != BYTES or field.stop - field.start > _SHORT or len(known) > _KNOWN:
        return _attribute(wire, field)
    data = wire.bytes(field.start, field.stop)
    found = known.get(data)
    if found is None:
        found = known[data] = _attribute(wire, field)
    return found


def _attribute(wire: Wire, field: Field) -> tuple[str, Any]:
    """Name and value; of a graph, where it is."""
    name = ""
    value: Any = None
    many: list[Any] = []
    for part in wire.message(field):
        number = part.number
        if number == ATTRIBUTE.name:
            name = wire.text(part)
        elif number == ATTRIBUTE.float and part.form == FOUR:
            [value] = wire.unpack(part, "f", 1)
        elif number == ATTRIBUTE.int:
            value = wire.integer(part)
        elif number == ATTRIBUTE.text:
            value = wire.text(part) if part.stop - part.start < 1000 else ""
        elif number == ATTRIBUTE.tensor:
            value = read_tensor(wire, part)
        elif number == ATTRIBUTE.graph:
            value = part
        elif number == ATTRIBUTE.floats:
            many += wire.unpack(part, "f", _NUMBERS)
        elif number == ATTRIBUTE.ints:
            many += wire.integers(part, _NUMBERS)
        elif number == ATTRIBUTE.texts:
            many.append(wire.text(part))
    return name, many or value


_NUMBERS_OF_TENSORS = (TENSOR.floats, TENSOR.int32s, TENSOR.int64s, TENSOR.raw, TENSOR.doubles,
                       TENSOR.uint64s)  # fmt: skip


def read_tensor(wire: Wire, field: Field) -> Tensor:
    """A tensor without its numbers; raises Unreadable."""
    name, code, dims, place = "", 0, [], None
    external = False
    for part in wire.message(field):
        number = part.number
        if number == TENSOR.dims:
            dims += wire.integers(part, _AXES)
        elif number == TENSOR.type and part.form == VARINT:
            code = part.start
        elif number == TENSOR.name:
            name = wire.text(part)
        elif number in _NUMBERS_OF_TENSORS:
            # Lists that are not packed come as a field for each number: only one is ever read.
            place = part
        elif number in (TENSOR.external, TENSOR.location):
            external = external or number == TENSOR.external or part.start == 1
    if len(dims) > _AXES or any(n < 0 for n in dims):
        raise Unreadable(f"the tensor at byte {field.start:,} has a shape that is none")
    return Tensor(name, tuple(dims), code, None if external else place)


def _value(wire: Wire, field: Field) -> tuple[str, int, Dims | None]:
    """Name, type and shape of a value; no shape if none is said, or if it is no tensor."""
    name, code = "", 0
    dims: Dims | None = None
    for part in wire.message(field):
        if part.number == VALUE.name:
            name = wire.text(part)
        elif part.number == VALUE.type:
            for kind in wire.message(part):
                if kind.number == VALUE.tensor:
                    code, dims = _tensor_type(wire, kind)
    return name, code, dims


def _tensor_type(wire: Wire, field: Field) -> tuple[int, Dims | None]:
    code, dims = 0, None
    for part in wire.message(field):
        if part.number == VALUE.element and part.form == VARINT:
            code = part.start
        elif part.number == VALUE.shape and part.form == BYTES:
            dims = tuple(
                _length(wire, axis) for axis in wire.message(part) if axis.number == VALUE.dim
            )
    return code, dims


def _length(wire: Wire, field: Field) -> int | str:
    found: int | str = ""
    for part in wire.message(field):
        if part.number == VALUE.length:
            found = wire.integer(part)
        elif part.number == VALUE.symbol:
            found = wire.text(part)
    return found


def listing(graph: Graph) -> str:
    """A line for each node: what it is, reads and gives. Long names are cut."""
    return "\n".join(map(_line, graph.nodes))


def _line(node: Node) -> str:
    """What a node is, reads and gives; all of it at once where nothing is long, many or not printable."""
    text = f"{node.op} {node.name}: {', '.join(node.inputs)} → {', '.join(node.outputs)}"
    if len(text) <= _LONG and text.isprintable():
        return text
    return f"{_short(node.op)} {_short(node.name)}: {_few(node.inputs)} → {_few(node.outputs)}"


_LONG = 60
"""A longer name is cut."""


def _few(names: list[str]) -> str:
    more = f", … ({len(names) - 8} more)" if len(names) > 8 else ""
    return ", ".join(_short(name) for name in names[:8]) + more


def _short(name: str) -> str:
    text = name if len(name) <= _LONG else f"{name[: _LONG - 3]}…"
    return text if text.isprintable() else repr(text)
