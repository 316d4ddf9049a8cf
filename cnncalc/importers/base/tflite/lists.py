"""Lists of tensors, which a loop fills: operators of TensorFlow itself in a file of TFLite.

A list that a loop gives stands here for what it becomes, its elements one behind the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.values import Value

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.tflite.model import Graph
    from cnncalc.importers.base.tflite.walk import MapWalk

    Operands = list[Value | None]

_LIST = "list:"
SET_ITEM = "FlexTensorListSetItem"


def _reserve(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """TensorListReserve: a list of so many elements, none of which is known yet."""
    count = whole(tensor(node, operands, 1), f"the length of {title(node)}")
    return Value((), source=f"{_LIST}{count[0]}")


def _pass(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """TensorListFromTensor and TensorListStack: the same numbers."""
    return tensor(node, operands)


LISTS: dict[str, Any] = {
    "FlexTensorListReserve": _reserve, "FlexTensorListStack": _pass, "FlexTensorListFromTensor": _pass,
}  # fmt: skip
"""The operators that are read, by their names."""

IN_STEPS = (SET_ITEM, "FlexTensorListGetItem")
"""Those that a step of a loop may have."""


def filled_list(value: Value, body: Graph, output: int) -> tuple[int, ...] | None:
    """The shape of all elements of a list, which a step fills; None if it is none, or is not filled."""
    if not value.is_constant or not value.source.startswith(_LIST):
        return None
    made = (node for node in body.nodes if node.op == SET_ITEM and str(output) in node.outputs)
    item = next((node.inputs[2] for node in made if len(node.inputs) > 2), "")
    return (int(value.source[len(_LIST) :]), *body.tensors[int(item)].dims) if item else None
