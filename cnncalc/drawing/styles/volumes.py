"""The maps as boxes in perspective, as papers draw them: as high and deep as a map, as wide as its channels.

What is drawn is the trunk of the network, from left to right; where maps shrink and grow again with links
between both sides, it is drawn as a U.
"""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING, NamedTuple

from cnncalc import foreign
from cnncalc.drawing.families import FAMILIES
from cnncalc.drawing.graph import graph_of
from cnncalc.drawing.lettering import shorten, text_width
from cnncalc.drawing.scene import Look, Part, Path, Rect, Scene, Text, line, polygon
from cnncalc.drawing.styles.base.heading import heading, legend_of_tones
from cnncalc.drawing.styles.base.trunk import trunk_of
from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.drawing.graph import Box
    from cnncalc.drawing.scene import Thing
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network

SCALES = ("root", "log", "linear")
MOST = 48
"""So many boxes are drawn at most unless a depth is asked for."""

_HIGH, _WIDE, _LOW, _NARROW = 150.0, 52.0, 7.0, 5.0
"""The largest height and width of a volume, and the smallest."""
_SLANT = 0.3
"""How far the depth of a volume goes to the right and up, as parts of it."""
_NEAR, _APART = 5.0, 26.0
"""Between volumes of the same size, and of others."""
_UNCHANGED = ("act", "norm", "shape", "other", "merge")
_MARGIN, _LETTERS, _SMALL = 16.0, 8.5, 7.5


class _Volume(NamedTuple):
    """A box of the trunk: how wide, high and deep it is drawn, and which level of sizes it is on."""

    box: Box
    wide: float
    high: float
    deep: float
    level: int


class _Place(NamedTuple):
    """Where a volume stands: the left border and the middle of its front."""

    x: float
    y: float


def draw(network: Network, *, depth: int | None = None, scale: str = "root") -> Scene:
    """The scene; `scale` says how lengths follow sizes: `root`, `log` or `linear`.

    Raises UsageError for another scale.
    """
    if scale not in SCALES:
        raise UsageError(f"--scale takes root, log or linear, got {scale}")
    graph = graph_of(network, depth=depth, most=MOST)
    trunk, links = trunk_of(network, graph)
    boxes = [graph.boxes[index] for index in trunk]
    shown, stand_for = _choose(boxes)
    volumes = _measure(shown, scale)
    arcs = sorted({(stand_for[a], stand_for[b]) for a, b in links if stand_for[a] < stand_for[b]})
    left_out = len(graph.boxes) - len(boxes)
    note = (
        f"the longest way through the network; {left_out} boxes beside it are left out"
        if left_out
        else ""
    )
    if graph.is_chosen:
        note = ", ".join(filter(None, [f"blocks folded to depth {graph.depth}", note]))
    return _Drawing(network, volumes, arcs, note).scene()


def _choose(boxes: Sequence[Box]) -> tuple[list[Box], dict[int, int]]:
    """The boxes that are drawn: those that leave a map as it is are not.

    And for every box, by its number, the place of the one that stands for it.
    """
    shown: list[Box] = []
    stand_for: dict[int, int] = {}
    for box in boxes:
        same = bool(shown) and box.output == shown[-1].output and box.family in _UNCHANGED
        if not same and not (shown and box.family == "shape"):
            shown.append(box)
        stand_for[box.number] = len(shown) - 1
    return shown, stand_for


def _sides(shape: Shape) -> tuple[int, int]:
    """The height and the depth of a map: of a line its length, of a volume the last two."""
    if shape.rank > 1:
        return shape.size[-2], shape.size[-1]
    return (shape.size[0], 1) if shape.rank else (1, 1)


def _length(value: int, most: int, scale: str, ends: tuple[float, float]) -> float:
    least, largest = ends
    if scale == "linear":
        part = value / most
    elif scale == "log":
        part = log2(1 + value) / log2(1 + most)
    else:
        part = (value / most) ** 0.5
    return max(least, largest * part)


def _measure(boxes: Sequence[Box], scale: str) -> list[_Volume]:
    """How large each is drawn."""
    maps = [box.output for box in boxes if box.output.rank]
    side = max((max(_sides(shape)) for shape in maps), default=1)
    channels = max((shape.channels for shape in maps), default=1)
    features = max((box.output.channels for box in boxes if not box.output.rank), default=1)
    volumes = []
    level, last = 0, 0
    for box in boxes:
        shape = box.output
        if not shape.rank:
            high = _length(shape.channels, features, scale, (12.0, _HIGH * 0.8))
            volumes.append(_Volume(box, 8.0, high, 10.0, level))
            continue
        rows, columns = _sides(shape)
        if last and rows * columns:
            level += round(log2(max(last, 1) / max(rows, columns)))
        last = max(rows, columns)
        wide = _length(shape.channels, channels, scale, (_NARROW, _WIDE))
        high, deep = (_length(n, side, scale, (_LOW, _HIGH)) for n in (rows, columns))
        volumes.append(_Volume(box, _NARROW if box.family == "pool" else wide, high, deep, level))
    return volumes


