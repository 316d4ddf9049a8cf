"""While: what a loop computes is what its step does, as often as its condition lets it.

A step that is a cell of Keras is the recurrent layer; of any other the products of matrices are counted, as far
as they are those of weights.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.cells import find_cell
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.values import Value, load_constant
from cnncalc.importers.base.tfjs.steps import LOOP

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cnncalc.importers.base.cells import Cell
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.walk import Walk
    from cnncalc.importers.base.tfjs.steps import Loop, Step

    Operands = Sequence[Value | None]

_LIST = "list:"
_PRODUCTS = ("MatMul", "_FusedMatMul", "FusedMatMul")
_IN_STEPS = ("TensorListGetItem", "TensorListSetItem", "NoOp", "Const", *_PRODUCTS)
_SAME = ("Identity", "Enter", "StopGradient", "Snapshot")


def _reserve(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """TensorListReserve: a list of so many elements, none of which is known yet."""
    count = whole(tensor(node, operands, 1), f"the length of {title(node)}")
    return Value((), source=f"{_LIST}{count[0]}")


def _pass(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """TensorListFromTensor and TensorListStack: the same numbers, one behind the other."""
    return tensor(node, operands)


LISTS: dict[str, Any] = {
    "TensorListReserve": _reserve, "TensorListStack": _pass, "TensorListFromTensor": _pass,
}  # fmt: skip
"""The operators of lists that stand outside of loops."""


def run_loop(
    walk: Walk, node: Node, operands: Operands, known: Collection[str]
) -> list[Value] | None:
    """What a loop gives, of which operators of a step that are `known` have no products that are not counted.

    None if the graph does not tell what comes out.
    """
    loop: Loop = node.attributes[LOOP]
    counts = {len(part) for part in (loop.body.inputs, loop.body.outputs, loop.condition.inputs)}
    if counts != {len(operands)}:
        return None
    return _Running(walk, node, operands, loop).run(known)


class _Running:
    """A loop that is run on what goes in."""

    def __init__(self, walk: Walk, node: Node, operands: Operands, loop: Loop) -> None:
        self.walk, self.node, self.operands, self.loop = walk, node, operands, loop
        self.made_by = {name: part for part in loop.body.nodes for name in part.outputs}

    def run(self, known: Collection[str]) -> list[Value] | None:
        """What comes out of each slot; None if that is not known."""
        read = [
            i
            for i, name in enumerate(self.node.outputs)
            if self.walk.reads.get(name) and not self.is_kept(i)
        ]
        shapes = {i: self._dims(i) for i in read}
        data = [value for value in self.operands if value is not None and not value.is_constant]
        if not data or None in shapes.values():
            return None
        steps = self._count_steps()
        found = self._as_cell(shapes, steps) or self._as_opaque(shapes, steps, data, known)
        return [
            found.get(i) or (operand if operand is not None and self.is_kept(i) else Value(()))
            for i, operand in enumerate(self.operands)
        ]

    def is_kept(self, i: int) -> bool:
        """Whether a step hands on a slot as it is."""
        return self._origin(self.loop.body.outputs[i]) == self.loop.body.inputs[i]

    def _origin(self, name: str) -> str:
        """A value of a step, before what hands it on."""
        seen = 0
        while (part := self.made_by.get(name)) is not None and part.op in _SAME and part.inputs:
            name, seen = part.inputs[0], seen + 1
            if seen > len(self.made_by):
                break
        return name

    def _dims(self, i: int) -> tuple[int, ...] | None:
        """The shape of what comes out of a slot: that of what goes in, or of a list that the steps fill."""
        operand, body = self.operands[i], self.loop.body
        if operand is None or not operand.source.startswith(_LIST):
            return operand.dims if operand is not None else None
        part = self.made_by.get(self._origin(body.outputs[i]))
        if part is None or part.op != "TensorListSetItem" or len(part.inputs) < 3:
            return None
        item = self._origin(part.inputs[2])
        # Keras writes down the state, which is as large as the one that goes in.
        states = (
            state
            for state, given in zip(self.operands, body.outputs, strict=True)
            if self._origin(given) == item and state is not None and state.dims
        )
        found = next(states, None)
        return None if found is None else (int(operand.source[len(_LIST) :]), *found.dims)

    def _constant(self, step: Step, name: str) -> Value | None:
        """What is the same in all steps; None for what is computed in them."""
        name = self._origin(name)
        if name in step.inputs:
            at = step.inputs.index(name)
            operand = self.operands[at]
            return (
                operand
                if operand is not None and operand.is_constant and self.is_kept(at)
                else None
            )
        if name in step.constants:
            return step.constants[name]
        stored = step.weights.get(name)
        return None if stored is None else load_constant(self.walk.wire, stored)

    def _weights(self) -> list[Value]:
        """What the steps multiply by or add: each once."""
        held: dict[str, Value] = {}
        for part in self.loop.body.nodes:
            for name in part.inputs:
                value = self._constant(self.loop.body, name)
                if value is not None and value.learnt and value.elements > 1:
                    held[value.source] = value
        return list(held.values())

    def _count_steps(self) -> int | None:
        """How often the body runs: the condition holds counters, and nothing else, against limits."""
        ends = []
        for part in self.loop.condition.nodes:
            if part.op == "Less":
                ends.append(self._until(*part.inputs[:2]))
            elif part.op not in ("LogicalAnd", "Const", "Identity"):
                return None
        known = [end for end in ends if end is not None]
        return min(known) if known and len(known) == len(ends) else None

    def _until(self, counter: str, limit: str) -> int | None:
        """The steps until a counter, raised by one each time, has reached its limit."""
        condition, body = self.loop
        most = _number(self._constant(condition, limit))
        if counter not in condition.inputs or most is None:
            return None
        at = condition.inputs.index(counter)
        start = _number(self.operands[at])
        part = self.made_by.get(self._origin(body.outputs[at]))
        if start is None or part is None or part.op not in ("Add", "AddV2"):
            return None
        names = [self._origin(name) for name in part.inputs]
        others = [name for name in names if name != body.inputs[at]]
        if len(others) != 1 or _number(self._constant(body, others[0])) != 1:
            return None
        return max(int(most - start), 0)

    def _as_opaque(
        self,
        shapes: dict[int, tuple[int, ...] | None],
        steps: int | None,
        data: Sequence[Value],
        known: Collection[str],
    ) -> dict[int, Value]:
        """What comes out, by its slots: the first has the weights and the products."""
        each = self._count_products(known)
        params: int | None = self.walk.count(self._weights())
        macs = None if each is None or steps is None else each * steps
        many = next((x.dims[x.batch] for x in data if x.batch is not None), 1)
        found = {}
        for i, dims in shapes.items():
            batch = _batch(dims or (), many)
            found[i] = self.walk.opaque(
                self.node, data, dims or (), batch, params=params, macs=macs
            )
            params, macs = 0, 0
        return found

    def _count_products(self, known: Collection[str]) -> int | None:
        """The products of a step for one example; None if an operator or a matrix is not known."""
        total = 0
        for part in self.loop.body.nodes:
            if LOOP in part.attributes or (part.op not in known and part.op not in _IN_STEPS):
                return None
            if part.op in _PRODUCTS:
                matrix = self._constant(self.loop.body, part.inputs[1])
                if matrix is None:
                    return None
                total += matrix.elements
        return total

    def _as_cell(
        self, shapes: dict[int, tuple[int, ...] | None], steps: int | None
    ) -> dict[int, Value] | None:
        """The recurrent layer that a loop is; None if it is none, or more than its sequence is read."""
        rows = [
            x for i, x in enumerate(self.operands) if x and not x.is_constant and self.is_kept(i)
        ]
        if len(shapes) != 1 or len(rows) != 1 or not steps:
            return None
        [(place, known)], [x] = shapes.items(), rows
        # What a loop reads and gives has the time in front, and the batch behind it.
        if known is None or len(x.dims) != 3 or len(known) != 3 or x.dims[:2] != (steps, known[1]):
            return None
        if known[0] not in (1, steps) or x.batch != 1:
            return None
        held, features, units = self._weights(), x.dims[2], known[2]
        cell = _cell_of(self.loop.body.nodes)
        entire = known[0] == steps > 1
        stored = sum(value.elements for value in held)
        keys = None if cell is None else cell.keys(units, stored, features, whole=entire)
        if cell is None or keys is None:
            return None
        walk, many = self.walk, known[1]
        row = walk.reshape(self.node, x, (many, steps, features), 0)
        dims = (many, steps, units) if entire else (many, units)
        macs = steps * cell.matrices(features, units)
        made = walk.add_weighted(self.node, cell.kind, keys, row, held, dims, 0, macs=macs)
        return {place: walk.reshape(self.node, made, known, 1)}


def _batch(dims: tuple[int, ...], many: int) -> int | None:
    """Which axis is the batch: of what steps fill, the second."""
    at = 1 if len(dims) > 2 else 0
    return at if len(dims) > 1 and dims[at] == many else None


def _number(value: Value | None) -> float | None:
    """A constant that is one number."""
    if value is None or not value.numbers or len(value.numbers) != 1:
        return None
    return value.numbers[0]


def _cell_of(nodes: Sequence[Node]) -> Cell | None:
    """The cell whose nodes these are; None if they are none's. Optimisers put activations into products."""
    ops = Counter(node.op for node in nodes)
    for node in nodes:
        if node.op in _PRODUCTS:
            ops.update(str(op) for op in node.attributes.get("fused_ops") or ())
    products = sum(ops[op] for op in _PRODUCTS)
    return find_cell(products, ops["Sigmoid"], ops["Tanh"])
