"""The way through an exported program, and what becomes of its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Entry
from cnncalc.importers.base.onnx.model import Node
from cnncalc.importers.base.onnx.values import Value, is_wide, shape
from cnncalc.importers.base.torch.holdings import Holdings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.torch.normalizing import Length
    from cnncalc.importers.base.torch.program import Call, Program


class ProgramWalk(Holdings):
    """What has been found so far.

    A constant becomes a layer of its own, `parameter`, where it is read as data.
    """

    def __init__(self, program: Program) -> None:
        """Nothing has been called yet."""
        super().__init__(program)
        self._data_given: dict[str, Value] = {}
        self.norms: dict[str, str] = {}
        """Norms over the last axes, and the layers that they alone read."""
        self.lengths: dict[str, Length] = {}
        """Layers that are the length of another one."""
        self._turned: dict[str, tuple[Value, list[int]]] = {}

    def data(self, value: Value, node: Node) -> Value:
        """A value that is read as data: a constant is a layer that reads nothing, each once."""
        if not value.is_constant:
            return value
        known = self._data_given.get(value.source) if value.source else None
        if known is not None:
            return known
        names = self.origin(value)
        batch = 0 if len(value.dims) > 1 and value.dims[0] == 1 else None
        if names == (value.source,) or self.is_whole(value):
            # What is part of a layer already is not counted once more.
            new = not self.is_taken(names[0])
            keys: Data = {"learnt": False} if new and not value.learnt else {}
            kind = "parameter" if new else "constant"
            made = self.give(kind, keys, value, batch, names[0], node.line)
            self.take(value)
            # A layer that has it as a weight later does not count it once more.
            self._used.update((names[0], value.source))
        elif names:
            own = [self.data(self.tensors[name], node) for name in names]
            made = self.vague(node, own, value.dims, 0)
        else:
            made = self.give("constant", {}, value, batch, f"{node.name}.constant", node.line)
        if value.source:
            self._data_given[value.source] = made
        return made

    def vague(self, node: Node, data: Sequence[Value], dims: Dims, macs: int | None) -> Value:
        """What a call gives that no kind is, whose weights are layers of their own.

        What has more axes than a spec knows is a vector there, of as many numbers.
        """
        x = data[0]
        kept = x.batch is not None and dims[x.batch : x.batch + 1] == (x.dims[x.batch],)
        batch = x.batch if kept else 0 if len(dims) > 1 and dims[0] == 1 else None
        found = Value(dims, batch)
        if not is_wide(found):
            return self.opaque(node, data, dims, batch, params=0, macs=macs)
        made = self.opaque(node, data, (found.elements,), None, params=0, macs=macs)
        return made._replace(dims=dims, batch=batch)

    def turn(self, node: Node, x: Value, order: list[int]) -> Value:
        """The axes in another order."""
        made = self.permute(node._replace(op="Transpose"), x, order)
        self._turned[made.layer] = x, order
        return made

    def turn_back(self, x: Value, order: list[int]) -> Value | None:
        """A norm between two turns that undo each other as one over other axes, None if there is none."""
        norm, turn = self.entries[-1:], self.entries[-2:-1]
        if (
            not turn
            or norm[0].keys["name"] != x.layer
            or turn[0].keys["name"] != self.norms.get(x.layer)
        ):
            return None
        before, first = self._turned.get(turn[0].keys["name"], (x, []))
        if (
            len(first) != len(order)
            or [first[axis] for axis in order if axis < len(first)] != sorted(first)
            or before.batch != 0
        ):
            return None
        keys = {key: value for key, value in norm[0].keys.items() if key != "from"}
        keys["axes"] = sorted(first[axis] for axis in keys["axes"])
        del self.entries[-2:]
        above = self.entries[-1].keys["name"] if self.entries else "input"
        if before.layer != above:
            keys["from"] = before.layer
        self.entries.append(Entry(norm[0].kind, keys, norm[0].line))
        self.stated.pop(turn[0].keys["name"], None)
        self.stated[x.layer] = shape(before.axes)
        # A second call of the norm would be over the old axes.
        self._layers = {key: held for key, held in self._layers.items() if held[0] != x.layer}
        made = self.made[x.layer] = x._replace(dims=before.dims, batch=0)
        return made

    def take_back(self, layers: int) -> None:
        """Take back the last layers, so many, which nothing reads any more."""
        for entry in self.entries[len(self.entries) - layers :]:
            self.stated.pop(entry.keys["name"], None)
        del self.entries[len(self.entries) - layers :]

    def undo(self, entries: int) -> None:
        """Take back the layers from this one on, but those that read nothing, which others may read."""
        given = {value.layer for value in self._data_given.values()}
        self.entries[entries:] = [
            entry for entry in self.entries[entries:] if entry.keys["name"] in given
        ]

    def add_rest(self, line: int) -> None:
        """Layers for what no call reads, as auxiliary heads in evaluation: their numbers count, too."""
        for name, learnt, many in self.rest():
            keys: Data = {} if learnt else {"learnt": False}
            self.give("parameter", keys, Value((many,)), None, f"{name}.unread", line)


def node_of(call: Call, name: str) -> Node:
    """A call as the node that messages and names are made of."""
    return Node(call.op.rpartition(".")[2], "", name, [], list(call.outputs), {}, call.line)