class _Drawing:
    """One picture while it is made."""

    def __init__(
        self,
        network: Network,
        volumes: Sequence[_Volume],
        arcs: Sequence[tuple[int, int]],
        note: str,
    ) -> None:
        self.network = network
        self.volumes = volumes
        self.arcs = arcs
        self.note = note
        self.is_u = self._is_u()
        self.places = self._places()

    def _is_u(self) -> bool:
        """Whether maps shrink and grow again, and both sides are linked."""
        levels = [volume.level for volume in self.volumes]
        deepest = max(levels, default=0)
        low = levels.index(deepest) if levels else 0
        across = [a for a, b in self.arcs if a < low < b]
        return len(across) > 1 and max(levels[low:], default=0) - min(levels[low:], default=0) > 1

    def _places(self) -> list[_Place]:
        """Where volumes stand, from left to right; in a U each level below the one before."""
        tops = self._levels() if self.is_u else {}
        places = []
        x = 0.0
        before: _Volume | None = None
        for volume in self.volumes:
            y = tops.get(volume.level, 0.0)
            if before is not None:
                if volume.level == before.level and volume.high == before.high:
                    labels = self._label_width(before) + self._label_width(volume)
                    x += max(_NEAR, (labels - before.wide - volume.wide) / 2 + 5)
                elif self.is_u and volume.level != before.level:
                    x += _NEAR
                else:
                    x += max(_APART, before.deep * _SLANT + 8)
            places.append(_Place(x, y))
            x += volume.wide
            before = volume
        return places

    def _levels(self) -> dict[int, float]:
        """The middle of every level of a U, so that none lies on another."""
        tall: dict[int, float] = {}
        for volume in self.volumes:
            need = volume.high / 2 + volume.deep * _SLANT / 2
            tall[volume.level] = max(tall.get(volume.level, 0.0), need)
        middles: dict[int, float] = {}
        y = 0.0
        last = None
        for level in sorted(tall):
            y += 0.0 if last is None else tall[last] + tall[level] + 34
            middles[level] = y
            last = level
        return middles

    def _name(self, volume: _Volume) -> str:
        return foreign.name(shorten(volume.box.name, 18))

    def _name_height(self, volume: _Volume) -> float:
        """What the name takes that stands upright below a volume; of a U there is none."""
        return 0.0 if self.is_u else text_width(self._name(volume), _SMALL) + 8

    def _label_width(self, volume: _Volume) -> float:
        return text_width(str(volume.box.output.channels), _LETTERS)

    def scene(self) -> Scene:
        """See `draw`."""
        places = self.places
        volumes = list(zip(self.volumes, places, strict=True))
        high = [place.y - volume.high / 2 - volume.deep * _SLANT for volume, place in volumes]
        low = [
            place.y + volume.high / 2 + 16 + self._name_height(volume) for volume, place in volumes
        ]
        far = [place.x + volume.wide + volume.deep * _SLANT for volume, place in volumes]
        rise = self._rise(places)
        top = min(high, default=0.0) - rise - 18
        head, above, wide = heading(self.network, self.note)
        families = dict.fromkeys(volume.box.family for volume in self.volumes)
        legend, legend_height, legend_width = legend_of_tones(
            [(family, title) for family, title in FAMILIES.items() if family in families],
            max(far, default=0.0),
        )
        dx, dy = _MARGIN + 10, above + legend_height + 10 - top
        things: list[Thing] = [*head, *legend(_MARGIN, above)]
        things += self._arcs(places, dx, dy)
        for index, (volume, place) in enumerate(volumes):
            things.append(self._volume(index, volume, _Place(place.x + dx, place.y + dy)))
        width = max(max(far, default=0.0) + 30, wide, legend_width) + 2 * _MARGIN
        height = max(low, default=0.0) + dy + _MARGIN
        return Scene(width, height, tuple(things), foreign.name(self.network.name),
                     f"The maps of the network as {len(volumes)} volumes in perspective")  # fmt: skip

    def _rise(self, places: Sequence[_Place]) -> float:
        """How far arcs go above the volumes."""
        flat = [b - a for a, b in self.arcs if not self._is_across(a, b)]
        return max((min(60.0, 16.0 + 5 * far) for far in flat), default=0.0) if places else 0.0

    def _is_across(self, a: int, b: int) -> bool:
        """Whether a link leads from one side of a U to the other."""
        return self.is_u and self.volumes[a].level == self.volumes[b].level

    def _arcs(self, places: Sequence[_Place], dx: float, dy: float) -> list[Thing]:
        """What is linked besides, behind the volumes: straight across a U, or as an arc above."""
        look = Look(stroke="wire", width=1.1)
        things: list[Thing] = []
        for a, last in self.arcs:
            b = last
            start, end = self.volumes[a], self.volumes[b]
            y = dy + places[a].y
            if self._is_across(a, b):
                left = dx + places[a].x + start.wide + start.deep * _SLANT + 4
                while self.volumes[b - 1].level == end.level:
                    b -= 1
                things += _arrow(left, y, dx + places[b].x - 3, y, look)
                continue
            x1, x2 = dx + places[a].x + start.wide / 2, dx + places[b].x + end.wide / 2
            y1 = y - start.high / 2 - start.deep * _SLANT
            y2 = dy + places[b].y - end.high / 2 - end.deep * _SLANT - 2
            peak = min(y1, y2) - min(60.0, 16.0 + 5 * (b - a)) * 4 / 3
            x1, x2 = x1 + start.deep * _SLANT / 2, x2 + end.deep * _SLANT / 2
            things.append(Path((("M", (x1, y1)), ("C", (x1, peak, x2, peak, x2, y2))), look))
            things.append(
                polygon(((x2 - 3, y2 - 5), (x2 + 3, y2 - 5), (x2, y2)), Look(fill="wire"))
            )
        return things

    def _volume(self, index: int, volume: _Volume, place: _Place) -> Part:
        """A volume with its labels."""
        box, wide, high, deep, _ = volume
        x, top, bottom = place.x, place.y - high / 2, place.y + high / 2
        slant = deep * _SLANT
        edge = Look(stroke="line", width=0.8)
        items: list[Thing] = list(self._way_in(index, place))
        items += [
            polygon(((x + wide, top), (x + wide + slant, top - slant),
                     (x + wide + slant, bottom - slant), (x + wide, bottom)),
                    edge._replace(fill=f"{box.family}-dark")),
            polygon(((x, top), (x + slant, top - slant), (x + wide + slant, top - slant), (x + wide, top)),
                    edge._replace(fill=f"{box.family}-light")),
            Rect(x, top, wide, high, edge._replace(fill=box.family)),
        ]  # fmt: skip
        shape = box.output
        count = str(shape.channels)
        if box.family != "pool" or not shape.rank:
            items.append(Text(x + wide / 2, bottom + 11, count, _LETTERS, "ink", "middle"))
        if shape.rank and self._ends_stretch(index):
            size = "×".join(map(str, shape.size))
            items.append(
                Text(x + wide + slant, top - slant - 4, size, _SMALL, "faint", "end", halo="paper")
            )
        if not self.is_u:
            name = self._name(volume)
            items.append(
                Text(x + wide / 2 + 3, bottom + 16, name, _SMALL, "faint", "end", turned=True)
            )
        words = [box.name, " ".join(filter(None, (box.op, box.window))), str(shape)]
        return Part(tuple(items), id=f"n{box.number}", kind="node",
                    title=foreign.visible(" · ".join(words)),
                    data=(("first", str(box.first)), ("last", str(box.last))))  # fmt: skip

    def _ends_stretch(self, index: int) -> bool:
        """Whether the next volume is of another size."""
        after = self.volumes[index + 1 : index + 2]
        return not after or after[0].box.output.size != self.volumes[index].box.output.size

    def _way_in(self, index: int, place: _Place) -> list[Thing]:
        """An arrow from the volume before, where there is room for one."""
        if not index:
            return []
        before, here = self.volumes[index - 1], self.volumes[index]
        if before.level == here.level and before.high == here.high:
            return []
        look = Look(stroke="line", width=1.2)
        if not self.is_u or before.level == here.level:
            return _arrow(place.x - 15, place.y, place.x - 2, place.y, look)
        y = place.y + self.places[index - 1].y - self.places[index].y
        if here.level > before.level:
            x = place.x + (here.wide + here.deep * _SLANT) / 2
            start, end = y + before.high / 2 + 4, place.y - here.high / 2 - here.deep * _SLANT - 14
        else:
            x = place.x + here.wide / 2
            start, end = (
                y - before.high / 2 - before.deep * _SLANT - 14,
                place.y + here.high / 2 + 16,
            )
        return _upright(x, start, end, look)


def _upright(x: float, y1: float, y2: float, look: Look) -> list[Thing]:
    """A straight line up or down with a tip."""
    back = -5 if y2 > y1 else 5
    tip = polygon(((x - 3, y2 + back), (x, y2), (x + 3, y2 + back)), Look(fill=look.stroke))
    return [line(x, y1, x, y2 + back, look), tip]


def _arrow(x1: float, y1: float, x2: float, y2: float, look: Look) -> list[Thing]:
    """A straight line to the right with a tip."""
    tip = polygon(((x2 - 5, y2 - 3), (x2, y2), (x2 - 5, y2 + 3)), Look(fill=look.stroke))
    return [line(x1, y1, x2 - 4, y2, look), tip]
