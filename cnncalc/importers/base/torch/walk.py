"""The way through an exported program: which numbers of the module are whose, and what reads no input."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Entry, Unreadable
from cnncalc.importers.base.onnx.model import Graph, Node
from cnncalc.importers.base.onnx.nodes import name_of_weights
from cnncalc.importers.base.onnx.values import Value, shape
from cnncalc.importers.base.onnx.walk import Walk
from cnncalc.layers.base.shape import MOST_OF_TENSOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.torch.program import Call, Held, Program

_NEWEST = 22
"""The version of ONNX' operators whose readers are asked."""

_COUNTER = "num_batches_tracked"
"""A counter of steps, which is no number of the network."""


class ProgramWalk(Walk):
    """What has been found so far.

    A tensor that the module holds is a constant, and so is what is computed of such alone; `origins` are the
    held ones in it. It becomes a layer of its own, `parameter`, where it is read as data.
    """

    def __init__(self, program: Program) -> None:
        """Nothing has been called yet."""
        graph = Graph()
        graph.stated = dict(program.dims)
        super().__init__(graph, None, _NEWEST, {})  # type: ignore[arg-type]
        self.program = program
        self.origins: dict[str, tuple[str, ...]] = {}
        self.known: dict[str, tuple[Held, int]] = {}
        self._taken: dict[str, int] = {}
        self._noted: set[str] = set()
        self._given: dict[str, Value] = {}
        self.norms: dict[str, str] = {}
        """Norms over the last axes, and the layers that they alone read."""
        self._turns: dict[str, tuple[Value, list[int]]] = {}
        self._tensors: dict[str, Value] = {}
        for name, held in program.held.items():
            dims = program.dims.get(name, ())
            value = self.values[name] = Value(dims, source=held.name, learnt=held.learnt)
            self._tensors.setdefault(held.name, value)
            self.known.setdefault(held.name, (held, prod(dims)))
            self.origins[held.name] = (held.name,) if held.learnt or held.stored else ()

    def origin(self, value: Value) -> tuple[str, ...]:
        """The tensors of the module that are in a constant."""
        return self.origins.get(value.source, ())

    def fold(self, node: Node, operands: Sequence[Value], dims: Dims, key: str) -> Value:
        """What is computed of constants alone; `key` is the same for the same computation."""
        names = dict.fromkeys(name for value in operands for name in self.origin(value))
        source = "" if not names else f"{node.op}({','.join(v.source for v in operands)};{key})"
        self.origins[source] = tuple(names)
        learnt = any(self.known[name][0].learnt for name in names)
        return Value(dims, source=source, learnt=learnt)

    def is_weight(self, value: Value | None) -> bool:
        """Whether its elements are learnt numbers, as many as they are: it can be the weight of a layer."""
        return value is None or self._owner(value) is not None

    def _owner(self, value: Value) -> str | None:
        """The learnt tensor that a weight is, or is made of."""
        if not value.is_constant or not value.learnt:
            return None
        if value.source in self._noted:
            return self.origin(value)[0]
        names = [name for name in self.origin(value) if self.known[name][0].learnt]
        if len(self.origin(value)) == 1:
            left = self.known[names[0]][1] - self._taken.get(names[0], 0)
            return names[0] if value.elements <= left else None
        whole = (n for n in names if self.known[n][1] == value.elements and n not in self._taken)
        return next(whole, None)

    def take(self, value: Value) -> None:
        """Its numbers are part of a layer from now on."""
        if value.source in self._noted:
            return
        owner = self._owner(value) if value.learnt else next(iter(self.origin(value)), None)
        self._noted.add(value.source)
        if owner is not None:
            self._taken[owner] = self._taken.get(owner, 0) + value.elements

    def add_weighted(
        self,
        node: Node,
        kind: str,
        keys: Data,
        x: Value,
        weights: Sequence[Value | None],
        dims: Dims,
        batch: int | None,
        *,
        macs: int = 0,
        sure: bool = True,
        name: str = "",
    ) -> Value:
        """A layer with weights, called as the module that they are in if that is the one which calls it."""
        held = [weight for weight in weights if weight is not None]
        within = name_of_weights([weight.source for weight in held])
        own = within if f"{node.name}.".startswith(f"{within}.") else node.name
        said = {"macs": macs, "sure": sure, "name": name or own}
        made = super().add_weighted(node, kind, keys, x, weights, dims, batch, **said)  # type: ignore[arg-type]
        for weight in held:
            self.take(weight)
        return made

    def data(self, value: Value, node: Node) -> Value:
        """A value that is read as data: a constant is a layer that reads nothing, each once."""
        if not value.is_constant:
            return value
        known = self._given.get(value.source) if value.source else None
        if known is not None:
            return known
        names = self.origin(value)
        batch = 0 if len(value.dims) > 1 and value.dims[0] == 1 else None
        if names == (value.source,):
            # What is part of a layer already is not counted once more.
            new = value.source not in self._taken
            keys: Data = {"learnt": False} if new and not value.learnt else {}
            kind = "parameter" if new else "constant"
            made = self._give(kind, keys, value, batch, value.source, node.line)
            self.take(value)
        elif names:
            own = [self.data(self._tensors[name], node) for name in names]
            made = self.vague(node, own, value.dims, 0)
        else:
            made = self._give("constant", {}, value, batch, f"{node.name}.constant", node.line)
        if value.source:
            self._given[value.source] = made
        return made

    def _give(
        self, kind: str, keys: Data, value: Value, batch: int | None, name: str, line: int
    ) -> Value:
        """A layer that reads nothing."""
        if not value.elements:
            raise Unreadable(f"`{name}` has no elements", line)
        found = value._replace(batch=batch, layer=self.names.take(name))
        said = shape(found.axes) if not is_wide(found) else {"features": found.elements}
        self.entries.append(Entry(kind, {"name": found.layer, **said, **keys}, line))
        return found

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
        self._turns[made.layer] = x, order
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
        before, first = self._turns.get(turn[0].keys["name"], (x, []))
        if [first[axis] for axis in order if axis < len(first)] != sorted(
            first
        ) or before.batch != 0:
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
        return x._replace(dims=before.dims, batch=0)

    def state(self, name: str, value: Value, layers: int) -> None:
        """Keep what the program says of a shape, if a spec can say it."""
        if not is_wide(value):
            super().state(name, value, layers)

    def undo(self, entries: int) -> None:
        """Take back the layers from this one on, but those that read nothing, which others may read."""
        given = {value.layer for value in self._given.values()}
        self.entries[entries:] = [
            entry for entry in self.entries[entries:] if entry.keys["name"] in given
        ]

    def rest(self) -> list[tuple[str, bool, int]]:
        """What the module holds and no layer has: the module or tensor, whether it is learnt, how much.

        A module none of whose tensors is read is one row.
        """
        left: dict[tuple[str, bool], int] = {}
        read = {prefix for name in self._taken for prefix in _prefixes(name)}
        for name, (held, elements) in self.known.items():
            missing = elements - self._taken.get(name, 0)
            if missing > 0 and (held.learnt or held.stored) and not name.endswith(_COUNTER):
                key = _unread_module(name, read), held.learnt
                left[key] = left.get(key, 0) + missing
        return [(name, learnt, many) for (name, learnt), many in left.items()]

    def add_rest(self, line: int) -> None:
        """Layers for what no call reads, as auxiliary heads in evaluation: their numbers count, too."""
        for name, learnt, many in self.rest():
            keys: Data = {} if learnt else {"learnt": False}
            self._give("parameter", keys, Value((many,)), None, f"{name}.unread", line)


def is_wide(value: Value) -> bool:
    """Whether it has more axes than a spec knows."""
    return len(value.axes) > MOST_OF_TENSOR


def _prefixes(name: str) -> list[str]:
    """The modules around a tensor, the outermost first.

    >>> _prefixes("a.b.weight")
    ['a', 'a.b']
    """
    parts = name.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def _unread_module(name: str, read: set[str]) -> str:
    """The outermost module around a tensor of which nothing is read."""
    return next((module for module in _prefixes(name) if module not in read), name)


def node_of(call: Call, name: str) -> Node:
    """A call as the node that messages and names are made of."""
    return Node(call.op.rpartition(".")[2], "", name, [], list(call.outputs), {}, call.line)
