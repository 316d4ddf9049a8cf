"""Inputs that are one example, without an axis for the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.onnx.model import Tensor
from cnncalc.importers.base.onnx.nodes import integers
from cnncalc.importers.base.onnx.values import load_constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.walk import Walk

_AXES_OF_IMAGE = 3
_POINTWISE = ("Identity", "Cast", "Sub", "Add", "Mul", "Div", "Clip")


def is_one_example(walk: Walk, name: str, dims: Sequence[int | str]) -> bool:
    """Whether an input is an image around which its batch is put, as the detectors of torchvision do."""
    if len(dims) != _AXES_OF_IMAGE or dims[0] == 1 or not isinstance(dims[0], int):
        return False
    same = {name}
    for node in walk.graph.nodes:
        if node.domain or not node.inputs or node.inputs[0] not in same:
            continue
        if node.op == "Unsqueeze":
            return _axes(walk, node) == [0]
        if node.op in _POINTWISE:
            same.update(node.outputs)
    return False


def _axes(walk: Walk, node: Node) -> list[int] | None:
    """Where an Unsqueeze puts axes, as far as it is said in the file."""
    if len(node.inputs) == 1:
        return integers(node, "axes")
    name = node.inputs[1]
    held = [walk.graph.weights.get(name)]
    held += [
        value
        for made in walk.graph.nodes
        if made.op == "Constant" and name in made.outputs
        for value in made.attributes.values()
    ]
    tensor = next((value for value in held if isinstance(value, Tensor)), None)
    numbers = load_constant(walk.wire, tensor).numbers if tensor is not None else None
    return None if numbers is None else [int(n) for n in numbers]
