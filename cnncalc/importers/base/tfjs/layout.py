"""Maps whose channels are last, for functions that read maps whose channels come first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]
    Read = Callable[[Walk, Node, Operands], Any]

_MAP = 3
"""From so many axes on, the batch among them, the last one is channels."""


def first(rank: int) -> list[int]:
    """The stored axes with the channels behind the batch.

    >>> first(4), first(2)
    ([0, 3, 1, 2], [0, 1])
    """
    return [0, rank - 1, *range(1, rank - 1)] if rank >= _MAP else list(range(rank))


def last(rank: int) -> list[int]:
    """The way back.

    >>> last(4), last(2)
    ([0, 2, 3, 1], [0, 1])
    """
    return [0, *range(2, rank), 1] if rank >= _MAP else list(range(rank))


def _turn(x: Value, axes: list[int]) -> Value:
    batch = None if x.batch is None else axes.index(x.batch)
    return x._replace(dims=tuple(x.dims[axis] for axis in axes), batch=batch)


def by_space(read: Read) -> Read:
    """A function of maps whose channels come first, for those whose channels are last.

    No layer is added for it: windows, norms and resizings are told by their axes of space alone.
    """

    def inner(walk: Walk, node: Node, operands: Operands) -> Any:
        x, *rest = operands
        if not walk.channels_last or x is None or x.is_constant:
            return read(walk, node, operands)
        turned = _turn(x, first(len(x.dims)))
        walk.channels_last = False
        try:
            found: Value = read(walk, node, [turned, *rest])
        finally:
            walk.channels_last = True
        return _turn(found, last(len(found.dims)))

    return inner


def widen(x: Value, rank: int) -> Value:
    """A constant as an operand of what has so many axes: new ones stand in front."""
    return x._replace(dims=(1,) * (rank - len(x.dims)) + x.dims)
