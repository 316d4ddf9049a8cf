"""What a picture shows of a network: boxes, the tensors between them, and the blocks around them.

A box stands for one layer, for a layer with its norm and activation, or for a whole block, as the
rows of tables do: `depth` and `expand` fold both alike. The boxes stand in the order of the spec, and
no tensor goes backwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.drawing.families import leading_family
from cnncalc.tables.columns import show_window, window
from cnncalc.tables.folding import fold_into

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Frame, Network, Node


class Box(NamedTuple):
    """One box: the `nodes` of the network that it stands for are `first` to `last`, inclusive.

    `number` is its place among the boxes. `name` and `op` are those of the row of a table, `label` is
    the name within its group, `window` that of a single layer in words. `group` is the number of the
    innermost group around it, -1 for none. `output` is the shape of what it gives.
    """

    number: int
    name: str
    label: str
    op: str
    window: str
    family: str
    first: int
    last: int
    group: int
    output: Shape

    @property
    def detail(self) -> str:
        """What it does: its kind and its window."""
        return " ".join(filter(None, (self.op, self.window)))


class Edge(NamedTuple):
    """A tensor from one box to another: `tensor` is the node that gives it."""

    source: int
    target: int
    tensor: int


class Group(NamedTuple):
    """A block that is drawn around its boxes, `first` to `last`; `parent` is the group around it, or -1."""

    number: int
    name: str
    label: str
    op: str
    parent: int
    first: int
    last: int


class Graph(NamedTuple):
    """Boxes, the edges between them, and groups, outer ones first; `outputs` are boxes.

    `depth` is that to which blocks are folded, None if they are not; `is_chosen` says that nobody
    asked for it.
    """

    name: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...]
    outputs: tuple[int, ...]
    depth: int | None = None
    is_chosen: bool = False

    @property
    def note(self) -> str:
        """What a reader has to know of a picture that is folded though nobody asked for it; or empty."""
        return (
            f"blocks folded to depth {self.depth}; --depth unfolds them" if self.is_chosen else ""
        )


MOST = 100
"""So many boxes are drawn unless a depth is asked for: of more, blocks are folded, the innermost first."""


def graph_of(
    network: Network, *, depth: int | None = None, expand: bool = False, most: int = MOST,
    fits: Callable[[Graph], bool] | None = None,
) -> Graph:  # fmt: skip
    """The graph of a network, its blocks folded to a `depth`.

    Where none is asked for, it is the largest with which there are at most `most` boxes and the graph
    `fits`; if there is none, that of the outermost blocks. With `expand`, norms and activations have
    boxes of their own.
    """
    if depth is not None:
        return _graph(network, depth, expand=expand)
    deepest = max((len(n.frame.path()) for n in network.nodes if n.frame is not None), default=0)
    for level in (None, *range(deepest, 1, -1)):
        if len(_runs(network.nodes, level, expand=expand)) <= most:
            graph = _graph(network, level, expand=expand)
            if fits is None or fits(graph):
                return graph._replace(is_chosen=level is not None)
    if not deepest:
        return _graph(network, None, expand=expand)
    return _graph(network, 1, expand=expand)._replace(is_chosen=True)


Run = tuple["Frame | None", int, int]
"""Nodes that are one box: the frame that they are folded into, the first and the last."""


def _runs(nodes: Sequence[Node], depth: int | None, *, expand: bool) -> list[Run]:
    runs: list[Run] = []
    for index, node in enumerate(nodes):
        frame = fold_into(node.frame, depth, expand=expand)
        if frame is not None and runs and runs[-1][0] is frame:
            runs[-1] = (frame, runs[-1][1], index)
        else:
            runs.append((frame, index, index))
    return runs


def _graph(network: Network, depth: int | None, *, expand: bool) -> Graph:
    nodes = network.nodes
    runs = _runs(nodes, depth, expand=expand)
    groups, homes = _groups(nodes, runs)
    owner = [0] * len(nodes)
    boxes = []
    for index, ((frame, first, last), home) in enumerate(zip(runs, homes, strict=True)):
        owner[first : last + 1] = [index] * (last + 1 - first)
        outer = groups[home].name if home >= 0 else ""
        boxes.append(box_of(network, frame, (first, last), index, home, outer))
    edges = dict.fromkeys(
        Edge(owner[source], index, source)
        for index, (_, first, last) in enumerate(runs)
        for node in nodes[first : last + 1]
        for source in node.inputs
        if owner[source] != index
    )
    outputs = tuple(dict.fromkeys(owner[i] for i in network.outputs.values()))
    return Graph(network.name, tuple(boxes), tuple(edges), tuple(groups), outputs, depth)


def box_of(
    network: Network, frame: Frame | None, span: tuple[int, int],
    number: int = 0, group: int = -1, outer: str = "",
) -> Box:  # fmt: skip
    """The box of the nodes from the first to the last of a span, of a `frame` unless it is one node.

    `outer` is the name of the `group` around it.
    """
    first, last = span
    inside = network.nodes[first : last + 1]
    name = frame.name if frame is not None else inside[0].name
    is_block = frame is not None and not frame.is_layer
    windows = (
        [] if is_block else [text for text in (show_window(window(n)) for n in inside) if text]
    )
    return Box(
        number=number,
        name=name,
        label=_label(name, outer),
        op=frame.label if frame is not None else inside[0].op,
        window=windows[0] if len(windows) == 1 else "",
        family="block" if is_block else leading_family(inside, network.nodes),
        first=first,
        last=last,
        group=group,
        output=inside[-1].output,
    )


def _label(name: str, outer: str) -> str:
    """A name within what is called `outer`; a repetition, which is a number, keeps the name before it."""
    if not outer or not name.startswith(f"{outer}."):
        return name
    inner = name[len(outer) + 1 :]
    return f"{outer.rpartition('.')[2]}.{inner}" if inner.isdigit() else inner


def _groups(nodes: Sequence[Node], runs: Sequence[Run]) -> tuple[list[Group], list[int]]:
    """The blocks of more than one box, and for every box the innermost of them."""
    # What is open: the frame, its first box, and the place of its record among `found`.
    open_: list[tuple[Frame, int]] = []
    found: list[tuple[Frame, int, int]] = []
    paths = [_frames(nodes, run) for run in runs]
    for index, path in enumerate([*paths, []]):
        kept = 0
        while kept < min(len(open_), len(path)) and open_[kept][0] is path[kept]:
            kept += 1
        while len(open_) > kept:
            frame, first = open_.pop()
            found.append((frame, first, index - 1))
        open_ += [(frame, index) for frame in path[kept:]]
    blocks = sorted((first, -last, order) for order, (_, first, last) in
                    enumerate(reversed(found)) if last > first)  # fmt: skip
    known = list(reversed(found))
    groups: list[Group] = []
    homes = [-1] * len(runs)
    spans: set[tuple[int, int]] = set()
    for first, minus, order in blocks:
        frame, last = known[order][0], -minus
        if (first, last) in spans:
            # A block that is all of another one adds nothing but a border.
            continue
        spans.add((first, last))
        parent = homes[first]
        outer = groups[parent].name if parent >= 0 else ""
        label = _label(frame.name, outer)
        groups.append(Group(len(groups), frame.name, label, frame.label, parent, first, last))
        homes[first : last + 1] = [len(groups) - 1] * (last + 1 - first)
    return groups, homes


def _frames(nodes: Sequence[Node], run: Run) -> list[Frame]:
    """The blocks around a box, outermost first."""
    frame, first, _ = run
    around = frame.parent if frame is not None else nodes[first].frame
    path = around.path() if around is not None else []
    return [block for block in path if not block.is_layer]
