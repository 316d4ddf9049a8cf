"""What was computed, as a tree: the operations in the order in which the code did them.

An expression is built by `traced`, never parsed. It keeps the shape of the computation, so that a
part of it can be recognised and called by its name; what reads better (sums without brackets, no
factor 1) is made of it when it is written down, in `notation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Expression:
    """An operation on expressions, or one of the two leaves: a `number` or a `symbol`.

    `value` is what it comes to: an integer, a float or None where it has no number of its own.
    """

    __slots__ = ("key", "name", "operation", "parts", "value")

    def __init__(
        self, operation: str, parts: Sequence[Expression] = (), *, value: float, name: str = ""
    ) -> None:
        """`name` is what a symbol is called, or a function."""
        self.operation = operation
        self.parts = tuple(parts)
        self.value = value
        self.name = name
        # Of a long sum only some terms are kept: what tells it from another one is what it comes to.
        own = value if operation in ("number", "total") else name
        self.key: Hashable = _Key((operation, own, *(part.key for part in self.parts)))

    def symbols(self) -> set[str]:
        """The names of all symbols in it."""
        found: set[str] = set()
        seen: set[Hashable] = set()
        open_parts = [self]
        while open_parts:
            part = open_parts.pop()
            if part.operation == "symbol":
                found.add(part.name)
            elif part.key not in seen:
                seen.add(part.key)
                open_parts += part.parts
        return found

    def __repr__(self) -> str:
        """`add(F, 1)`: for debugging; `notation` writes it for people."""
        if self.operation in ("number", "symbol"):
            return self.name or repr(self.value)
        return f"{self.name or self.operation}({', '.join(map(repr, self.parts))})"


class _Key:
    """The structure of an expression, hashed once: deep trees are compared in constant time."""

    __slots__ = ("hash", "parts")

    def __init__(self, parts: tuple[Hashable, ...]) -> None:
        self.parts = parts
        self.hash = hash(parts)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, _Key) and self.hash == other.hash and self.parts == other.parts
        )


def number(value: float) -> Expression:
    """A number that a formula shows as itself: the 1 of `k − 1`."""
    return Expression("number", value=value)


def symbol(name: str, value: float) -> Expression:
    """A quantity with a name: `F` of 7."""
    return Expression("symbol", value=value, name=name)


LONG = 6
"""A sum or a list of more parts is written with the first two, `…` and the last."""

ELLIPSIS = symbol("…", 0)
"""Stands for the parts of a long sum that are not written."""
