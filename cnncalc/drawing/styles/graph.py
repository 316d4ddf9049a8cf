"""The graph of the layers from top to bottom, blocks as frames, with the shapes of the tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import foreign
from cnncalc.drawing.families import FAMILIES
from cnncalc.drawing.graph import graph_of
from cnncalc.drawing.layered.nested import Frame, Net, Size, layout
from cnncalc.drawing.layered.ranks import BENDS, TooManyBendsError
from cnncalc.drawing.lettering import shorten, text_width
from cnncalc.drawing.numbers import numbers_of
from cnncalc.drawing.palette import heat
from cnncalc.drawing.scene import Look, Part, Path, Rect, Scene, Text
from cnncalc.drawing.styles.base.heading import heading, legend_of_heat, legend_of_tones
from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.drawing.graph import Box, Graph, Group
    from cnncalc.drawing.layered.level import Curve
    from cnncalc.drawing.layered.nested import Layout, Rectangle
    from cnncalc.drawing.numbers import Numbers
    from cnncalc.drawing.scene import Thing
    from cnncalc.drawing.styles.base.heading import Legend
    from cnncalc.network import Network

NAME, DETAIL, SHAPE, HEADING = 11.0, 9.0, 8.5, 10.0
"""The sizes of letters: names, what a layer does, shapes of tensors, names of blocks."""
_LINE = 12.5
_MARGIN = 16.0
_STRAIGHT = 0.1
_WIRE = Look(stroke="wire", width=1.1)
_TIP = Look(fill="wire")


def draw(
    network: Network, *, depth: int | None = None, expand: bool = False, by: str = ""
) -> Scene:
    """The scene; `by` names a number that colours the boxes, as `drawing.numbers` has them.

    Raises UsageError if there is no such number, or too much to draw.
    """
    graph = graph_of(network, depth=depth, expand=expand)
    numbers = numbers_of(network, graph, by) if by else None
    return scene_of(network, graph, numbers)


def scene_of(network: Network, graph: Graph, numbers: Numbers | None = None) -> Scene:
    """The scene of a graph that is folded already; raises UsageError if there is too much to draw."""
    return _Drawing(network, graph, numbers).scene()


def place(network: Network, graph: Graph) -> Layout:
    """Where the boxes, the groups and the nets of a graph lie; the nets as `scene_of` numbers them.

    Raises UsageError if there is too much to draw.
    """
    return _Drawing(network, graph, None).layout()


class _Drawing:
    """One picture while it is made."""

    def __init__(self, network: Network, graph: Graph, numbers: Numbers | None) -> None:
        self.network = network
        self.graph = graph
        self.numbers = numbers
        self.lines = [self._lines(box) for box in graph.boxes]
        # The tensors that each box gives away, and the boxes that each goes to.
        self.given: list[dict[int, list[int]]] = [{} for _ in graph.boxes]
        for edge in graph.edges:
            self.given[edge.source].setdefault(edge.tensor, []).append(edge.target)
        for box in graph.boxes:
            if not self.given[box.number]:
                self.given[box.number][box.last] = []
        self.sizes = [self._size(box) for box in graph.boxes]
        self.nets = [
            (box.number, port, tensor, tuple(dict.fromkeys(targets)))
            for box in graph.boxes
            for port, (tensor, targets) in enumerate(self.given[box.number].items())
        ]
        """The box that a tensor comes from, which of its tensors it is, its node, and the boxes that read it."""

    def _lines(self, box: Box) -> list[tuple[str, float, bool]]:
        """The lines in a box: text, size of the letters, whether they are bold."""
        name = foreign.name(shorten(box.label))
        lines = [(name, NAME, True)]
        if box.detail != name:
            lines.append((foreign.name(shorten(box.detail)), DETAIL, False))
        if self.numbers is not None:
            lines.append((self.numbers.show(self.numbers.values[box.number]), DETAIL, False))
        return lines

    def _size(self, box: Box) -> Size:
        width = max(
            text_width(text, size, bold=bold) for text, size, bold in self.lines[box.number]
        )
        labels = [text_width(self._shape(tensor), SHAPE) + 14 for tensor in self.given[box.number]]
        width = max(width + 18, 44.0, sum(labels) if len(labels) > 1 else 0.0)
        count = len(labels)
        starts = tuple(width * (2 * i + 1) / (2 * count) for i in range(count))
        margin = max(0.0, starts[-1] + labels[-1] - width - 8) if labels else 0.0
        return Size(width, 9 + _LINE * len(self.lines[box.number]), starts, margin)

    def _shape(self, tensor: int) -> str:
        return str(self.network.nodes[tensor].output)

    def layout(self) -> Layout:
        """See `place`; raises UsageError."""
        graph = self.graph
        frames = [
            Frame(group.parent, text_width(_group_label(group), HEADING, bold=True) + 24, 24)
            for group in graph.groups
        ]
        nets = [Net(source, port, targets) for source, port, _, targets in self.nets]
        try:
            return layout(self.sizes, [box.group for box in graph.boxes], frames, nets)
        except TooManyBendsError as error:
            raise UsageError(
                f"{graph.name}: so many tensors pass so many layers that nobody could follow them: "
                f"{error} bends, at most {BENDS:,}",
                "--depth N folds blocks; --format mermaid or dot leaves the layout to others",
            ) from None

    def scene(self) -> Scene:
        """See `scene_of`."""
        graph = self.graph
        found = self.layout()
        head, top, wide = heading(self.network, graph.note)
        legend, legend_height, legend_width = self._legend(found.width)
        width = max(found.width, wide, legend_width)
        moved = _MARGIN + (width - found.width) / 2, top + _MARGIN
        things: list[Thing] = [
            *head,
            *legend(_MARGIN, top),
            *self._things(found, moved[0], moved[1] + legend_height),
        ]
        height = top + legend_height + found.height + 2 * _MARGIN + 14
        count = f"{len(graph.boxes)} boxes"
        return Scene(width + 2 * _MARGIN, height, tuple(things), foreign.name(graph.name),
                     f"The graph of the network from top to bottom, {count}")  # fmt: skip

    def _legend(self, room: float) -> Legend:
        if self.numbers is not None:
            return legend_of_heat(self.numbers)
        used = {box.family for box in self.graph.boxes}
        return legend_of_tones(
            [(family, title) for family, title in FAMILIES.items() if family in used], room
        )

    def _things(self, found: Layout, x: float, y: float) -> list[Thing]:
        """Groups behind wires behind boxes."""
        things: list[Thing] = []
        for group, place in zip(self.graph.groups, found.groups, strict=True):
            things.append(self._group(group, place, x, y))
        for net, curves in zip(self.nets, found.nets, strict=True):
            things.append(self._wire(net, curves, (x, y), found))
        for group, place in zip(self.graph.groups, found.groups, strict=True):
            things.append(self._group_name(group, place, x, y))
        for box, place in zip(self.graph.boxes, found.boxes, strict=True):
            things.append(self._box(box, place, x, y))
        return things

    def _tone(self, group: int) -> str:
        """The ground within a group, or -1: of a group within another one it is the other tone."""
        depth = -1
        while group >= 0:
            depth, group = depth + 1, self.graph.groups[group].parent
        return "paper" if depth < 0 else ("group", "inner")[depth % 2]

    def _group(self, group: Group, place: Rectangle, x: float, y: float) -> Part:
        look = Look(fill=self._tone(group.number), stroke="border")
        area = Rect(x + place.x, y + place.y, place.width, place.height, look, 6)
        return Part((area,), id=f"g{group.number}", kind="group",
                    title=foreign.name(f"{group.name}: {group.op}"),
                    data=(("first", str(group.first)), ("last", str(group.last))))  # fmt: skip

    def _group_name(self, group: Group, place: Rectangle, x: float, y: float) -> Text:
        return Text(x + place.x + 9, y + place.y + 15, _group_label(group), HEADING, "faint",
                    bold=True, halo=self._tone(group.number))  # fmt: skip

    def _wire(
        self, net: tuple[int, int, int, tuple[int, ...]], curves: Sequence[Curve],
        at: tuple[float, float], found: Layout,
    ) -> Part:  # fmt: skip
        """A tensor: its curves, the tips at those that read it, its shape where it begins."""
        source, port, tensor, targets = net
        x, y = at
        items: list[Thing] = [Path(_steps(curves, x, y), _WIRE)] if curves else []
        tips: list[tuple[str, tuple[float, ...]]] = []
        for target in targets:
            box = found.boxes[target]
            left, top = x + box.x + self.sizes[target].end, y + box.y
            corners = (left - 3, top - 6), (left + 3, top - 6), (left, top)
            tips += [(letter, corner) for letter, corner in zip("MLL", corners, strict=True)]
            tips.append(("Z", ()))
        if tips:
            items.append(Path(tuple(tips), _TIP))
        box = found.boxes[source]
        left = x + box.x + self.sizes[source].starts[port] + (5 if targets else 0)
        label = Text(left, y + box.y + box.height + 11, self._shape(tensor), SHAPE, "faint",
                     "start" if targets else "middle",
                     halo=self._tone(self.graph.boxes[source].group))  # fmt: skip
        return Part((*items, label), id=f"e{source}-{tensor}", kind="edge",
                    data=(("from", str(source)), ("to", " ".join(map(str, targets)))))  # fmt: skip

    def _box(self, box: Box, place: Rectangle, x: float, y: float) -> Part:
        fill, tone = box.family, "ink"
        if self.numbers is not None:
            share = self.numbers.share(box.number)
            fill, tone = ("shape", "ink") if share is None else (heat(share), "dark")
        look = Look(fill=fill, stroke="line", width=1.0)
        left, top = x + place.x, y + place.y
        items: list[Thing] = [
            Rect(
                left,
                top,
                place.width,
                place.height,
                look,
                place.height / 2 if box.family == "input" else 4,
            )
        ]
        base = top + 4.5
        for text, size, bold in self.lines[box.number]:
            base += _LINE
            items.append(Text(left + place.width / 2, base - 3, text, size, tone, "middle", bold))
        return Part(tuple(items), id=f"n{box.number}", kind="node", title=self._tooltip(box),
                    data=(("first", str(box.first)), ("last", str(box.last))))  # fmt: skip

    def _tooltip(self, box: Box) -> str:
        nodes = self.network.nodes[box.first : box.last + 1]
        return foreign.visible(" · ".join(filter(None, [
            box.name, box.detail, f"gives {box.output}",
            *_totals([node.facts.params for node in nodes], "params"),
            *_totals([node.facts.macs for node in nodes], "MACs"),
        ])))  # fmt: skip


def _steps(
    curves: Sequence[Curve], x: float, y: float
) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """The steps of a path through curves, moved to a place."""
    steps: list[tuple[str, tuple[float, ...]]] = []
    where = None
    for x1, y1, x2, y2 in curves:
        start, end = (x + x1, y + y1), (x + x2, y + y2)
        if where != start:
            steps.append(("M", start))
        middle = y + (y1 + y2) / 2
        steps.append(
            ("L", end)
            if abs(x1 - x2) < _STRAIGHT
            else ("C", (start[0], middle, end[0], middle, *end))
        )
        where = end
    return tuple(steps)


def _totals(values: list[int | None], what: str) -> list[str]:
    if None in values:
        return []
    whole = sum(value or 0 for value in values)
    return [f"{whole:,} {what}"] if whole else []


def _group_label(group: Group) -> str:
    """`layer1 · Bottleneck ×3`, one of them where both are the same."""
    words = dict.fromkeys(filter(None, (group.label, group.op)))
    return foreign.name(shorten(" · ".join(words), 60))
