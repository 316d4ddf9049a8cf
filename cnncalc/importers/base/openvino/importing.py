"""The way through a network of OpenVINO."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.importing import Import
from cnncalc.importers.base.onnx.model import Model
from cnncalc.importers.base.onnx.values import Value
from cnncalc.importers.base.openvino.attributes import Lost
from cnncalc.importers.base.openvino.blocks import join_blocks
from cnncalc.importers.base.openvino.graph import LOOP
from cnncalc.importers.base.openvino.loops import run_loop
from cnncalc.importers.base.openvino.operators import ARITHMETIC, FREE, MOVING, OPERATORS, PLAIN
from cnncalc.importers.base.wire import Wire

if TYPE_CHECKING:
    from cnncalc.importers.base.model_file import Asked
    from cnncalc.importers.base.onnx.model import Graph, Node
    from cnncalc.importers.base.openvino.graph import Weights

_NEW = 20
"""The version of ONNX whose operators are written like these."""

_LAST_TO_FIRST = {3: (0, 2, 1), 4: (0, 3, 1, 2), 5: (0, 4, 1, 2, 3)}
"""The order of axes, by their number, in which the channels come from the end to the front."""


class OpenVino(Import):
    """Goes through the layers of a network of OpenVINO."""

    dialect = "openvino"
    operators = OPERATORS
    moving = MOVING
    plain = PLAIN
    free = FREE
    arithmetic = ARITHMETIC
    help_unknown = "reshape the model to fixed sizes before it is saved"

    def __init__(self, graph: Graph, weights: Weights, asked: Asked | None = None) -> None:
        """The constants of the graph are places in the file of the weights."""
        self._missing = weights.missing
        super().__init__(Model("", _NEW, graph), Wire(weights), asked)
        self.walk.joins_turns = self.walk.has_apart_biases = True

    def recognise(self, wire: Wire) -> list[Node]:
        """The nodes; inputs whose channels are moved to the front have them there."""
        self.graph.nodes[:] = map(self._turn_input, self.graph.nodes)
        return join_blocks(self.graph)

    def maker(self) -> str:
        """What the file is."""
        lost = f"; without {self._missing}" if self._missing else ""
        return f"OpenVINO IR{lost}"

    def _turn_input(self, node: Node) -> Node:
        """What moves the channels of an input to the front, and is all that reads it, does nothing."""
        name = node.inputs[0] if node.inputs else ""
        if node.op != "Transpose" or len(node.inputs) < 2 or name not in self.graph.inputs:
            return node
        code, dims = self.graph.inputs[name]
        order = _LAST_TO_FIRST.get(len(dims or ()))
        tensor = self.graph.weights.get(node.inputs[1])
        if dims is None or order is None or tensor is None or self.reads.get(name) != 1:
            return node
        said = self.walk.value(node.inputs[1], node)
        numbers = said.numbers if said is not None else None
        stated = self.graph.stated.get(node.outputs[0])
        if numbers is None and stated == tuple(dims[axis] for axis in order):
            numbers = order
        if numbers is None or tuple(numbers) != order:
            return node
        self.graph.inputs[name] = code, tuple(dims[axis] for axis in order)
        return node._replace(op="Identity", inputs=[name])

    def results_of(self, node: Node, operands: list[Value | None]) -> list[Value] | None:
        """What a node gives; where numbers are missing that say it, its shape alone."""
        if LOOP in node.attributes:
            found = run_loop(self.walk, node, operands, (*OPERATORS, *FREE, "Result"))
            if found is not None:
                return found
        try:
            return super().results_of(node, operands)
        except Lost:
            given = [value for value in operands if value is not None]
            if all(value.is_constant for value in given):
                return self.compute(node, given)
            if any(not _is_known(self.graph.stated.get(name)) for name in node.outputs):
                raise
            return self.opaque(node._replace(op="NonZero"), given)

    def compute(self, node: Node, operands: list[Value]) -> list[Value]:
        """What a node gives that reads constants alone, its shape at least; raises Unreadable."""
        if node.op in self.arithmetic:
            return super().compute(node, operands)
        learnt = any(value.learnt for value in operands)
        found = []
        for name in node.outputs:
            dims = [n for n in self.graph.stated.get(name, ()) if isinstance(n, int)]
            if len(dims) < len(self.graph.stated.get(name, ())):
                raise Unreadable("the file does not say what shape a constant has", node.line)
            found.append(
                Value(tuple(dims), source=name, learnt=learnt and node.op not in self.free)
            )
        return found


def _is_known(dims: tuple[int | str, ...] | None) -> bool:
    """Whether all lengths but that of the batch are."""
    return dims is not None and all(isinstance(n, int) for n in dims[1:])
