"""A graph as lines that nest: what languages that lay a graph out themselves have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.drawing.graph import Box, Graph, Group
    from cnncalc.drawing.numbers import Numbers
    from cnncalc.network import Network


def nest(graph: Graph) -> Iterator[tuple[int, Literal["group", "box", "end"], int]]:
    """Groups, the boxes in them, and where groups end, in order: how deep each stands, and its index."""
    waiting = list(graph.groups)[::-1]
    open_: list[Group] = []
    for box in graph.boxes:
        while waiting and waiting[-1].first == box.number:
            group = waiting.pop()
            yield len(open_), "group", group.number
            open_.append(group)
        yield len(open_), "box", box.number
        while open_ and open_[-1].last == box.number:
            group = open_.pop()
            yield len(open_), "end", group.number


def describe_box(box: Box, numbers: Numbers | None = None) -> list[str]:
    """The lines in a box: its name, what it does, and its number."""
    detail = " ".join(filter(None, (box.op, box.window)))
    lines = [box.label] if box.label == detail else [box.label, detail]
    return [*lines, *([numbers.show(numbers.values[box.number])] if numbers is not None else [])]


def describe_group(group: Group) -> str:
    """`layer1 · Bottleneck ×3`, one of them where both are the same."""
    return " · ".join(dict.fromkeys(filter(None, (group.label, group.op))))


def say_shape(network: Network, tensor: int) -> str:
    """The shape of a tensor by the node that gives it."""
    return str(network.nodes[tensor].output)
