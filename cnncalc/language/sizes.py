"""How large the values of variables are: a list of variables that are lists is as large as if written out.

Equal parts are one object, so a short text can stand for more than any memory holds. What is made
of expressions remembers its size, and is refused before anybody walks through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.work import LIMITS, Work

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from collections.abc import Mapping as Names


class Listed(list[Any]):
    """A list that knows how many values it holds, and how many levels of them."""

    __slots__ = ("levels", "total")

    def __init__(self, items: Iterable[Any], total: int, levels: int) -> None:
        """`total` and `levels` include the list itself."""
        super().__init__(items)
        self.total = total
        self.levels = levels


class Mapped(dict[str, Any]):
    """A mapping that knows the same."""

    __slots__ = ("levels", "total")

    def __init__(self, items: Names[str, Any], total: int, levels: int) -> None:
        """`total` and `levels` include the mapping itself."""
        super().__init__(items)
        self.total = total
        self.levels = levels


def size(value: Any) -> tuple[int, int]:
    """How many values there are in one, long texts counted for several, and how many levels."""
    if isinstance(value, (Listed, Mapped)):
        return value.total, value.levels
    if isinstance(value, str):
        return 1 + len(value) // _LONG, 0
    if isinstance(value, (list, dict)):
        sizes = list(map(size, value.values() if isinstance(value, dict) else value))
        return 1 + sum(n for n, _ in sizes), 1 + max((deep for _, deep in sizes), default=0)
    return 1, 0


_LONG = 100


MEASURED = (Listed, Mapped)
"""The types of what remembers its size."""


def measure(values: Collection[Any], sources: Iterable[Any], where: Any) -> tuple[int, int]:
    """The size of a list or mapping of `values`, each made of one of the `sources`, or of None.

    Raises TooMuch if there are too many values, or too many levels of them; `where` is what they are in.
    """
    total, levels = 1, 1
    for value in values:
        inside, deep = size(value)
        total += inside
        levels = max(levels, 1 + deep)
    if total > LIMITS["values"].most:
        work = Work("values")
        for source, value in zip(sources, values, strict=True):
            work.spend(size(value)[0], source or where)
    if levels > LIMITS["levels"].most:
        Work("levels").spend(levels, where)
    return total, levels
