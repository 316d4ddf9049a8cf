"""The way through a graph of TensorFlow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.importing import Import
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.tfjs.loops import LISTS, run_loop
from cnncalc.importers.base.tfjs.operators import ARITHMETIC, FREE, MOVING, OPERATORS, PLAIN
from cnncalc.importers.base.tfjs.steps import LOOP, PARTS
from cnncalc.importers.base.tfjs.walk import MapWalk
from cnncalc.importers.base.tfjs.windows import FOLDED
from cnncalc.importers.base.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cnncalc.importers.base.model_file import Asked
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.tfjs.graph import Read

_WEIGHTED = re.compile(r"_?(Fused)?(Conv|Depthwise|MatMul)")
_OPERATOR = re.compile(
    r"/(Conv2D|Conv3D|BiasAdd|MatMul|FusedBatchNorm\w*|depthwise|separable_conv2d|convolution|Relu6?|Elu|Softmax"
    r"|MaxPool|AvgPool|Sigmoid|Tanh|add|Add|concat|Mean|Pad|Reshape|LeakyRelu)(_\d+)?$"
)
_NEW = 20
"""The version of ONNX whose softmax is along one axis."""


class TensorFlow(Import):
    """Goes through the nodes of a graph of TensorFlow."""

    dialect = "tfjs"
    walker = MapWalk
    operators = OPERATORS
    moving = MOVING
    plain = PLAIN
    free = FREE
    arithmetic = ARITHMETIC
    help_unknown = "open an issue for operators of CNNs that should be read"

    def __init__(self, read: Read, asked: Asked | None = None) -> None:
        """Of a graph that was read."""
        self._missing = read.shards.missing
        super().__init__(read.model._replace(opset=_NEW), Wire(read.shards), asked)
        self.walk.joins_turns = True
        self.walk.values |= read.constants

    def recognise(self, wire: Wire) -> list[Node]:
        """The nodes, called as their layers; dilated convolutions in one piece."""
        self.graph.nodes[:] = map(_Caller(self.graph.nodes).call, self._join_blocks())
        return super().recognise(wire)

    def maker(self) -> str:
        """What the file is, and who made it."""
        made = f" by {cut(self.model.producer, NAME)}" if self.model.producer else ""
        lost = f"; without {cut(self._missing[0], NAME)}" if self._missing else ""
        return f"TensorFlow.js graph model{made}{lost}"

    @staticmethod
    def space(rank: int) -> range:
        """Which axes of an input are those of space: the channels are behind them."""
        return range(1, rank - 1)

    def run_node(self, node: Node) -> None:
        """One node; raises Unreadable that names it."""
        if node.op in PARTS:
            raise _refuse_loop(node)
        super().run_node(node)

    def results_of(self, node: Node, operands: list[Value | None]) -> list[Value] | None:
        """What a node gives; a loop as a whole. Raises Unreadable for one that is not read."""
        if LOOP in node.attributes:
            found = run_loop(self.walk, node, operands, (*OPERATORS, *FREE))
            if found is None:
                raise _refuse_loop(node)
            return found
        if (read := LISTS.get(node.op)) is not None:
            return [read(self.walk, node, operands)]
        return super().results_of(node, operands)

    def _join_blocks(self) -> list[Node]:
        """Convolutions between SpaceToBatchND and BatchToSpaceND are dilated ones."""
        nodes = self.graph.nodes
        made_by = {node.outputs[0]: node for node in nodes}
        changed: dict[int, Node] = {}
        gone: set[int] = set()
        for node in nodes:
            if node.op != "BatchToSpaceND":
                continue
            inner = _above(node, made_by, _BEHIND)
            first = _above(inner, made_by, _BEFORE, last=True) if inner is not None else None
            outer = made_by.get((first or node).inputs[0])
            if inner is None or first is None or outer is None or outer.op != "SpaceToBatchND":
                continue
            changed[node.line] = node._replace(op="Identity", inputs=node.inputs[:1])
            said = {**inner.attributes, FOLDED: [*outer.inputs[1:3], node.inputs[2]]}
            changed[inner.line] = inner._replace(attributes=said)
            first = changed.get(first.line, first)
            changed[first.line] = first._replace(inputs=[outer.inputs[0], *first.inputs[1:]])
            if self.reads.get(outer.outputs[0]) == 1:
                gone.add(outer.line)
        return [changed.get(node.line, node) for node in nodes if node.line not in gone]


def _refuse_loop(node: Node) -> Unreadable:
    return Unreadable(f"{title(node)} is part of a loop, which is not read", node.line,
                      help="write a layers model: --output_format=tfjs_layers_model")  # fmt: skip


_BEHIND = ("BiasAdd", "Squeeze", "Add", "AddV2")
_BEFORE = ("ExpandDims",)


def _above(
    node: Node, made_by: Mapping[str, Node], between: Collection[str], *, last: bool = False
) -> Node | None:
    """The convolution above a node, behind some operators `between`; or the `last` of these."""
    if last:
        above = made_by.get(node.inputs[0])
        return above if above is not None and above.op in between else node
    for _ in range(len(between)):
        above = made_by.get(node.inputs[0]) if node.inputs else None
        if above is None or _WEIGHTED.match(above.op):
            return above
        if above.op not in between:
            return None
        node = above
    return None


class _Caller:
    """What nodes are called: without the scope that all have, and the operator behind the layer."""

    def __init__(self, nodes: list[Node]) -> None:
        scopes = [node.name.split("/")[:-1] for node in nodes if _WEIGHTED.match(node.op)]
        same: list[str] = []
        for parts in zip(*scopes, strict=False) if len(scopes) > 1 else ():
            if len(set(parts)) > 1:
                break
            same.append(parts[0])
        self._scope = "/".join(same)

    def call(self, node: Node) -> Node:
        """A node by another name."""
        name = node.name
        if self._scope and name.startswith(f"{self._scope}/"):
            name = name[len(self._scope) + 1 :]
        return node._replace(name=_OPERATOR.sub("", name))
