"""What names mean while a spec is expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.network import Frame
    from cnncalc.spec.values import Scope

POISON = -1
"""Stands for a tensor that cannot be known because of a fault that is reported already."""

NOTHING = -2
"""Stands for the layer above where there is none: several inputs, and no layer yet."""


class Named:
    """What a name refers to: a tensor, the nodes that made it, and the names inside."""

    __slots__ = ("children", "name", "operands", "out", "start", "stop")

    def __init__(self, out: int, name: str, operands: list[int], start: int, stop: int) -> None:
        """`out` is the index of a node; [start, stop) are the nodes that belong to the name."""
        self.out = out
        self.name = name
        self.operands = operands
        self.start = start
        self.stop = stop
        self.children: dict[str, Named] = {}


class Env:
    """Where an item stands: what names mean, and what encloses it."""

    __slots__ = ("counts", "dtype", "frame", "names", "prefix", "prev", "root", "scope", "taken",
                 "trainable")  # fmt: skip

    def __init__(self, scope: Scope, root: Scope, prefix: str, frame: Frame | None,
                 taken: frozenset[str], trainable: bool, dtype: str | None) -> None:  # fmt: skip
        """`taken` are the names given in this body, which generated ones stay clear of."""
        self.scope = scope
        self.root = root
        self.prefix = prefix
        self.frame = frame
        self.taken = taken
        self.trainable = trainable
        self.dtype = dtype
        self.names: dict[str, Named] = {}
        self.counts: dict[str, int] = {}
        self.prev = POISON

    def generated(self, op: str) -> str:
        """The next free `conv1`, `conv2`, … of this body."""
        while True:
            self.counts[op] = self.counts.get(op, 0) + 1
            name = f"{op}{self.counts[op]}"
            if name not in self.taken:
                return name
