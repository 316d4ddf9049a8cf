"""Files of ONNX, of operators from version 7 on: the graph is read, and the weights are stepped over.

Nodes whose operands are all constants are computed; what is left are layers. The batch, the first axis
of what goes in, is no part of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Description, Unreadable
from cnncalc.importers.base.onnx.folding import elementwise
from cnncalc.importers.base.onnx.fused import read_fused
from cnncalc.importers.base.onnx.model import INTEGERS, listing, read_model
from cnncalc.importers.base.onnx.names import legal
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.operators import FREE, MOVING, OPERATORS, PLAIN
from cnncalc.importers.base.onnx.patterns import Recogniser
from cnncalc.importers.base.onnx.values import Value, shape
from cnncalc.importers.base.onnx.walk import Walk
from cnncalc.importers.base.wire import Wire
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.model_file import ModelFile
    from cnncalc.importers.base.onnx.model import Graph, Model, Node

TITLE = "ONNX"
SUFFIXES = (".onnx",)
READS = "every operator of a CNN from opset 7 on; others, and control flow, are opaque"

_OLDEST = 7
_TWINS = ("MaxPool", "Dropout")
_CELLS = ("LSTM", "GRU", "RNN")
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def recognises(name: str, head: bytes) -> bool:
    """Whether the file is called so; what is in a file of protobuf does not tell what it is."""
    return name.lower().endswith(SUFFIXES) and not head.startswith(_PICKLES)


@pause
def describe(file: ModelFile) -> Description:
    """The network of a file; raises Unreadable."""
    wire = Wire(file)
    model = read_model(wire)
    text = listing(model.graph)
    try:
        return _Import(model, wire).run(text)
    except Unreadable as error:
        error.text = error.text or text
        raise


class _Import:
    """Goes through the nodes of one file."""

    def __init__(self, model: Model, wire: Wire) -> None:
        self.model, self.graph = model, model.graph
        if model.opset < _OLDEST:
            raise Unreadable(f"the operators are of version {model.opset}; the oldest that is read "
                             f"is {_OLDEST}", help="onnx.version_converter writes newer ones")  # fmt: skip
        self.reads = _reads(self.graph)
        self.walk = Walk(self.graph, wire, model.opset, self.reads)
        self.nodes = Recogniser(self.graph, wire, self.reads).fuse()

    def run(self, text: str) -> Description:
        """Describe all layers; raises Unreadable."""
        inputs = self._inputs()
        needed = _lines_in_use(self.graph, self.nodes)
        for node in self.nodes:
            if node.line in needed:
                self.run_node(node)
        outputs = self._outputs()
        if not self.walk.entries:
            raise Unreadable("no node makes anything of what goes in")
        last = self.walk.entries[-1].keys["name"]
        return Description(
            text,
            inputs,
            self.walk.entries,
            () if outputs == [last] else outputs,
            "onnx",
            description=self._tell(),
            stated=self.walk.stated,
        )

    def _tell(self) -> str:
        """Who made the file, and what of it is not known."""
        made = f" by {cut(self.model.producer, NAME)}" if self.model.producer else ""
        said = f"ONNX{made}, opset {self.model.opset}; parameters are those that the file holds"
        unknown = self.walk.unknown
        if unknown:
            told = ", ".join(f"{cut(op, NAME)} ×{n}" for op, n in sorted(unknown.items())[:8])
            said += f"; of unknown counts: {told}"
        return said

    def _inputs(self) -> dict[str, Data]:
        """What goes in and is read, the batch left out; raises Unreadable if a size is open."""
        read = {
            name: found
            for name, found in self.graph.inputs.items()
            if name not in self.graph.weights and self.reads.get(name)
        }
        ids = {
            node.inputs[1]
            for node in self.graph.nodes
            if node.op == "Gather" and len(node.inputs) > 1
        }
        # A recurrent layer reads time first, and the batch behind it.
        late = {node.inputs[0] for node in self.graph.nodes if node.op in _CELLS and node.inputs
                and not node.attributes.get("layout")}  # fmt: skip
        inputs: dict[str, Data] = {}
        for name, (number, dims) in read.items():
            layer = (
                "input" if len(read) == 1 else self.walk.names.take(legal(name).replace(".", "_"))
            )
            if dims is None:
                raise Unreadable(f"the input `{cut(name, NAME)}` has no shape")
            batch = 1 if name in late else 0
            sizes = [1 if i == batch and not isinstance(n, int) else n for i, n in enumerate(dims)]
            if any(not isinstance(n, int) or n < 1 for n in sizes):
                told = ", ".join(str(n or "?") for n in dims)
                raise Unreadable(f"the input `{cut(name, NAME)}` has open sizes: {cut(told, NAME)}",
                                 help="export the model with fixed sizes")  # fmt: skip
            whole = tuple(n for n in sizes if isinstance(n, int))
            form = "tokens" if number in INTEGERS and name in ids else ""
            value = Value(whole, batch if len(whole) > 1 else None, layer, form=form)
            self.walk.put_input(name, value)
            inputs[layer] = shape(value.axes, form)
        if not inputs:
            raise Unreadable("nothing goes in: no input of the graph is read")
        return inputs

    def _outputs(self) -> list[str]:
        """The layers whose results go out, each once."""
        found = []
        for name in self.graph.outputs:
            value = self.walk.values.get(name)
            if value is not None and value.layer and value.layer not in found:
                found.append(value.layer)
        named = {entry.keys["name"] for entry in self.walk.entries}
        return [layer for layer in found if layer in named or "." in layer]

    def run_node(self, node: Node) -> None:
        """One node; raises Unreadable that names it."""
        walk = self.walk
        try:
            operands = [walk.value(name, node) for name in node.inputs]
            before = len(walk.entries)
            results = self._results(node, operands)
            if results is None:
                for part in node.attributes["parts"]:
                    self.run_node(part)
                return
        except Unreadable as error:
            error.line = error.line or node.line
            raise
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise Unreadable(
                f"{title(node)} is damaged, or not as the format has it", node.line
            ) from error
        for name, value in zip(node.outputs, results, strict=False):
            if name:
                walk.values[name] = value
                walk.state(name, value, before)

    def _results(self, node: Node, operands: list[Value | None]) -> list[Value] | None:
        """What a node gives; None for a pattern that is none after all."""
        if node.domain == "cnncalc":
            found = read_fused(self.walk, node, operands)
            return None if found is None else [found]
        read = OPERATORS.get(node.op) if not node.domain else None
        given = [operand for operand in operands if operand is not None]
        constant = given and all(value.is_constant for value in given)
        if constant and node.op not in PLAIN and (read is None or node.op not in MOVING):
            return [elementwise(node, given)] * len(node.outputs)
        if read is None:
            return self._opaque(node, given)
        result = read(self.walk, node, operands)
        if isinstance(result, list):
            return result
        # Indices and masks are as large as what they are of; means and variances are not read.
        return [result] * len(node.outputs) if node.op in _TWINS else [result]

    def _opaque(self, node: Node, operands: list[Value]) -> list[Value]:
        """A node that is not known, of which the file must say what it gives."""
        data = [value for value in operands if not value.is_constant]
        results = []
        for name in node.outputs:
            if not self.reads.get(name):
                results.append(Value(()))
                continue
            said = self.graph.stated.get(name)
            dims = tuple(
                1 if i == 0 and not isinstance(n, int) else n for i, n in enumerate(said or ())
            )
            if said is None or not all(isinstance(n, int) for n in dims):
                raise Unreadable(f"{title(node)} is not known here, and the file does not say what shape "
                                 "it gives", node.line, help="onnx.shape_inference.infer_shapes "
                                 "writes shapes into the file")  # fmt: skip
            whole = tuple(n for n in dims if isinstance(n, int))
            many = next((x.dims[x.batch] for x in data if x.batch is not None), 1)
            batch = 0 if len(whole) > 1 and whole[0] == many else None
            free = not node.domain and node.op in FREE
            params = self.walk.count([x for x in operands if x.is_constant]) if free else None
            results.append(
                self.walk.opaque(node, data, whole, batch, params=params, macs=0 if free else None)
            )
        return results


def _reads(graph: Graph) -> dict[str, int]:
    """How often each value is read, by nodes or as an output."""
    found: dict[str, int] = {}
    for node in graph.nodes:
        for name in node.inputs:
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
            for part in node.attributes.get("parts", ()):
                wanted.update(part.inputs)
    return found
