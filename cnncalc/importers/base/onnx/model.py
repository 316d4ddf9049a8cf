"""The messages of an ONNX file, as far as they say what a network is; numbers of weights stay unread.

Source: onnx.proto of ONNX, IR version 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.wire import BYTES, FOUR, VARINT, Field
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from cnncalc.importers.base.wire import Wire

FLOATS = (1, 10, 11, 16, 17, 18, 19, 20)
"""The types of tensors that hold numbers with a fraction."""

INTEGERS = (6, 7)
"""Those of indices: 32 and 64 bits."""

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
    for field in wire.fields(0, wire.size):
        if field.number == 2:
            producer = wire.text(field)
        elif field.number == 7:
            graph = _graph(wire, field)
        elif field.number == 8:
            domain, version = "", 0
            for part in wire.message(field):
                if part.number == 1:
                    domain = wire.text(part)
                elif part.number == 2 and part.form == VARINT:
                    version = part.start
            opsets["" if domain == "ai.onnx" else domain] = version
    if graph is None or not graph.nodes:
        raise Unreadable("there is no graph in the file", help="is it a file of ONNX?")
    return Model(producer, opsets[""], graph)


def _graph(wire: Wire, field: Field) -> Graph:
    graph = Graph()
    known: dict[bytes, tuple[str, Any]] = {}
    for part in wire.message(field):
        if part.number == 1:
            if len(graph.nodes) >= LIMITS["nodes"].most:
                raise Unreadable(f"the graph has more than {LIMITS['nodes'].most:,} nodes")
            graph.nodes.append(_node(wire, part, len(graph.nodes) + 1, known))
        elif part.number == 2:
            graph.name = wire.text(part)
        elif part.number == 5:
            tensor = read_tensor(wire, part)
            graph.weights[tensor.name] = tensor
        elif part.number in (11, 12, 13):
            name, code, dims = _value(wire, part)
            if dims is not None:
                graph.stated[name] = dims
            if part.number == 11:
                graph.inputs[name] = code, dims
            elif part.number == 12:
                graph.outputs.append(name)
    return graph


def _node(wire: Wire, field: Field, line: int, known: dict[bytes, tuple[str, Any]]) -> Node:
    """A node; attributes that are `known` by their bytes are those of other nodes."""
    said, others = wire.sort(field, _TEXTS_OF_NODE)
    op = domain = name = ""
    inputs: list[str] = []
    outputs: list[str] = []
    for number, text in said:
        if number == 1:
            inputs.append(text)
        elif number == 2:
            outputs.append(text)
        elif number == 3:
            name = text
        elif number == 4:
            op = text
        else:
            domain = text
    attributes: dict[str, Any] = {}
    for part in others:
        if part.number == 5:
            key, value = _attribute_once(wire, part, known)
            attributes[key] = value
    return Node(op, "" if domain == "ai.onnx" else domain, name, inputs, outputs, attributes, line)


_TEXTS_OF_NODE = (1, 2, 3, 4, 7)
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
    """Name and value; a graph is only said to be there."""
    name = ""
    value: Any = None
    many: list[Any] = []
    for part in wire.message(field):
        number = part.number
        if number == 1:
            name = wire.text(part)
        elif number == 2 and part.form == FOUR:
            [value] = wire.unpack(part, "f", 1)
        elif number == 3:
            value = wire.integer(part)
        elif number == 4:
            value = wire.text(part) if part.stop - part.start < 1000 else ""
        elif number == 5:
            value = read_tensor(wire, part)
        elif number == 7:
            many += wire.unpack(part, "f", _NUMBERS)
        elif number == 8:
            many += wire.integers(part, _NUMBERS)
        elif number == 9:
            many.append(wire.text(part))
    return name, many or value


def read_tensor(wire: Wire, field: Field) -> Tensor:
    """A tensor without its numbers; raises Unreadable."""
    name, code, dims, place = "", 0, [], None
    external = False
    for part in wire.message(field):
        number = part.number
        if number == 1:
            dims += wire.integers(part, _AXES)
        elif number == 2 and part.form == VARINT:
            code = part.start
        elif number == 8:
            name = wire.text(part)
        elif number in (4, 5, 7, 9, 10, 11):
            # Lists that are not packed come as a field for each number: only one is ever read.
            place = part
        elif number in (13, 14):
            external = external or number == 13 or part.start == 1
    if len(dims) > _AXES or any(n < 0 for n in dims):
        raise Unreadable(f"the tensor at byte {field.start:,} has a shape that is none")
    return Tensor(name, tuple(dims), code, None if external else place)


def _value(wire: Wire, field: Field) -> tuple[str, int, Dims | None]:
    """Name, type and shape of a value; no shape if none is said, or if it is no tensor."""
    name, code = "", 0
    dims: Dims | None = None
    for part in wire.message(field):
        if part.number == 1:
            name = wire.text(part)
        elif part.number == 2:
            for kind in wire.message(part):
                if kind.number == 1:
                    code, dims = _tensor_type(wire, kind)
    return name, code, dims


def _tensor_type(wire: Wire, field: Field) -> tuple[int, Dims | None]:
    code, dims = 0, None
    for part in wire.message(field):
        if part.number == 1 and part.form == VARINT:
            code = part.start
        elif part.number == 2 and part.form == BYTES:
            dims = tuple(_length(wire, axis) for axis in wire.message(part) if axis.number == 1)
    return code, dims


def _length(wire: Wire, field: Field) -> int | str:
    found: int | str = ""
    for part in wire.message(field):
        if part.number == 1:
            found = wire.integer(part)
        elif part.number == 2:
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
