"""Whose the numbers of a module are: layers take them, each once, and what no layer has is known as well."""

from __future__ import annotations

from hashlib import blake2b
from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.onnx.model import Graph
from cnncalc.importers.base.onnx.nodes import name_of_weights
from cnncalc.importers.base.onnx.values import Value
from cnncalc.importers.base.onnx.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.torch.program import Held, Program

_NEWEST = 22
"""The version of ONNX' operators whose readers are asked."""

_COUNTER = "num_batches_tracked"
"""A counter of steps, which is no number of the network."""

_MANY = 64
"""So many tensors are remembered of what is computed of more."""
_DEEP = 20
"""Modules that are deeper in each other are not told apart where nothing of them is read."""


class Holdings(Walk):
    """The tensors that a module holds, as constants.

    What is computed of such alone is one, too; `origins` are the held ones in it.
    """

    def __init__(self, program: Program) -> None:
        """Nothing is taken yet."""
        graph = Graph()
        graph.stated = dict(program.dims)
        super().__init__(graph, None, _NEWEST, {})  # type: ignore[arg-type]
        self.program = program
        self.tensors: dict[str, Value] = {}
        self.origins: dict[str, tuple[str, ...]] = {}
        self.known: dict[str, tuple[Held, int]] = {}
        self._taken: dict[str, int] = {}
        self._noted: set[str] = set()
        for name, held in program.held.items():
            dims = program.dims.get(name, ())
            value = self.values[name] = Value(dims, source=held.name, learnt=held.learnt)
            self.tensors.setdefault(held.name, value)
            self.known.setdefault(held.name, (held, prod(dims)))
            self.origins[held.name] = (held.name,) if held.learnt or held.stored else ()

    def origin(self, value: Value) -> tuple[str, ...]:
        """The tensors of the module that are in a constant."""
        return self.origins.get(value.source, ())

    def fold(self, node: Node, operands: Sequence[Value], dims: Dims, key: str) -> Value:
        """What is computed of constants alone; `key` is the same for the same computation."""
        names = dict.fromkeys(name for value in operands for name in self.origin(value))
        source = ""
        if names:
            text = f"{','.join(v.source for v in operands)};{key}"
            source = (
                f"{node.op}({blake2b(text.encode(errors='replace'), digest_size=16).hexdigest()})"
            )
        self.origins[source] = tuple(names)[:_MANY]
        learnt = any(self.known[name][0].learnt for name in names)
        return Value(dims, source=source, learnt=learnt)

    def is_whole(self, value: Value) -> bool:
        """Whether it is computed of one tensor that is no part of a layer yet, and has as many elements."""
        names = self.origin(value)
        if len(names) != 1 or names[0] in self._taken:
            return False
        return self.known[names[0]][1] == value.elements

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

    def count(self, weights: Sequence[Value | None]) -> int:
        """How many numbers of these no layer has yet; they are part of one from now on."""
        held = [w for w in weights if w is not None and w.learnt and w.source not in self._noted]
        for weight in held:
            self.take(weight)
        return sum(weight.elements for weight in held)

    def is_taken(self, name: str) -> bool:
        """Whether numbers of a held tensor are part of a layer."""
        return name in self._taken

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


def _prefixes(name: str) -> list[str]:
    """The modules around a tensor, the outermost first.

    >>> _prefixes("a.b.weight")
    ['a', 'a.b']
    """
    parts = name.split(".", _DEEP)
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def _unread_module(name: str, read: set[str]) -> str:
    """The outermost module around a tensor of which nothing is read."""
    return next((module for module in _prefixes(name) if module not in read), name)
