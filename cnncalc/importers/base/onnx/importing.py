"""The way from a graph of nodes to a description: what every node is, one after the other.

Formats that are graphs of small operators give their nodes as ONNX has them, or say how they read their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.attention import join_attention
from cnncalc.importers.base.description import Description, Entry, Unreadable
from cnncalc.importers.base.model_file import Asked
from cnncalc.importers.base.names import legal
from cnncalc.importers.base.onnx.beyond import Beyond
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.examples import is_one_example
from cnncalc.importers.base.onnx.folding import compute
from cnncalc.importers.base.onnx.fused import read_fused
from cnncalc.importers.base.onnx.lengths import Lengths
from cnncalc.importers.base.onnx.model import BRANCHES, INTEGERS, Graph, read_inside
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.operators import AS_FIRST, FREE, MOVING, OPERATORS, PLAIN
from cnncalc.importers.base.onnx.patterns import Recogniser
from cnncalc.importers.base.onnx.running import NodeRunner
from cnncalc.importers.base.onnx.values import Value
from cnncalc.importers.base.onnx.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Model, Node
    from cnncalc.importers.base.wire import Wire

_ATTENDING = ("Softmax", "SoftMax", "ScaledDotProductAttention")
_TWINS = ("MaxPool", "Dropout")
_PRODUCTS = ("Conv", "ConvTranspose", "MatMul", "Gemm")
_CELLS = ("LSTM", "GRU", "RNN")


class Import(NodeRunner):
    """Goes through the nodes of one file; other formats change what these say of ONNX."""

    dialect: ClassVar[str | None] = "onnx"
    operators: ClassVar[Mapping[str, Any]] = OPERATORS
    moving: ClassVar[Collection[str]] = MOVING
    """Operators whose functions read constants as well as data."""
    plain: ClassVar[Collection[str]] = PLAIN
    free: ClassVar[Collection[str]] = FREE
    help_unknown: ClassVar[str] = "onnx.shape_inference.infer_shapes writes shapes into the file"
    """What helps where an operator is not known, and its shape neither."""
    walker: ClassVar[type[Walk]] = Walk
    arithmetic: ClassVar[Mapping[str, str]] = {}
    """What ONNX calls operators that constants are computed with, by what the format calls them."""

    def __init__(
        self, model: Model, wire: Wire, asked: Asked | None = None, *, batch: int = 0
    ) -> None:
        """The weights of the model are places in the bytes of `wire`; `asked` is for what it leaves open.

        `batch` is the axis of the inputs that the examples are along.
        """
        self.batch = batch
        self.model, self.graph = model, model.graph
        self.lengths = Lengths(asked or Asked(), self.space)
        self.reads = _reads(self.graph)
        self.walk = self.walker(self.graph, wire, model.opset, self.reads)
        # Only attention asks what layers gave.
        self.walk.keeps_made = any(node.op in _ATTENDING for node in self.graph.nodes)
        self.walk.has_tables = self.dialect == "onnx"
        self.beyond = Beyond(self.walk)
        self.nodes = self.recognise(wire)

    def recognise(self, wire: Wire) -> list[Node]:
        """The nodes, with one in place of each pattern that is a layer."""
        return Recogniser(self.graph, wire, self.reads).fuse()

    def maker(self) -> str:
        """What the file is, and who made it."""
        made = f" by {cut(self.model.producer, NAME)}" if self.model.producer else ""
        return f"ONNX{made}, opset {self.model.opset}"

    def begin(self, value: Value) -> Value:
        """An input as the layers read it."""
        return value

    def run(self, text: str) -> Description:
        """Describe all layers; raises Unreadable."""
        inputs = self._inputs()
        if self.lengths.open:
            return _ask(text, inputs, self.dialect, self.lengths)
        needed = _lines_in_use(self.graph, self.nodes)
        run = self.beyond.runner(self.nodes, self.run_node)
        for node in self.nodes:
            if node.line in needed:
                run(node)
        self.beyond.close()
        outputs = _outputs(self.graph, self.walk)
        self.walk.leave_out_turns(outputs)
        if self.dialect in ("onnx", "openvino"):
            outputs = join_attention(self.walk, outputs)
        if not self.walk.entries:
            raise Unreadable("no node makes anything of what goes in")
        last = self.walk.entries[-1].keys["name"]
        return Description(
            text,
            inputs,
            self.walk.entries,
            () if outputs == [last] else outputs,
            self.dialect,
            description=self._tell(),
            stated=self.walk.stated,
            symbols=tuple(self.lengths.symbols),
        )

    @staticmethod
    def space(rank: int) -> range:
        """Which axes of an input are those of space."""
        return range(2, rank)

    def _tell(self) -> str:
        """Who made the file, and what of it is not known."""
        said = f"{self.maker()}; parameters are those that the file holds"
        unknown = self.walk.unknown
        if unknown:
            told = ", ".join(f"{cut(op, NAME)} ×{n}" for op, n in sorted(unknown.items())[:8])
            said += f"; of unknown counts: {told}"
        return said + self.beyond.tell()

    def _inputs(self) -> dict[str, Data]:
        """What goes in and is read, the batch left out; raises Unreadable if a size is open."""
        read = {
            name: found
            for name, found in self.graph.inputs.items()
            if name not in self.graph.weights and self.reads.get(name)
        }
        ids, late = _read_as_ids(self.graph), _read_by_steps(self.graph)
        inputs: dict[str, Data] = {}
        for name, (number, dims) in read.items():
            layer = (
                "input" if len(read) == 1 else self.walk.names.unique(legal(name).replace(".", "_"))
            )
            if dims is None:
                raise Unreadable(f"the input `{cut(name, NAME)}` has no shape")
            at = (
                None if is_one_example(self.walk, name, dims) else 1 if name in late else self.batch
            )
            whole = self.lengths.close(name, layer, dims, at or 0)
            form = "tokens" if number in INTEGERS and name in ids else ""
            value = self.begin(Value(whole, at if len(whole) > 1 else None, layer, form=form))
            self.walk.put_input(name, value)
            inputs[layer] = self.walk.shape(value.axes, form)
        if not inputs:
            raise Unreadable("nothing goes in: no input of the graph is read")
        return inputs

    def results_of(self, node: Node, operands: list[Value | None]) -> list[Value] | None:
        """What a node gives; None for a pattern that is none after all."""
        if node.domain == "cnncalc":
            found = read_fused(self.walk, node, operands)
            return None if found is None else [found]
        branch = _branch_of(node, operands)
        if branch is not None:
            for part in branch.nodes:
                self.run_node(part)
            return [tensor(node, [self.walk.value(name, node)]) for name in branch.outputs]
        read = self.operators.get(node.op) if not node.domain else None
        given = [operand for operand in operands if operand is not None]
        constant = given and not any(value.layer for value in given)
        if constant and read is not None and node.op in _PRODUCTS:
            operands = [self._begin_with(node, given[0]), *operands[1:]]
        elif (
            constant and node.op not in self.plain and (read is None or node.op not in self.moving)
        ):
            return self.compute(node, given)
        if read is None:
            return self.opaque(node, given)
        result = read(self.walk, node, operands)
        if isinstance(result, list):
            return result
        # Indices and masks are as large as what they are of; means and variances are not read.
        return [result] * len(node.outputs) if node.op in _TWINS else [result]

    def _begin_with(self, node: Node, value: Value) -> Value:
        """What weights are multiplied by, where it is a constant: a state of zeros, a table of positions."""
        batch = 0 if len(value.dims) > 1 and value.dims[0] == 1 else None
        made = self.walk.as_layer(node, value, batch)
        if made is None:
            kind = "parameter" if self.walk.count([value]) else "constant"
            made = self.walk.give(kind, {}, value, batch, value.source or node.name, node.line)
        return made

    def compute(self, node: Node, operands: list[Value]) -> list[Value]:
        """What a node gives that reads constants alone; raises Unreadable."""
        known = node._replace(op=self.arithmetic.get(node.op, node.op))
        said = [self.graph.stated.get(name, ()) for name in node.outputs]
        return [compute(known, operands, dims) for dims in said]

    def results_by_file(self, node: Node, operands: list[Value]) -> list[Value] | None:
        """A node that moves numbers in a way that depends on data, where the file says its shape."""
        said = [self.graph.stated.get(name) for name in node.outputs]
        known = all(dims and all(isinstance(n, int) and n for n in dims) for dims in said)
        if not known or all(value.is_constant for value in operands):
            return None
        return self.opaque(node, operands, free=True)

    def opaque(self, node: Node, operands: list[Value], *, free: bool = False) -> list[Value]:
        """A node that is not known, or is `free` of weights and products.

        The file must say what it gives, else raises Unreadable.
        """
        data = [value for value in operands if not value.is_constant]
        results = []
        for name in node.outputs:
            if not self.reads.get(name):
                results.append(Value(()))
                continue
            said = self.graph.stated.get(name)
            if said is None and node.op in AS_FIRST and not node.domain and operands:
                said = operands[0].dims
            dims = tuple(
                1 if i == 0 and not isinstance(n, int) else n for i, n in enumerate(said or ())
            )
            if said is None or not all(isinstance(n, int) for n in dims):
                raise Unreadable(f"{title(node)} is not known here, and the file does not say what shape "
                                 "it gives", node.line, help=self.help_unknown)  # fmt: skip
            whole = tuple(n for n in dims if isinstance(n, int))
            many = next((x.dims[x.batch] for x in data if x.batch is not None), 1)
            batch = 0 if len(whole) > 1 and whole[0] == many else None
            free = free or (not node.domain and node.op in self.free)
            params = self.walk.count([x for x in operands if x.is_constant]) if free else None
            results.append(
                self.walk.opaque(node, data, whole, batch, params=params, macs=0 if free else None)
            )
        return results


def _ask(text: str, inputs: dict[str, Data], dialect: str | None, lengths: Lengths) -> Description:
    """What goes in, of which lengths are open: what comes of it is read when they are known."""
    entry = Entry("identity", {"from": next(iter(inputs))}, 1)
    symbols = tuple(lengths.symbols)
    return Description(text, inputs, [entry], (), dialect, open=lengths.open, symbols=symbols)


def _read_as_ids(graph: Graph) -> set[str]:
    """What chooses places of a table."""
    return {node.inputs[1] for node in graph.nodes if node.op == "Gather" and len(node.inputs) > 1}


def _read_by_steps(graph: Graph) -> set[str]:
    """What a recurrent layer reads with its time first, and the batch behind it."""
    return {node.inputs[0] for node in graph.nodes if node.op in _CELLS and node.inputs
            and not node.attributes.get("layout")}  # fmt: skip


def _branch_of(node: Node, operands: list[Value | None]) -> Graph | None:
    """Which graph of an `If` is run, where that is known; None elsewhere, and of other nodes."""
    if node.op != "If" or node.domain or not operands or operands[0] is None:
        return None
    said = operands[0].numbers
    if not said or not operands[0].is_constant:
        return None
    branch = node.attributes.get(BRANCHES[0] if said[0] else BRANCHES[1])
    return branch if isinstance(branch, Graph) else None


def _outputs(graph: Graph, walk: Walk) -> list[str]:
    """The layers whose results go out, each once."""
    values = [walk.values.get(name) for name in graph.outputs]
    found = dict.fromkeys(value.layer for value in values if value is not None and value.layer)
    named = {entry.keys["name"] for entry in walk.entries}
    return [layer for layer in found if layer in named or "." in layer]


def _reads(graph: Graph) -> dict[str, int]:
    """How often each value is read, by nodes or as an output."""
    found: dict[str, int] = {}
    for node in graph.nodes:
        # Of its second operand CastLike reads the type alone.
        for name in node.inputs[:1] if node.op == "CastLike" else node.inputs:
            found[name] = found.get(name, 0) + 1
        if node.op == "If":
            for name in read_inside(node):
                found[name] = found.get(name, 0) + 1
    for name in graph.outputs:
        found[name] = found.get(name, 0) + 1
    return found


def _lines_in_use(graph: Graph, nodes: list[Node]) -> set[int]:
    """The nodes on which an output depends, by their lines."""
    wanted, found = set(graph.outputs), set()
    for node in reversed(nodes):
        if not wanted.isdisjoint(node.outputs):
            found.add(node.line)
            wanted.update(node.inputs)
            wanted.update(read_inside(node))
            for part in node.attributes.get("parts", ()):
                wanted.update(part.inputs)
    return found
