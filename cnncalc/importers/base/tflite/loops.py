"""WHILE: what a loop computes is what its body does, as often as its condition lets it.

The shapes in a body stand in the file, so its products are counted by them. A body that is a cell of Keras is
the recurrent layer; of any other the arithmetic is known, and what it gives.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.importers.base.cells import Cell, find_cell
from cnncalc.importers.base.onnx.values import Value
from cnncalc.importers.base.tflite.codes import CELLS
from cnncalc.importers.base.tflite.lists import IN_STEPS, filled_list
from cnncalc.importers.base.tflite.operators import FOLDS, FREE, OPERATORS
from cnncalc.importers.base.tflite.variables import is_handle, variable
from cnncalc.importers.base.tflite.walk import load_constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.tflite.model import Graph, Tensor
    from cnncalc.importers.base.tflite.walk import MapWalk

    Operands = Sequence[Value | None]

_PRODUCTS = (
    "CONV_2D", "CONV_3D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV", "CONV_3D_TRANSPOSE", "FULLY_CONNECTED",
    "BATCH_MATMUL",
)  # fmt: skip
_STATE = 1 << 20
"""So many bytes of what a loop begins in are looked at; what is larger is a state of zeros."""


class Loop(NamedTuple):
    """The two graphs of a loop, which read alike: whether there is another step, and the step."""

    condition: Graph
    body: Graph

    def is_kept(self, index: int) -> bool:
        """Whether a step hands on an operand as it is."""
        body = self.body
        return index < len(body.outputs) and body.inputs[index] == body.outputs[index]


def run_loop(walk: MapWalk, node: Node, operands: Operands) -> list[Value] | None:
    """What a loop gives; None if its graphs are not there, or do not fit."""
    attributes = node.attributes
    graphs = [walk.loops.get(attributes.get(key, -1)) for key in ("cond", "body")]
    if graphs[0] is None or graphs[1] is None:
        return None
    loop = Loop(graphs[0], graphs[1])
    count = len(operands)
    if any(
        len(part) != count for part in (loop.condition.inputs, loop.body.inputs, loop.body.outputs)
    ):
        return None
    given = [
        i for i, name in enumerate(node.outputs) if walk.reads.get(name) and not loop.is_kept(i)
    ]
    steps = _count_steps(walk, loop, operands)
    made = _as_cell(walk, node, loop, operands, given, steps)
    if made is None:
        made = _as_opaque(walk, node, loop, operands, given, steps)
    results = []
    for i, operand in enumerate(operands):
        results.append(made.get(i) or (operand if loop.is_kept(i) and operand else Value(())))
    return results


def _constant(walk: MapWalk, graph: Graph, key: str) -> Value | None:
    """A tensor of a graph that the file holds; None for what is computed."""
    tensor = graph.tensors[int(key.rstrip("~"))] if key else None
    if tensor is None or (tensor.place is None and tensor.elements):
        return None
    return load_constant(walk.buffer, tensor)


def _number(value: Value | None) -> float | None:
    return (
        value.numbers[0]
        if value is not None and value.numbers and len(value.numbers) == 1
        else None
    )


def _count_steps(walk: MapWalk, loop: Loop, operands: Operands) -> int | None:
    """How often the body runs: the condition holds counters, and nothing else, against limits."""
    counts = []
    for node in loop.condition.nodes:
        if node.op == "LESS":
            counts.append(_until(walk, loop, operands, node))
        elif node.op != "LOGICAL_AND":
            return None
    known = [count for count in counts if count is not None]
    return min(known) if known and len(known) == len(counts) else None


def _until(walk: MapWalk, loop: Loop, operands: Operands, node: Node) -> int | None:
    """The steps until a counter has reached its limit."""
    condition, body = loop
    inputs = [str(number) for number in condition.inputs]
    counter, limit = node.inputs
    if counter not in inputs:
        return None
    at = inputs.index(counter)
    most = _number(_constant(walk, condition, limit))
    if limit in inputs and loop.is_kept(inputs.index(limit)):
        most = _number(operands[inputs.index(limit)])
    start = _number(operands[at])
    adds = next(
        (n for n in body.nodes if n.op == "ADD" and n.outputs == [str(body.outputs[at])]), None
    )
    if most is None or start is None or adds is None or str(body.inputs[at]) not in adds.inputs:
        return None
    [other] = [name for name in adds.inputs if name != str(body.inputs[at])] or [""]
    step = _number(_constant(walk, body, other))
    if step is None or step != int(step) or step < 1 or start != int(start) or most != int(most):
        return None
    return max(-(-int(most - start) // int(step)), 0)


def _weights(walk: MapWalk, loop: Loop, operands: Operands) -> list[Value]:
    """What a loop multiplies by or adds: constants of its body, and those that it is given and hands on.

    What it begins in counts only if it is not zero.
    """
    held: dict[str, Value] = {}
    for node in loop.body.nodes:
        found = [_constant(walk, loop.body, key) for key in node.inputs]
        if node.op == "READ_VARIABLE":
            found = [_variable(walk, loop, operands, node)]
        held |= {x.source: x for x in found if x is not None and x.learnt and x.elements > 1}
    for i, operand in enumerate(operands):
        if operand is None or not operand.is_constant or not operand.learnt or operand.elements < 2:
            continue
        if loop.is_kept(i) or not _is_zero(walk, operand):
            held[operand.source] = operand
    return list(held.values())


def _variable(walk: MapWalk, loop: Loop, operands: Operands, node: Node) -> Value | None:
    """The weight that a step reads of a variable, which the loop is told."""
    inputs = [str(number) for number in loop.body.inputs]
    told = (
        operands[inputs.index(node.inputs[0])] if node.inputs and node.inputs[0] in inputs else None
    )
    if told is None or not is_handle(told):
        return None
    given = loop.body.tensors[int(node.outputs[0])]
    return walk.hold(variable(told, given, walk.written), given)


def _is_zero(walk: MapWalk, value: Value) -> bool:
    tensor = next((t for t in walk.tflite.tensors if f"buffer{t.buffer}" == value.source), None)
    place = tensor.place if tensor is not None else None
    return place is None or not any(walk.buffer.read(place.start, min(place.length, _STATE)))


def _count_products(loop: Loop) -> int | None:
    """The products of one step that are summed up; None if an operator is not known."""
    total = 0
    for node in loop.body.nodes:
        if node.op in _PRODUCTS and not node.domain:
            operands = [loop.body.tensors[int(key)] for key in node.inputs if key]
            total += _products(node, operands, loop.body.tensors[int(node.outputs[0].rstrip("~"))])
        elif node.op not in IN_STEPS and (
            node.domain
            or node.op in CELLS
            or not (node.op in OPERATORS or node.op in FOLDS or node.op in FREE)
        ):
            return None
    return total


def _products(node: Node, operands: Sequence[Tensor], output: Tensor) -> int:
    """The products of one operator, by the shapes of the file."""
    x, weight = operands[:2]
    if node.op == "BATCH_MATMUL":
        return output.elements * x.dims[-2 if node.attributes["adj_x"] else -1]
    if node.op == "FULLY_CONNECTED":
        return x.elements * weight.dims[0]
    if "TRANSPOSE" in node.op:
        return operands[2].elements // operands[2].dims[-1] * weight.elements
    return output.elements // output.dims[-1] * weight.elements


def _dims_of(walk: MapWalk, node: Node, loop: Loop, operands: Operands, i: int) -> tuple[int, ...]:
    """The shape of what a loop gives in a place."""
    operand = operands[i]
    filled = filled_list(operand, loop.body, loop.body.outputs[i]) if operand is not None else None
    return walk.tensor(node.outputs[i]).dims if filled is None else filled


def _as_opaque(
    walk: MapWalk,
    node: Node,
    loop: Loop,
    operands: Operands,
    given: Sequence[int],
    steps: int | None,
) -> dict[int, Value]:
    """What a loop gives, by its places: the first has its weights and products."""
    each = _count_products(loop)
    params: int | None = walk.count(_weights(walk, loop, operands))
    macs = None if each is None or steps is None else each * steps
    data = [value for value in operands if value is not None and not value.is_constant]
    many = next((x.dims[x.batch] for x in data if x.batch is not None), 1)
    made: dict[int, Value] = {}
    for i in given:
        dims = _dims_of(walk, node, loop, operands, i)
        batch = 0 if len(dims) > 1 and dims[0] == many else None
        share = macs if macs is None else macs // max(many, 1)
        made[i] = walk.opaque(node, data, dims, batch, params=params, macs=share)
        params, macs = 0, 0
    return made


def _as_cell(
    walk: MapWalk,
    node: Node,
    loop: Loop,
    operands: Operands,
    given: Sequence[int],
    steps: int | None,
) -> dict[int, Value] | None:
    """The recurrent layer that a loop is; None if it is none, or more than its sequence is read."""
    rows = [x for i, x in enumerate(operands) if x and not x.is_constant and loop.is_kept(i)]
    if len(given) != 1 or len(rows) != 1 or not steps:
        return None
    # What a loop reads and gives has the time in front, and the batch behind it.
    [x], known = rows, _dims_of(walk, node, loop, operands, given[0])
    if len(x.dims) != 3 or len(known) != 3 or x.dims[:2] != (steps, 1) or known[1] != 1:
        return None
    if known[0] not in (1, steps):
        return None
    held = _weights(walk, loop, operands)
    features, units = x.dims[2], known[2]
    cell = _cell_of(loop.body)
    whole = known[0] == steps > 1
    stored = sum(value.elements for value in held)
    keys = None if cell is None else cell.keys(units, stored, features, whole=whole)
    if cell is None or keys is None:
        return None
    row = walk.reshape(node, x, (1, steps, features), 0)
    macs = steps * cell.matrices(features, units)
    dims = (1, steps, units) if whole else (1, units)
    made = walk.add_weighted(node, cell.kind, keys, row, held, dims, 0, macs=macs)
    return {given[0]: walk.reshape(node, made, known, None if whole else 1)}


def _cell_of(body: Graph) -> Cell | None:
    """The recurrent layer of which a graph is a step; None if it is none."""
    ops = Counter(part.op for part in body.nodes)
    products = ops["FULLY_CONNECTED"] + ops["BATCH_MATMUL"]
    if products != sum(ops[op] for op in _PRODUCTS):
        return None
    return find_cell(products, ops["LOGISTIC"], ops["TANH"])
