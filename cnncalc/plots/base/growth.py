"""How the receptive field grows from layer to layer, as a band between the paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import foreign
from cnncalc.errors import UsageError
from cnncalc.plots.base import style
from cnncalc.receptive_field.recurrence import way
from cnncalc.receptive_field.survey import show_fraction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from matplotlib.figure import Figure

    from cnncalc.network import Frame, Network, Node
    from cnncalc.receptive_field.survey import Survey

MOST = 40
"""How many layers get a place of their own; of more, blocks are folded."""


class Extent(NamedTuple):
    """A layer or block on the way, and the field behind it along one axis of the input.

    Units see `low` to `high` elements; `least` is what they see by the shortest path, `effective`
    the width of 4 sigma, `jump` the way to the next unit's field. `whole` names the layer through
    which all of the input is seen besides, if there is one.
    """

    name: str
    low: int
    high: int
    least: int
    effective: float | None
    jump: Fraction | None
    whole: str


def items(
    survey: Survey, index: int, source: str, axis: int, depth: int | None = None
) -> list[Extent]:
    """What changes the field on the way to node `index`, from the input on.

    A block in which paths meet is one item, because no single path leads through it; so is
    everything deeper in blocks than `depth`, or than leaves at most `MOST` items.
    """
    network = survey.network
    stops = [stop.node for stop in way(network, survey.views, index, source, axis)]
    joined = _joining(network)
    groups = _group_stops(network, stops, lambda node: _at(node, depth) or _first(node, joined))
    fold = max((len(_path(network.nodes[i])) for i in stops), default=0)
    while depth is None and len(groups) > MOST and fold > 1:
        fold -= 1
        groups = _group_stops(network, stops, lambda node, at=fold: _at(node, at))
    first = next(i for i, node in enumerate(network.nodes) if node.name == source)
    found: list[Extent] = []
    for name, last in [(source, first), *groups]:
        item = _item(survey, name, last, source, axis)
        if item is not None and (not found or item[1:] != found[-1][1:]):
            found.append(item)
    return found


def _item(survey: Survey, name: str, index: int, source: str, axis: int) -> Extent | None:
    view, short = survey.views[index][source][axis], survey.shortest[index][source][axis]
    spread = survey.spreads[index][source][axis]
    if view.field is None or short.field is None:
        return None
    low, high = view.field.sizes
    width = None if spread is None else spread.width(float(high))
    return Extent(name, low, high, short.field.size, width, view.stride, view.whole)


def _group_stops(network: Network, stops: Sequence[int], frame_of: Any) -> list[tuple[str, int]]:
    """The name of each layer or block on the way, and the last node on the way in it."""
    groups: list[tuple[str, int, Frame | None]] = []
    for index in stops:
        node = network.nodes[index]
        frame: Frame | None = frame_of(node)
        if frame is None and node.frame is not None and node.frame.is_layer:
            frame = node.frame
        if frame is not None and groups and groups[-1][2] is frame:
            groups[-1] = (frame.name, index, frame)
        else:
            groups.append((frame.name if frame else node.name, index, frame))
    return [(name, index) for name, index, _ in groups]


def _path(node: Node) -> list[Frame]:
    return node.frame.path() if node.frame else []


def _at(node: Node, depth: int | None) -> Frame | None:
    """The frame of a node at a depth, if it is as deep."""
    path = _path(node)
    return path[depth - 1] if depth is not None and len(path) >= depth else None


def _joining(network: Network) -> set[int]:
    """The blocks in which paths meet, by identity."""
    found: set[int] = set()
    for node in network.nodes:
        if len(node.inputs) > 1 and node.frame is not None:
            blocks = [frame for frame in _path(node) if not frame.is_layer]
            found.update(id(frame) for frame in blocks[-1:])
    return found


def _first(node: Node, joined: set[int]) -> Frame | None:
    return next((frame for frame in _path(node) if id(frame) in joined), None)


# The drawing --------------------------------------------------------------------------------------


def draw(
    survey: Survey, index: int, source: str, *, all_axes: bool = False, depth: int | None = None,
    wanted: Sequence[int] = (),
) -> Figure:  # fmt: skip
    """One band for each axis of an input, or for all that are alike, down to node `index`.

    `wanted` is the size of an object along every axis, drawn as a line. Raises UsageError if the
    node sees nothing by windows.
    """
    network = survey.network
    seen = survey.views[index].get(source, ())
    if any(view.gap for view in seen):
        why = next(view.gap for view in seen if view.gap)
        raise UsageError(f"the field of {network.nodes[index].name} is not computed: {why}",
                         "name a layer before it, --layer NAME")  # fmt: skip
    if not seen or any(view.field is None for view in seen):
        raise UsageError(f"{network.nodes[index].name} sees nothing of {source} by windows",
                         "name a layer before it, --layer NAME")  # fmt: skip
    told: list[tuple[int, list[Extent]]] = []
    for axis in range(len(seen)):
        made = items(survey, index, source, axis, depth)
        if all_axes or (made, _sizes(survey, source, wanted, axis)) not in [
            (other, _sizes(survey, source, wanted, at)) for at, other in told
        ]:
            told.append((axis, made))
    longest = max(len(made) for _, made in told)
    figure = style.figure(max(5.2, min(11.0, 2.4 + 0.28 * longest)), 0.6 + 3.9 * len(told))
    rank = survey.inputs[source].output.rank
    for (axis, made), (place,) in zip(told, figure.subplots(len(told), squeeze=False), strict=True):
        size, *object_ = _sizes(survey, source, wanted, axis)
        _band(place, made)
        _marks(place, made)
        _line(place, size, f"{source} {size}", "input-size", "dashdot")
        for n in object_:
            _line(place, n, f"object {n}", "object-size", "dotted")
        _scales(place, made, [size, *object_])
        if len(told) > 1:
            place.set_ylabel(f"elements along the {AXES[rank][axis]}")
    sizes = survey.inputs[source].output.size
    sees = " × ".join(f"{_range(made[-1])} of {sizes[axis]}" for axis, made in told)
    style.add_title(figure, f"{network.name}: growth of the receptive field",
                 f"{network.nodes[index].name} sees {sees}")  # fmt: skip
    style.add_legend(figure, "receptive field")
    return figure


def _sizes(survey: Survey, source: str, wanted: Sequence[int], axis: int) -> list[int]:
    """What the field is held against along an axis: the input, and an object."""
    return [survey.inputs[source].output.size[axis], *wanted[axis : axis + 1]]


AXES = {
    1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width"),
    4: ("time", "depth", "height", "width"),
}  # fmt: skip


def _range(item: Extent) -> str:
    text = str(item.high) if item.low == item.high else f"{item.low}–{item.high}"
    return f"all, by windows {text}," if item.whole else text


def _band(place: Any, made: Sequence[Extent]) -> None:
    xs = range(len(made))
    high, least = [item.high for item in made], [item.least for item in made]
    if least != high:
        place.fill_between(xs, least, high, color="#d6e9f7", linewidth=0, gid="band",
                           label="between the paths")  # fmt: skip
        place.plot(xs, least, color=style.SKY, linewidth=1.4, gid="shortest", label="shortest path")
    if any(item.low < item.high for item in made):
        place.fill_between(xs, [item.low for item in made], high, color=style.BLUE, alpha=0.35,
                           linewidth=0, gid="phases", label="from unit to unit")  # fmt: skip
    known = [(x, item.effective) for x, item in enumerate(made) if item.effective]
    if known:
        place.plot(*zip(*known, strict=True), color=style.VERMILION, linestyle=(0, (4, 2)), gid="effective",
                   linewidth=1.6, label="effective, 4σ")  # fmt: skip
    place.plot(xs, high, color=style.BLUE, marker="o", markersize=3.6, gid="longest", clip_on=False,
               label="receptive field")  # fmt: skip
    all_ = [x for x, item in enumerate(made) if item.whole]
    if all_:
        place.plot(all_, [1] * len(all_), color=style.ORANGE, linestyle="none", marker="^", clip_on=False,
                   markersize=5, gid="whole", label="all of the input, too", zorder=5)  # fmt: skip


def _marks(place: Any, made: Sequence[Extent]) -> None:
    """Where the jump changes."""
    jump: Fraction | None = None
    place.annotate("jump", (0, 1), xytext=(-6, 3), xycoords=("axes fraction", "axes fraction"),
                   textcoords="offset points", ha="right", color=style.GREEN,
                   fontsize=style.points(8))  # fmt: skip
    for x, item in enumerate(made):
        if item.jump == jump and x:
            continue
        jump = item.jump
        if x:
            place.axvline(x, color=style.GREEN, linewidth=0.8, alpha=0.55, gid=f"jump-{x}")
        place.annotate("?" if jump is None else show_fraction(jump), (x, 1), xytext=(0, 3),
                       xycoords=("data", "axes fraction"), textcoords="offset points",
                       ha="center", color=style.GREEN, fontsize=style.points(8))  # fmt: skip


def _line(place: Any, size: int, text: str, gid: str, dashes: str) -> None:
    place.axhline(size, color=style.INK, linewidth=1, linestyle=dashes, gid=gid, zorder=1)
    place.annotate(text, (0, size), xytext=(4, 3), xycoords=("axes fraction", "data"),
                   textcoords="offset points", fontsize=style.points(8))  # fmt: skip


def _scales(place: Any, made: Sequence[Extent], sizes: Sequence[int]) -> None:
    top = max(*(item.high for item in made), *sizes)
    place.set_yscale("log", base=2)
    place.set_ylim(1, top * 1.45)
    ticks = [2**power for power in range(top.bit_length() + 1) if 2**power <= top * 1.45]
    ticks = ticks if len(ticks) < 13 else ticks[::2]
    place.set_yticks(ticks, [str(tick) for tick in ticks], minor=False)
    place.set_yticks([], minor=True)
    place.grid(axis="y")
    place.set_ylabel("elements of the input")
    place.set_xlim(-0.5, len(made) - 0.5)
    every = -(-len(made) // MOST)
    shown_ = [*range(0, len(made), every)]
    place.set_xticks(shown_, [brief(foreign.name(made[x].name)) for x in shown_], rotation=45, ha="right",
                     rotation_mode="anchor")  # fmt: skip


def brief(name: str, most: int = 24) -> str:
    """A long name without its middle."""
    return name if len(name) <= most else f"{name[: most // 2 - 1]}…{name[-most // 2 :]}"
