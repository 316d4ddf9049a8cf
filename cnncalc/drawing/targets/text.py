"""Text for a terminal: the layers as a column, and rails at its left for tensors that others wait for.

As `git log --graph` draws commits: each layer is a dot on the rail of what it goes on with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import foreign
from cnncalc.drawing.lettering import shorten
from cnncalc.drawing.targets.base.tree import say_shape
from cnncalc.errors import UsageError
from cnncalc.system.cells import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.drawing.graph import Graph
    from cnncalc.drawing.numbers import Numbers
    from cnncalc.network import Network

ENDINGS = ("txt",)
CONSOLE = True
WIDTH = 80
_LEAST = 32
"""What a line needs beside the rails, at least."""
_COLOURS = {
    "input": "1", "conv": "34", "up": "36", "pool": "31", "norm": "2", "act": "33", "merge": "33;1",
    "dense": "32", "mix": "35", "shape": "2", "other": "2", "block": "34;1",
}  # fmt: skip
_JOINTS = {
    (1, 1, 0, 1): "├", (1, 1, 1, 0): "┤", (1, 1, 1, 1): "┼", (1, 0, 1, 0): "╯", (1, 0, 0, 1): "╰",
    (1, 0, 1, 1): "┴", (0, 1, 1, 0): "╮", (0, 1, 0, 1): "╭", (0, 1, 1, 1): "┬", (1, 1, 0, 0): "│",
}  # fmt: skip
"""Where lines meet, by whether one leads up, down, left and right."""


def write(
    network: Network,
    graph: Graph,
    numbers: Numbers | None = None,
    *,
    width: int | None = None,
    color: bool = False,
) -> str:
    """A line for each box, and one for each place where rails part or meet.

    Raises UsageError if the rails leave no room for the names in `width` cells.
    """
    rails = _rails(graph)
    most = _most(rails)
    room = (width or WIDTH) - most
    if room < _LEAST:
        folding = "--depth N folds blocks; or " if graph.groups else ""
        raise UsageError(
            f"{graph.name}: the rails of so many branches leave {max(0, room)} cells for the names",
            f"{folding}--width {most + _LEAST}",
        )
    rows = [_cells(network, graph, numbers, box.number) for box in graph.boxes]
    widths = _fit(
        [max((cells(row[i]) for row in rows), default=0) for i in range(len(rows[0]))], room
    )
    lines = []
    for rail, box in rails:
        if box is None:
            lines.append(_paint(rail, "2", color=color))
            continue
        dot = rail.index("●")
        colour = _COLOURS[graph.boxes[box].family]
        start = (_paint(rail[:dot], "2", color=color) + _paint("●", colour, color=color)
                 + _paint(rail[dot + 1 :].ljust(most - dot - 1), "2", color=color))  # fmt: skip
        name, op, *others = (
            _pad(cell, wide, is_right=place > 1)
            for place, (cell, wide) in enumerate(zip(rows[box], widths, strict=True))
        )
        text = "  ".join([_paint(name, colour, color=color), op, *others])
        lines.append(f"{start}{text}".rstrip())
    lines += [graph.note] if graph.note else []
    return foreign.lines("\n".join(lines)) + "\n"


def fits(graph: Graph, *, width: int | None = None) -> bool:
    """Whether the rails of a graph leave room for names in `width` cells."""
    return _most(_rails(graph)) + _LEAST <= (width or WIDTH)


def _most(rails: Sequence[tuple[str, int | None]]) -> int:
    """The cells of the rails, and a gap."""
    return max((len(line) for line, _ in rails), default=0) + 1


def _pad(text: str, wide: int, *, is_right: bool) -> str:
    """A text that takes so many cells: filled up, or shortened."""
    letters = wide
    shown = shorten(text, letters) if cells(text) > wide else text
    while cells(shown) > wide:
        letters -= 1
        shown = shorten(text, letters)
    gap = " " * (wide - cells(shown))
    return gap + shown if is_right else shown + gap


def _paint(text: str, style: str, *, color: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if color and text.strip() else text


def _cells(network: Network, graph: Graph, numbers: Numbers | None, index: int) -> list[str]:
    """The name, what it does, the shape of what it gives, and its number."""
    box = graph.boxes[index]
    cells = [foreign.name(box.name), foreign.name(" ".join(filter(None, (box.op, box.window)))),
             say_shape(network, box.last)]  # fmt: skip
    return [*cells, *([numbers.show(numbers.values[index])] if numbers is not None else [])]


def _fit(widths: list[int], room: int) -> list[int]:
    """The widths of columns that go into so many cells: names and what layers do give way."""
    gaps = 2 * (len(widths) - 1)
    over = sum(widths) + gaps - room
    for column in (1, 0):
        if over > 0:
            less = min(over, widths[column] - 8)
            widths[column] -= max(0, less)
            over -= max(0, less)
    return [max(1, width) for width in widths]


def _rails(graph: Graph) -> list[tuple[str, int | None]]:
    """The lines from top to bottom: the rails of each, and the box that stands there, if one does."""
    inputs: list[dict[int, None]] = [{} for _ in graph.boxes]
    waiting = [0] * len(graph.boxes)
    for edge in graph.edges:
        if edge.source not in inputs[edge.target]:
            inputs[edge.target][edge.source] = None
            waiting[edge.source] += 1
    lanes: list[int | None] = []
    lines: list[tuple[str, int | None]] = []
    for box in graph.boxes:
        for source in inputs[box.number]:
            waiting[source] -= 1
        places = {lanes.index(source): source for source in inputs[box.number]}
        own = _lane(
            lanes, [place for place, source in places.items() if not waiting[source]], places
        )
        before = list(lanes)
        for place, source in places.items():
            if not waiting[source]:
                lanes[place] = None
        lanes += [None] * (own + 1 - len(lanes))
        lanes[own] = box.number
        if any(place != own for place in places):
            lines.append((_meet(before, lanes, [*places], own), None))
        marks = [
            "●" if place == own else "│" if lane is not None else " "
            for place, lane in enumerate(lanes)
        ]
        lines.append((" ".join(marks).rstrip(), box.number))
        if not waiting[box.number]:
            lanes[own] = None
        while lanes and lanes[-1] is None:
            lanes.pop()
    return lines


def _lane(lanes: Sequence[int | None], ended: Sequence[int], places: dict[int, int]) -> int:
    """The lane on which a box stands: that of an input that ends here, or a free one at the right."""
    if ended:
        return min(ended)
    first = max(places, default=-1) + 1
    free = (place for place in range(first, len(lanes)) if lanes[place] is None)
    return next(free, len(lanes))


def _meet(
    before: Sequence[int | None], after: Sequence[int | None], places: Sequence[int], own: int
) -> str:
    """A line in which the inputs of a box are led to its lane."""
    left, right = min(*places, own), max(*places, own)
    cells = []
    for place in range(len(after)):
        up = place < len(before) and before[place] is not None
        down = after[place] is not None
        joins = place in places or place == own
        if joins:
            sign = _JOINTS[int(up), int(down), int(place > left), int(place < right)]
        elif up and down:
            sign = "│"
        else:
            sign = "─" if left < place < right else " "
        cells.append(sign + ("─" if left <= place < right else " "))
    return "".join(cells).rstrip()
