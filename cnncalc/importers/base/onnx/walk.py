"""The way through the graph: what is known of every value that nodes have given so far."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import AlongBatch, Entry, Unreadable
from cnncalc.importers.base.onnx.entries import Entries
from cnncalc.importers.base.onnx.nodes import is_made_up, name_of_node, title
from cnncalc.importers.base.onnx.values import Value, is_wide, load_constant, without
from cnncalc.layers.base.shape import MOST_OF_TENSOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Graph, Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.wire import Wire

_LARGEST = 2**31
"""No axis that a file states is longer."""

_RESHAPES = ("Reshape", "Flatten", "Squeeze", "Unsqueeze", "RESHAPE", "SQUEEZE", "EXPAND_DIMS")


class Walk(Entries):
    """What has been found so far. `reads` counts who reads a value, the outputs of the graph included."""

    def __init__(self, graph: Graph, wire: Wire, opset: int, reads: dict[str, int]) -> None:
        """`opset` is the version of the operators."""
        super().__init__()
        self.graph = graph
        self.wire = wire
        self.opset = opset
        self.reads = reads
        self.values: dict[str, Value] = {}
        self.sequences: dict[str, list[Value]] = {}
        """The parts of sequences of tensors, by the names of these."""
        self.has_tables = False
        """Whether a constant that is joined with a result, or added to it, can be a layer of its own."""
        self._given: dict[tuple[str, Dims, int | None], Value] = {}
        self.joins_turns = False
        """Whether a change of the axes behind another one is one change of both, or none."""
        self._turns: dict[str, tuple[Value, tuple[int, ...]]] = {}
        self._has_joined = False

    def value(self, name: str, node: Node) -> Value | None:
        """What a node reads, None for an operand that is left out; raises Unreadable."""
        if not name:
            return None
        found = self.values.get(name)
        if found is None:
            tensor = self.graph.weights.get(name)
            if tensor is None:
                raise Unreadable(f"{title(node)} reads `{cut(name, NAME)}`, which nothing above it gives",
                                 node.line)  # fmt: skip
            found = load_constant(self.wire, tensor)
            if found.learnt and found.is_filled and is_made_up(name):
                found = found._replace(learnt=False)
            self.values[name] = found
            self.held_in[name] = {name: tensor.elements}
        return found

    def put_input(self, name: str, value: Value) -> None:
        """An input of the network."""
        self.values[name] = self.made[value.layer] = value
        self.first = self.first or value.layer

    def give(
        self, kind: str, keys: Data, value: Value, batch: int | None, name: str, line: int
    ) -> Value:
        """A layer that reads nothing; raises Unreadable if it has no elements."""
        if not value.elements:
            raise Unreadable(f"`{name}` has no elements", line)
        found = value._replace(batch=batch, layer=self.names.unique(name))
        said = self.shape(found.axes) if not is_wide(found) else {"features": found.elements}
        self.entries.append(Entry(kind, {"name": found.layer, **said, **keys}, line))
        return found

    def as_layer(self, node: Node, value: Value, batch: int | None) -> Value | None:
        """A constant as a layer that reads nothing, each once; None if others have a part of its numbers."""
        held = self.tensors_in(value) if value.learnt else {}
        new = sum(n for name, n in held.items() if name not in self._used)
        if new not in (0, value.elements) or len(without(value.dims, batch)) > MOST_OF_TENSOR:
            return None
        key = (value.source, value.dims, batch)
        known = self._given.get(key) if value.source else None
        if known is None:
            self.count([value])
            name = next(iter(held)) if len(held) == 1 else value.source
            kind = "parameter" if new else "constant"
            known = self._given[key] = self.give(
                kind, {}, value, batch, name or node.name, node.line
            )
        return known

    def stored_bias(self, bias: Value | None) -> Value | None:
        """A bias, unless it is one of zeros that the file does not hold but makes."""
        if (
            bias is None
            or bias.source in self.graph.weights
            or bias.numbers is None
            or any(bias.numbers)
        ):
            return bias
        return None

    def reshape(self, node: Node, x: Value, dims: Dims, batch: int | None) -> Value:
        """The same numbers in another shape, by a layer only where a spec sees a difference."""
        axes = without(dims, batch)
        if len(axes) > MOST_OF_TENSOR:
            return self._reshape_widely(node, x)._replace(dims=dims, batch=batch)
        if is_wide(x) and len(axes) <= 1:
            return x._replace(dims=dims, batch=batch)
        if self.shape(axes) == self.shape(x.axes, x.form):
            return x._replace(dims=dims, batch=batch)
        name = "" if node.op in _RESHAPES else f"{name_of_node(node)}.reshape"
        if len(axes) <= 1 and len(x.axes) > 1:
            return self.add(node, "flatten", {}, [x], dims, batch, name=name)
        return self.add(node, "reshape", {"to": self.shape(axes)}, [x], dims, batch, name=name)

    def _reshape_widely(self, node: Node, x: Value) -> Value:
        """Into more axes than a spec knows: there it is a vector."""
        if is_wide(x) or len(x.axes) <= 1:
            return x
        return self.add(node, "flatten", {}, [x], (x.elements,), None)

    def permute(self, node: Node, x: Value, order: Sequence[int], *, joins: bool = False) -> Value:
        """The axes of a value in another order, all of them counted; `joins` that with one right above."""
        if (joins or self.joins_turns) and x.layer in self._turns:
            read, before = self._turns[x.layer]
            # A reshape between them that a spec does not see is none of a turn.
            if x.dims == tuple(read.dims[axis] for axis in before):
                x, order = read, [before[axis] for axis in order]
                self._has_joined = True
        dims = tuple(x.dims[axis] for axis in order)
        at = None if x.batch is None else list(order).index(x.batch)
        axes = [x.axis(axis) for axis in order if axis != x.batch]
        if axes == sorted(axes):
            return x._replace(dims=dims, batch=at)
        if is_wide(x):
            moved = self.opaque(node, [x], (x.elements,), None, params=0, macs=0)
            return moved._replace(dims=dims, batch=at)
        name = "" if node.op.title() == "Transpose" else f"{name_of_node(node)}.permute"
        made = self.add(node, "permute", {"axes": axes}, [x], dims, at, name=name)
        self._turns[made.layer] = x, tuple(order)
        return made

    def leave_out_turns(self, outputs: Sequence[str]) -> None:
        """Without the changes of axes that nothing reads since others were joined with them."""
        if not self._has_joined:
            return
        read = set(outputs)
        kept = []
        for index in range(len(self.entries) - 1, -1, -1):
            entry = self.entries[index]
            if entry.keys["name"] in self._turns and entry.keys["name"] not in read:
                continue
            before = self.entries[index - 1].keys["name"] if index else ""
            said = entry.keys.get("from") or before
            read.update([said] if isinstance(said, str) else said)
            kept.append(entry)
        self.entries[:] = kept[::-1]

    def state(self, name: str, value: Value, layers: int) -> None:
        """Keep what the file says of a shape, if it is of a layer that was added just now."""
        dims = self.graph.stated.get(name)
        # A shape without axes, where there are some, is what exporters write that know none.
        if (
            dims is None
            or len(dims) != len(value.dims)
            or not value.sure
            or is_wide(value)
            or len(self.entries) == layers
        ):
            return
        axes = [n for axis, n in enumerate(dims) if axis != value.batch]
        known = [n for n in axes if isinstance(n, int) and 0 < n < _LARGEST]
        if value.layer == self.entries[-1].keys["name"] and len(known) == len(axes):
            # Most layers have the shape of another, and a network has 100,000 of them.
            axes_known = tuple(known)
            if axes_known not in self.shapes:
                self.shapes[axes_known] = self.shape(known)
            self.stated[value.layer] = self.shapes[axes_known]


def batch_behind(x: Value, dims: Dims, node: Node) -> int | None:
    """Where the batch is after a reshape, None where it is merged; raises Unreadable if it is not 1 then."""
    many = 1 if x.batch is None else x.dims[x.batch]
    if x.batch is not None:
        before = prod(x.dims[: x.batch])
        for axis, n in enumerate(dims):
            if n == many and prod(dims[:axis]) == before:
                return axis
    if many == 1:
        return 0 if dims and dims[0] == 1 else None
    raise AlongBatch(f"{title(node)} merges the batch of {many} with another axis", node.line)
