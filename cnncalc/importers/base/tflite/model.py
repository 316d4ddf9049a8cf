"""The tables of a TFLite file, as far as they say what a network is; numbers of weights stay unread."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unchosen, Unreadable
from cnncalc.importers.base.onnx.model import Node
from cnncalc.importers.base.tflite.codes import (
    ACTIVATIONS,
    CELLS,
    CUSTOM,
    FLOATS,
    HOSTS,
    OPTIONS,
    TYPES,
    UNKNOWN,
    Type,
    operator_name,
)
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from cnncalc.importers.base.flatbuffer import Buffer, Table

Dims = tuple[int, ...]

_TENSORS = 1_000_000
_OPERANDS = 10_000
_AXES = 64
_OPERATORS = 10_000
_GRAPHS = 10_000
_LARGEST = 2**31
_LOOP = ("cond", "body")


class Place(NamedTuple):
    """Where numbers lie in the file."""

    start: int
    length: int


class Tensor(NamedTuple):
    """A tensor of a graph: `open` says which of its axes may have any length; `place` is where its numbers lie.

    `buffer` is the number of its numbers, which tensors may share.
    """

    name: str
    dims: Dims
    type: Type
    place: Place | None
    buffer: int
    open: tuple[int, ...] = ()
    scaled: bool = False
    """Whether its whole numbers stand for others, by a scale."""
    scale: float = 1.0
    """How far apart the numbers are that neighbours stand for; only of a tensor of one element."""
    zero: int = 0
    """Which number stands for 0."""

    @property
    def is_learnt(self) -> bool:
        """Whether it holds numbers with a fraction, as they are or as whole ones with a scale."""
        return self.type.name in FLOATS or self.scaled

    @property
    def elements(self) -> int:
        """How many numbers it has."""
        return prod(self.dims)


class Graph(NamedTuple):
    """A graph of the file; nodes name tensors by their numbers."""

    name: str
    tensors: list[Tensor]
    inputs: list[int]
    outputs: list[int]
    nodes: list[Node]


class Signature(NamedTuple):
    """How a graph is called: what its inputs and outputs are called, by the numbers of their tensors."""

    name: str
    graph: int
    inputs: dict[int, str]
    outputs: dict[int, str]


class Model(NamedTuple):
    """A file: the graph that is read first, all graphs, and how they are called."""

    main: Graph
    graphs: int
    signatures: list[Signature]
    signature: Signature | None
    loops: dict[int, Graph]
    """The graphs that others run in loops, by their numbers."""


def read_model(buffer: Buffer, asked: str | None = None) -> Model:
    """The model of a file whose signature, or graph, is called `asked`; raises Unreadable, Unchosen."""
    root = buffer.root()
    codes = [_operator(table) for table in root.tables(1, _OPERATORS)]
    graphs = root.tables(2, _GRAPHS)
    if not graphs:
        raise Unreadable("there is no graph in the file", help="is it a file of TFLite?")
    signatures = [_signature(table) for table in root.tables(7, _GRAPHS)]
    signature, number = _choose(signatures, [table.text(4) for table in graphs], asked)
    if number >= len(graphs):
        raise Unreadable(f"a signature names graph {number} of {len(graphs)}")
    reader = _Reader(root, codes)
    main = reader.graph(graphs[number])
    said = {node.attributes[key] for node in main.nodes if node.op == "WHILE" for key in _LOOP}
    loops = {part: reader.graph(graphs[part]) for part in sorted(said) if 0 <= part < len(graphs)}
    return Model(main, len(graphs), signatures, signature, loops)


def _choose(
    signatures: list[Signature], graphs: list[str], asked: str | None
) -> tuple[Signature | None, int]:
    """The signature that is asked for, or the only one, and its graph; else a graph that is called so.

    Raises Unchosen if there are several, or none of that name.
    """
    if asked is None and len(signatures) < 2:
        found = signatures[0] if signatures else None
        return found, found.graph if found else 0
    for signature in signatures:
        if signature.name == asked:
            return signature, signature.graph
    if asked in graphs:
        number = graphs.index(asked)
        return next((found for found in signatures if found.graph == number), None), number
    raise Unchosen([found.name for found in signatures] or graphs)


def _operator(table: Table) -> tuple[str, bool]:
    """What an operator is called, and whether its own code says so."""
    # Files of before 2020 know one byte for it, which newer ones fill as far as it goes.
    code = max(table.integer(0, "b"), table.integer(3))
    if code == CUSTOM:
        return table.text(1) or "CUSTOM", True
    return operator_name(code), False


def _signature(table: Table) -> Signature:
    names = [
        {pair.integer(1, "I"): pair.text(0) for pair in table.tables(field, _OPERANDS)}
        for field in (0, 1)
    ]
    return Signature(table.text(2), table.integer(4, "I"), *names)


class _Reader:
    """Reads graphs of one file; all of them together have so many nodes at most."""

    def __init__(self, root: Table, codes: list[tuple[str, bool]]) -> None:
        self.codes = codes
        self.buffers = [_place(table) for table in root.tables(4, _TENSORS)]
        self.nodes = 0

    def graph(self, table: Table) -> Graph:
        """A graph with its tensors and nodes."""
        tensors = [self._tensor(found) for found in table.tables(0, _TENSORS)]
        inputs, outputs = (table.integers(field, _OPERANDS) for field in (1, 2))
        for number in (*inputs, *outputs):
            _check(number, tensors)
        nodes: list[Node] = []
        for found in table.tables(3, LIMITS["nodes"].most):
            self._node(found, tensors, nodes)
        return Graph(table.text(4), tensors, inputs, outputs, nodes)

    def _tensor(self, table: Table) -> Tensor:
        dims = tuple(table.integers(0, _AXES))
        open_ = [axis for axis, n in enumerate(table.integers(7, _AXES)) if n < 0]
        name = table.text(3)
        if any(not 0 <= n < _LARGEST for n in dims) or any(axis >= len(dims) for axis in open_):
            raise Unreadable(f"the tensor `{cut(name, NAME)}` has a shape that is none")
        code = table.integer(1, "b")
        type_ = TYPES[code] if 0 <= code < len(TYPES) else UNKNOWN
        quantisation = table.table(4)
        scaled = quantisation is not None and bool(quantisation.vector(2, 4, _LARGEST).length)
        number = table.integer(2, "I")
        if number >= max(len(self.buffers), 1):
            raise Unreadable(
                f"the tensor `{cut(name, NAME)}` has buffer {number} of {len(self.buffers)}"
            )
        place = self.buffers[number] if self.buffers else None
        found = Tensor(name, dims, type_, place, number, tuple(open_), scaled)
        if quantisation is None or not scaled or found.elements != 1:
            return found
        return found._replace(
            scale=quantisation.first(2, "f", 1.0), zero=quantisation.first(3, "q", 0)
        )

    def _node(self, table: Table, tensors: list[Tensor], nodes: list[Node]) -> None:
        """Add an operator, and the activation that it applies as one of its own unless its layer has it."""
        self.nodes += 1
        if self.nodes > LIMITS["nodes"].most:
            raise Unreadable(f"the file has more than {LIMITS['nodes'].most:,} nodes")
        number = table.integer(0, "I")
        if number >= len(self.codes):
            raise Unreadable(f"a node names operator {number} of {len(self.codes)}")
        op, custom = self.codes[number]
        inputs, outputs = (table.integers(field, _OPERANDS) for field in (1, 2))
        for found in (*inputs, *outputs):
            _check(found, tensors)
        attributes = {} if custom else _options(op, table)
        name = next((tensors[found].name for found in outputs if found >= 0), "")
        node = Node(op, "custom" if custom else "", name, _keys(inputs), _keys(outputs), attributes,
                    len(nodes) + 1)  # fmt: skip
        activation = attributes.get("activation", "")
        if not activation or op in HOSTS or op in CELLS or not outputs:
            nodes.append(node)
            return
        before = f"{node.outputs[0]}~"
        nodes.append(node._replace(outputs=[before, *node.outputs[1:]]))
        nodes.append(Node(activation, "", name, [before], node.outputs[:1], {}, len(nodes) + 1))


def _keys(numbers: list[int]) -> list[str]:
    """Tensors as nodes name them; what is left out is empty."""
    return [str(number) if number >= 0 else "" for number in numbers]


def _check(number: int, tensors: list[Tensor]) -> None:
    if not -1 <= number < len(tensors):
        raise Unreadable(f"a node names tensor {number} of {len(tensors)}")


def _place(table: Table) -> Place | None:
    """Where the numbers of a buffer lie: in the table, or behind all tables in large files."""
    vector = table.vector(0, 1, _LARGEST * 8)
    if vector.length:
        return Place(vector.start, vector.length)
    start, length = table.integer(1, "Q"), table.integer(2, "Q")
    return Place(start, length) if start > 1 and length else None


def _options(op: str, table: Table) -> dict[str, Any]:
    """The options of an operator by name, defaults included."""
    wanted = OPTIONS.get(op)
    if wanted is None:
        return {}
    given = table.table(4)
    found: dict[str, Any] = {}
    for option in wanted:
        if option.letter == "v":
            found[option.name] = given.integers(option.field, _OPERANDS) if given else []
        elif option.letter == "s":
            found[option.name] = given.text(option.field) if given else ""
        elif given is None:
            found[option.name] = option.default
        else:
            found[option.name] = given.number(option.field, option.letter, option.default)
    code = found.get("activation")
    if code is not None:
        found["activation"] = ACTIVATIONS[code] if 0 <= code < len(ACTIVATIONS) else ""
    return found


def listing(graph: Graph) -> str:
    """A line for each node: what it is, reads and gives."""
    return "\n".join(
        f"{_short(node.op)}: {_few(node.inputs, graph)} → {_few(node.outputs, graph)}"
        for node in graph.nodes
    )


def _few(keys: list[str], graph: Graph) -> str:
    names = [_short(graph.tensors[int(key.rstrip("~"))].name) for key in keys[:8] if key]
    return ", ".join(names + ([f"… ({len(keys) - 8} more)"] if len(keys) > 8 else []))


def _short(name: str) -> str:
    text = name if len(name) <= 60 else f"{name[:57]}…"
    return text if text.isprintable() else repr(text)
