"""Files of TFLite (LiteRT): the graph that is called is read, and the weights are stepped over.

Operators whose operands are all constants are computed; what is left are layers. The batch, the first
axis of what goes in, is no part of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Description, Unreadable
from cnncalc.importers.base.flatbuffer import Buffer
from cnncalc.importers.base.heads import signature
from cnncalc.importers.base.onnx.folding import elementwise
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.running import NodeRunner
from cnncalc.importers.base.onnx.values import Value
from cnncalc.importers.base.tflite.codes import HOSTS
from cnncalc.importers.base.tflite.inputs import open_inputs, open_shapes, put_inputs, with_sizes
from cnncalc.importers.base.tflite.lists import LISTS
from cnncalc.importers.base.tflite.loops import run_loop
from cnncalc.importers.base.tflite.model import listing, read_model
from cnncalc.importers.base.tflite.names import Namer, is_norm_folded
from cnncalc.importers.base.tflite.operators import FOLDS, FREE, OPERATORS, READS_CONSTANTS
from cnncalc.importers.base.tflite.patterns import OpRecogniser, read_fused
from cnncalc.importers.base.tflite.walk import MapWalk
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from cnncalc.importers.base.model_file import ModelFile
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.tflite.model import Graph, Model

TITLE = "TFLite"
SUFFIXES = (".tflite", ".lite")
READS = "every operator of a CNN, float and quantised; loops by their steps; custom operators are opaque"

_MAGIC = b"TFL3"
_NAMED = (*HOSTS, "WHILE")
"""Operators that are called as their layers."""
_PROVISIONAL = (224, 320)
"""Lengths that are taken for open axes: layers that are alike for both are so for any."""


def recognises(name: str, head: bytes) -> bool:
    """Whether it begins as a file of TFLite does, or is called so and is none."""
    return head[4:8] == _MAGIC or name.lower().endswith(".tflite")


@pause
def describe(file: ModelFile) -> Description:
    """The network of a file; raises Unreadable."""
    head = file.head()
    if head[4:8] != _MAGIC:
        raise Unreadable(f"this is no file of TFLite, whatever it is called: {signature(head)}")
    buffer = Buffer(file)
    model = read_model(buffer, file.model)
    text = listing(model.main)
    opened = open_inputs(model.main)
    name = file.model or ""
    try:
        if not opened:
            return _Import(model, buffer).run(text)._replace(name=name)
        found, other = (
            _Import(model._replace(main=with_sizes(model.main, opened, size)), buffer).run(text)
            for size in _PROVISIONAL
        )
    except Unreadable as error:
        error.text = error.text or text
        raise
    if found.layers != other.layers:
        raise Unreadable("the size of what goes in is open, and layers depend on it",
                         help="convert the model with fixed sizes")  # fmt: skip
    inputs, told = open_shapes(found.inputs, other.inputs)
    return found._replace(name=name, inputs=inputs, stated={}, open=told)


class _Import(NodeRunner):
    """Goes through the nodes of one graph."""

    def __init__(self, model: Model, buffer: Buffer) -> None:
        self.model, self.graph = model, model.main
        reads = _reads(self.graph)
        self.walk: MapWalk = MapWalk(self.graph, buffer, reads, model.loops)
        self.namer = Namer(tensor.name for tensor in self.graph.tensors)
        self.own = {self._name(node) for node in self.graph.nodes if node.op in _NAMED}
        """The names of layers with weights, which nothing else is called."""
        fused = OpRecogniser(self.graph, buffer, reads).fuse()  # type: ignore[arg-type]
        self.nodes = [self._rename(node) for node in fused]
        self.folded = 0
        self.left_out: dict[str, int] = {}

    def _name(self, node: Node) -> str:
        """What a layer is called by its tensors."""
        texts = [node.name]
        if node.op in HOSTS:
            held = [key for key in node.inputs[1:3] if key and "~" not in key]
            texts += [self.graph.tensors[int(key)].name for key in held]
        return self.namer.name(texts, node.op, weighted=node.op in HOSTS)

    def _rename(self, node: Node) -> Node:
        """A node with what its layer is called, in place of the name of its tensor."""
        parts = node.attributes.get("parts")
        if parts is not None:
            node.attributes["parts"] = [self._rename(part) for part in parts]
        name = self._name(node)
        if node.op not in _NAMED and name in self.own:
            name = f"{name}.{node.op.lower()}"
        return node._replace(name=name)

    def run(self, text: str) -> Description:
        """Describe all layers; raises Unreadable."""
        called = self.model.signature.inputs if self.model.signature else {}
        inputs = put_inputs(self.walk, self.graph, called)
        needed = _lines_in_use(self.graph, self.nodes)
        for node in self.nodes:
            if node.line in needed:
                self.run_node(node)
        if not self.walk.entries:
            self._hand_on()
        outputs = self._outputs()
        last = self.walk.entries[-1].keys["name"]
        return Description(
            text,
            inputs,
            self.walk.entries,
            () if outputs == [last] else outputs,
            "tflite",
            description=self._tell(),
            stated=self.walk.stated,
        )

    def _tell(self) -> str:
        """What the file is, and what of it is not known."""
        said = "TFLite; parameters are those that the file holds"
        if self.folded:
            norms = "batch norm is" if self.folded == 1 else "batch norms are"
            said += f"; {self.folded} {norms} folded into the layer before"
        unknown = self.walk.unknown
        if unknown:
            told = ", ".join(f"{cut(op, NAME)} ×{n}" for op, n in sorted(unknown.items())[:8])
            said += f"; of unknown counts: {told}"
        if self.left_out:
            told = ", ".join(cut(op, NAME) for op in sorted(self.left_out)[:8])
            said += f"; left out at the end, for the file does not say what it gives: {told}"
        return said.replace("$", "")

    def _hand_on(self) -> None:
        """A graph that changes nothing: what goes in comes out; raises Unreadable if nothing does."""
        for number in self.graph.outputs:
            value = self.walk.values.get(str(number))
            if value is not None and not value.is_constant and self.nodes:
                made = self.walk.add(
                    self.nodes[-1], "identity", {}, [value], value.dims, value.batch
                )
                self.walk.values[str(number)] = made
                return
        raise Unreadable("no node makes anything of what goes in")

    def _outputs(self) -> list[str]:
        """The layers whose results go out, each once."""
        found = []
        for number in self.graph.outputs:
            value = self.walk.values.get(str(number))
            if value is not None and value.layer and value.layer not in found:
                found.append(value.layer)
        named = {entry.keys["name"] for entry in self.walk.entries}
        return [layer for layer in found if layer in named or "." in layer]

    def results_of(self, node: Node, operands: list[Value | None]) -> list[Value] | None:
        """What a node gives; None for a pattern that is none after all."""
        if node.domain == "cnncalc":
            found = read_fused(self.walk, node, operands)
            return None if found is None else [found]
        read = OPERATORS.get(node.op) if not node.domain else LISTS.get(node.op)
        given = [operand for operand in operands if operand is not None]
        constant = given and all(value.is_constant for value in given)
        if constant and node.op == "FULLY_CONNECTED" and not node.domain:
            # The state of zeros in which an unrolled cell begins is a layer: the product is one.
            state = given[0]
            batch = 0 if len(state.dims) > 1 and state.dims[0] == 1 else None
            made = self.walk.as_layer(node, state, batch)
            constant, operands = made is None, [made or state, *operands[1:]]
        if constant and (read is None or node.op not in READS_CONSTANTS) and node.op not in LISTS:
            return [elementwise(node._replace(op=FOLDS.get(node.op, "")), given)] * len(
                node.outputs
            )
        if node.op == "WHILE" and not node.domain:
            return run_loop(self.walk, node, operands) or self._opaque(node, given)
        if read is None:
            return self._opaque(node, given)
        if node.op in HOSTS:
            names = [self.walk.tensor(node.outputs[0]).name]
            self.folded += is_norm_folded(names)
        result = read(self.walk, node, operands)
        return result if isinstance(result, list) else [result]

    def _is_last(self, node: Node) -> bool:
        """Whether no node reads what this one gives."""
        outputs = [str(number) for number in self.graph.outputs]
        return all(self.walk.reads.get(name, 0) == outputs.count(name) for name in node.outputs)

    def results_by_file(self, node: Node, operands: list[Value]) -> list[Value] | None:
        """A node that moves numbers in a way that depends on data."""
        return self._opaque(node, operands, free=True) if any(v.layer for v in operands) else None

    def _opaque(self, node: Node, operands: list[Value], *, free: bool = False) -> list[Value]:
        """A node that is not known, or is `free` of products; the file must say what it gives."""
        walk = self.walk
        data = [value for value in operands if not value.is_constant]
        results: list[Value] = []
        for place, name in enumerate(node.outputs):
            if not walk.reads.get(name):
                results.append(Value(()))
                continue
            tensor = walk.tensor(name)
            many = next((x.dims[x.batch] for x in data if x.batch is not None), 1)
            batch = 0 if len(tensor.dims) > 1 and tensor.dims[0] == many else None
            unsaid = bool(node.domain) and not tensor.dims
            if unsaid or any(axis != batch for axis in tensor.open) or not all(tensor.dims):
                if data and self._is_last(node):
                    # What selects boxes stands behind the network, and says no shapes.
                    self.left_out[node.op] = 1
                    results.append(data[min(place, len(data) - 1)])
                    continue
                raise Unreadable(f"{title(node)} is not known here, and the file does not say what shape "
                                 "it gives", node.line)  # fmt: skip
            free = free or (not node.domain and node.op in FREE)
            params = walk.count([x for x in operands if x.is_constant]) if free else None
            results.append(
                walk.opaque(node, data, tensor.dims, batch, params=params, macs=0 if free else None)
            )
        return results


def _reads(graph: Graph) -> dict[str, int]:
    """How often each tensor is read, by nodes or as an output."""
    found: dict[str, int] = {}
    for node in graph.nodes:
        for name in node.inputs:
            found[name] = found.get(name, 0) + 1
    for number in graph.outputs:
        found[str(number)] = found.get(str(number), 0) + 1
    return found


def _lines_in_use(graph: Graph, nodes: list[Node]) -> set[int]:
    """The nodes on which an output depends, by their lines."""
    wanted, found = {str(number) for number in graph.outputs}, set()
    for node in reversed(nodes):
        if not wanted.isdisjoint(node.outputs):
            found.add(node.line)
            wanted.update(node.inputs)
            for part in node.attributes.get("parts", ()):
                wanted.update(part.inputs)
    return found
