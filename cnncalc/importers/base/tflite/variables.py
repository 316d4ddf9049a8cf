"""Variables, which a file keeps by their names: weights, and states that it writes from call to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.tflite.model import Tensor
    from cnncalc.importers.base.tflite.walk import MapWalk

    Operands = list[Value | None]

_VARIABLE = "variable:"


def handle(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """VAR_HANDLE: which variable is meant."""
    said = node.attributes
    return Value((), source=f"{_VARIABLE}{said['container']}/{said['name']}")


def read_variable(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """READ_VARIABLE; raises Unreadable if it reads none."""
    found = tensor(node, operands)
    if not is_handle(found):
        raise Unreadable(f"{title(node)} reads no variable", node.line)
    return walk.hold(
        variable(found, walk.tensor(node.outputs[0]), walk.written), walk.tensor(node.outputs[0])
    )


def is_handle(value: Value) -> bool:
    """Whether it says which variable is meant."""
    return value.is_constant and value.source.startswith(_VARIABLE)


def variable(found: Value, given: Tensor, written: frozenset[str]) -> Value:
    """A variable as the weight that it is, unless it is written: its shape is that of what is read."""
    return Value(
        given.dims, source=found.source, learnt=given.is_learnt and found.source not in written
    )


def find_written(nodes: Iterable[Node]) -> frozenset[str]:
    """The variables that nodes assign: they are states."""
    handles: dict[str, str] = {}
    written = set()
    for node in nodes:
        if node.op == "VAR_HANDLE" and node.outputs:
            handles[node.outputs[0]] = (
                f"{_VARIABLE}{node.attributes['container']}/{node.attributes['name']}"
            )
        elif node.op == "ASSIGN_VARIABLE" and node.inputs and node.inputs[0] in handles:
            written.add(handles[node.inputs[0]])
    return frozenset(written)
