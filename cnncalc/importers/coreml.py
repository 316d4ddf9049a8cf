"""Core ML: neural networks (`.mlmodel`), and programs (`.mlpackage`, a folder); weights are stepped over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.coreml_layers import LAYERS
from cnncalc.importers.base.coreml_spec import PROGRAM, Spec, default_function
from cnncalc.importers.base.description import Description, Unreadable
from cnncalc.importers.base.mil import Program
from cnncalc.importers.base.mil_layers import ProgramImport
from cnncalc.importers.base.names import legal
from cnncalc.importers.base.onnx.folding import compute
from cnncalc.importers.base.onnx.model import listing
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.operators import MOVING, OPERATORS
from cnncalc.importers.base.onnx.running import NodeRunner
from cnncalc.importers.base.onnx.values import Value, shape
from cnncalc.importers.base.onnx.walk import Walk
from cnncalc.importers.base.wire import Wire, read
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.model_file import ModelFile
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.wire import Message


TITLE = "Core ML"
SUFFIXES = (".mlmodel", ".mlpackage")
READS = (
    "programs and neural networks, every operator of a CNN; control flow and custom ones are opaque"
)

_VERSION = 13


def recognises(name: str, head: bytes) -> bool:
    """Whether the file is called so; what is in a file of protobuf does not tell what it is."""
    return name.lower().endswith(SUFFIXES)


@pause
def describe(file: ModelFile) -> Description:
    """The network of a file; raises Unreadable."""
    wire = Wire(file)
    root = read(wire, None)
    if PROGRAM in root:
        return _describe_program(file, wire, root)
    spec = Spec(wire, root)
    text = listing(spec.graph)
    try:
        return _Import(spec, wire).run(text)
    except Unreadable as error:
        error.text = error.text or text
        raise


def _describe_program(file: ModelFile, wire: Wire, root: Message) -> Description:
    program = Program(wire, root[PROGRAM][0], default_function(wire, root))
    text = listing(program.graph)
    try:
        return ProgramImport(program, wire, file.asked).run(text)
    except Unreadable as error:
        error.text = error.text or text
        raise


class _Import(NodeRunner):
    """Goes through the layers of one file."""

    def __init__(self, spec: Spec, wire: Wire) -> None:
        self.graph = spec.graph
        reads: dict[str, int] = {}
        for node in self.graph.nodes:
            for name in node.inputs:
                reads[name] = reads.get(name, 0) + 1
        for name in self.graph.outputs:
            reads[name] = reads.get(name, 0) + 1
        self.walk = Walk(self.graph, wire, _VERSION, reads)

    def run(self, text: str) -> Description:
        """Describe all layers; raises Unreadable."""
        inputs = self._inputs()
        for node in self.graph.nodes:
            self.run_node(node)
        if not self.walk.entries:
            raise Unreadable("no layer makes anything of what goes in")
        outputs = [
            self.walk.values[name].layer for name in self.graph.outputs if name in self.walk.values
        ]
        last = self.walk.entries[-1].keys["name"]
        found = [name for name in dict.fromkeys(outputs) if name]
        said = "Core ML; parameters are those that the file holds"
        if self.walk.unknown:
            told = ", ".join(
                f"{cut(op, NAME)} ×{n}" for op, n in sorted(self.walk.unknown.items())[:8]
            )
            said += f"; of unknown counts: {told}"
        return Description(text, inputs, self.walk.entries, () if found == [last] else found, "coreml",
                           description=said, stated=self.walk.stated)  # fmt: skip

    def _inputs(self) -> dict[str, Data]:
        walk, inputs = self.walk, {}
        given = {
            name: dims for name, (_, dims) in self.graph.inputs.items() if walk.reads.get(name)
        }
        for name, dims in given.items():
            layer = "input" if len(given) == 1 else walk.names.unique(legal(name).replace(".", "_"))
            whole = tuple(n for n in dims or () if isinstance(n, int) and n > 0)
            if not dims or len(whole) < len(dims):
                raise Unreadable(f"the input `{cut(name, NAME)}` has no shape, or one with open sizes",
                                 help="convert the model with fixed shapes")  # fmt: skip
            value = Value(whole, 0 if len(whole) > 1 else None, layer)
            walk.put_input(name, value)
            inputs[layer] = shape(value.axes)
        if not inputs:
            raise Unreadable("nothing goes in: no input of the network is read")
        return inputs

    def results_of(self, node: Node, operands: list[Value | None]) -> list[Value]:
        read: Any = LAYERS.get(node.op) or OPERATORS.get(node.op)
        given = [operand for operand in operands if operand is not None]
        constant = given and all(value.is_constant for value in given)
        if constant and node.op not in LAYERS and node.op not in MOVING:
            return [compute(node, given)] * len(node.outputs)
        if read is not None:
            result = read(self.walk, node, operands)
            return result if isinstance(result, list) else [result]
        data = [value for value in given if not value.is_constant]
        found = []
        for name in node.outputs:
            dims = tuple(n for n in self.graph.stated.get(name, ()) if isinstance(n, int))
            if not dims or not data:
                raise Unreadable(f"{title(node)} is not known here, and the file does not say what shape "
                                 "it gives", node.line)  # fmt: skip
            found.append(self.walk.opaque(node, data, dims, 0 if len(dims) > 1 else None))
        return found
