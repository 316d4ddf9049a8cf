"""The rows of the page: every node, and every frame in front of what is inside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Frame, Node


class Row(NamedTuple):
    """The nodes from `first` to `last`, inclusive, `level` frames deep; the `frame` of them if it is one."""

    first: int
    last: int
    level: int
    frame: Frame | None

    @property
    def is_block(self) -> bool:
        """Whether it is a block, and not a layer with its norm and activation, or a single node."""
        return self.frame is not None and not self.frame.is_layer


def rows_of(nodes: Sequence[Node]) -> list[Row]:
    """All rows in their order."""
    found: list[Row] = []
    open_: list[int] = []

    def close(depth: int, last: int) -> None:
        while len(open_) > depth:
            place = open_.pop()
            found[place] = found[place]._replace(last=last)

    for index, node in enumerate(nodes):
        path = node.frame.path() if node.frame is not None else []
        same = 0
        while same < min(len(path), len(open_)) and found[open_[same]].frame is path[same]:
            same += 1
        close(same, index - 1)
        for frame in path[same:]:
            found.append(Row(index, index, len(open_), frame))
            open_.append(len(found) - 1)
        found.append(Row(index, index, len(open_), None))
    close(0, len(nodes) - 1)
    return found
