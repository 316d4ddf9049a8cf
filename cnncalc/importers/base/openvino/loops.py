"""Loop and TensorIterator: what a step computes, by the shapes of the file, as often as it runs."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.onnx.values import Value, load_constant
from cnncalc.importers.base.openvino.graph import LOOP

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cnncalc.importers.base.onnx.model import Graph, Node
    from cnncalc.importers.base.onnx.walk import Walk
    from cnncalc.importers.base.openvino.graph import Loop

    Operands = Sequence[Value | None]

_CELLS = {"LSTMCell": (3, 4), "GRUCell": (2, 3), "RNNCell": (2, 3)}
"""Cells, and which of their operands are matrices."""


def run_loop(
    walk: Walk, node: Node, operands: Operands, known: Collection[str]
) -> list[Value] | None:
    """What a loop gives, of which operators of a step that are `known` have no products that are not counted.

    None if the body was not read, or has other operators, or the file does not say what comes out.
    """
    loop: Loop | None = node.attributes.get(LOOP)
    each = None if loop is None else _count_products(loop.body, known)
    if loop is None or each is None:
        return None
    data = [value for value in operands if value is not None and not value.is_constant]
    many = next((x.dims[x.batch] for x in data if x.batch is not None), 1)
    read = [name for name in node.outputs if walk.reads.get(name)]
    shapes = {name: _shape(walk.graph, name, many) for name in read}
    if not data or None in shapes.values():
        return None
    steps = _count_steps(walk, loop, operands)
    params: int | None = walk.count(_weights(loop.body, node.name))
    macs = None if steps is None else each * steps
    made: dict[str, Value] = {}
    for name, found in shapes.items():
        dims, batch = found or ((), None)
        made[name] = walk.opaque(node, data, dims, batch, params=params, macs=macs)
        params, macs = 0, 0
    return [made.get(name, Value(())) for name in node.outputs]


def _shape(graph: Graph, name: str, many: int) -> tuple[tuple[int, ...], int | None] | None:
    """What the file says of a value, and which axis is the batch: one that is open, else the first.

    None if it leaves more of it open.
    """
    said = graph.stated.get(name, ())
    opened = [axis for axis, n in enumerate(said) if not isinstance(n, int)]
    if len(opened) > 1:
        return None
    dims = tuple(n if isinstance(n, int) else many for n in said)
    if opened:
        return dims, opened[0]
    return dims, 0 if len(dims) > 1 and dims[0] == many else None


def _dims(graph: Graph, name: str) -> tuple[int, ...]:
    """The lengths of a value of a step for one example; raises LookupError if the file does not say them."""
    tensor = graph.weights.get(name)
    said = graph.stated[name] if tensor is None else tensor.dims
    return tuple(n if isinstance(n, int) else 1 for n in said)


def _count_products(body: Graph, known: Collection[str]) -> int | None:
    """The products of one step that are summed up; None if they are not known."""
    total = 0
    for node in body.nodes:
        if node.domain or LOOP in node.attributes:
            return None
        try:
            found = _products(body, node)
        except (LookupError, ZeroDivisionError):
            return None
        if found is None and node.op not in known:
            return None
        total += found or 0
    return total


def _products(body: Graph, node: Node) -> int | None:
    """The products of an operator, by the shapes of the file; None if it is none that has any."""
    op = node.op
    if op == "MatMul":
        x = _dims(body, node.inputs[0])
        turned = str(node.attributes.get("transpose_a", "")).lower() in ("true", "1")
        return prod(_dims(body, node.outputs[0])) * x[-2 if turned else -1]
    if op in ("Convolution", "GroupConvolution"):
        out = _dims(body, node.outputs[0])
        return prod(out) // out[1] * prod(_dims(body, node.inputs[1]))
    if op in ("ConvolutionBackpropData", "GroupConvolutionBackpropData"):
        x = _dims(body, node.inputs[0])
        return prod(x) // x[1] * prod(_dims(body, node.inputs[1]))
    if op in _CELLS:
        matrices = (_dims(body, node.inputs[index]) for index in _CELLS[op])
        return sum(map(prod, matrices))
    return None


def _weights(body: Graph, name: str) -> list[Value]:
    """The constants of a step that are learnt; the same step of another loop has its own."""
    held = (load_constant_of(tensor) for tensor in body.weights.values())
    return [x._replace(source=f"{name}/{x.source}") for x in held if x.learnt and x.elements > 1]


def load_constant_of(tensor: Any) -> Value:
    """A constant without its numbers."""
    return load_constant(None, tensor._replace(place=None))  # type: ignore[arg-type]


def _number(walk: Walk, graph: Graph, name: str) -> float | None:
    """A constant of a step that is one number."""
    tensor = graph.weights.get(name)
    if tensor is None or tensor.place is None or tensor.elements != 1:
        return None
    numbers = load_constant(walk.wire, tensor).numbers
    return numbers[0] if numbers else None


def _count_steps(walk: Walk, loop: Loop, operands: Operands) -> int | None:
    """How often a loop runs: as often as it takes a part of what it reads, or as it says."""
    given = dict(zip(loop.ports, operands, strict=False))
    for said in loop.inside.inputs:
        x = given.get(said.get("external_port_id", ""))
        if "axis" in said and x is not None:
            axis, part = int(said["axis"]), abs(int(said.get("part_size", "1"))) or 1
            return x.dims[axis] // part
    first = operands[0] if operands else None
    if first is not None and first.numbers and first.numbers[0] >= 0 and len(first.numbers) == 1:
        return int(first.numbers[0])
    return _count_by_condition(walk, loop, given)


def _count_by_condition(walk: Walk, loop: Loop, given: dict[str, Value | None]) -> int | None:
    """The steps until one of the counters that a step compares has reached its limit."""
    made_by = {name: node for node in loop.body.nodes for name in node.outputs}
    ends = [
        _until(walk, loop, given, made_by, node) for node in loop.body.nodes if node.op == "Less"
    ]
    known = [n for n in ends if n is not None]
    return min(known) if known and len(known) == len(ends) else None


def _until(
    walk: Walk, loop: Loop, given: dict[str, Value | None], made_by: dict[str, Node], node: Node
) -> int | None:
    """After how many steps a counter that a step has raised by one is no longer less than its limit."""
    raised = made_by.get(node.inputs[0])
    limit = _number(walk, loop.body, node.inputs[1])
    if raised is None or raised.op != "Add" or limit is None:
        return None
    counter, by = raised.inputs
    if _number(walk, loop.body, by) != 1:
        return None
    layer = counter.partition(":")[0]
    port = next((said.get("external_port_id", "") for said in loop.inside.inputs
                 if said.get("internal_layer_id") == layer), "")  # fmt: skip
    start = given.get(port)
    if start is None or not start.numbers or len(start.numbers) != 1:
        return None
    return max(int(limit - start.numbers[0]), 1)
