"""One layer at work: the padded input, the window of one unit, the output, and what no window reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc import foreign
from cnncalc.arithmetic.fractional import FractionalWindow
from cnncalc.arithmetic.resampling import Resampling
from cnncalc.arithmetic.windows import SLIDING, AdaptiveWindow, Everything, TransposedWindow
from cnncalc.drawing.families import family_of
from cnncalc.drawing.lettering import text_width
from cnncalc.drawing.scene import Look, Part, Path, Rect, Scene, Text, line
from cnncalc.drawing.styles.base.grid import (
    DROPPED,
    HOLE,
    INPUT,
    OVERHANG,
    PADDING,
    Line,
    choose_cells,
    line_of,
    places_of,
)
from cnncalc.errors import UsageError
from cnncalc.registry import suggestion
from cnncalc.tables.columns import list_names, show_window, window

if TYPE_CHECKING:
    from cnncalc.drawing.scene import Thing
    from cnncalc.network import Network, Node

_MARGIN, _TITLE, _LETTERS, _NUMBERS = 16.0, 15.0, 9.0, 7.0
_CELL, _SIDE = 17.0, 460.0
"""The side of a cell, where not so many are shown that they would be longer than this together."""
_TONES = {INPUT: "paper", OVERHANG: "norm", PADDING: "shape", DROPPED: "pool", HOLE: "act"}
_MARKED = (OVERHANG, PADDING, DROPPED, HOLE)
_TAP, _UNIT = "conv", "merge"
_GAP = 76.0


def draw(network: Network, *, layer: str = "") -> Scene:
    """The scene of the layer of a name.

    Raises UsageError if there is none, or if it does not read one or two axes of a map by windows.
    """
    node = _find(network, layer)
    lines = _lines(network, node)
    return (_row if len(lines) == 1 else _map)(network, node, lines)


def _find(network: Network, name: str) -> Node:
    """The layer of a name: of a convolution with its norm, the convolution."""
    windowed = {node.name: node for node in network.nodes if _is_windowed(network, node)}
    known = {label: node for label, node in windowed.items() if _is_flat(network, node)}
    names = list_names(list(known))
    if not name:
        raise UsageError("--style layer shows one layer",
                         f"--layer NAME, one of {names}" if known else _NONE)  # fmt: skip
    found = {**{node.declared_name: node for node in reversed(windowed.values())}, **windowed}
    if name not in found:
        is_there = any(name in (node.name, node.declared_name) for node in network.nodes)
        wrong = _refusal(network, name) if is_there else f"there is no layer `{name}`"
        near = "" if is_there else suggestion(name, known)
        raise UsageError(wrong, near or (f"layers with windows: {names}" if known else _NONE))
    node = found[name]
    if not _is_flat(network, node):
        source = network.nodes[node.inputs[0]].output
        raise UsageError(
            f"--style layer draws layers that read one or two axes, {node.name} has {source}"
        )
    return node


def _refusal(network: Network, name: str) -> str:
    """Why a layer that is there has no window to be shown."""
    [node, *_] = (node for node in network.nodes if name in (node.name, node.declared_name))
    axes = node.facts.windows
    reads_all = axes and all(isinstance(axis, Everything) for axis in axes)
    if reads_all and family_of(node, network.nodes) != "shape":
        return f"each unit of {name} may read all of its input, so there is no window to show"
    return f"{name} reads no windows"


_NONE = "no layer of this network reads one or two axes by windows"


def _is_windowed(network: Network, node: Node) -> bool:
    """Whether each unit reads a window of the map: of convolutions and pools, and in resizing.

    What reads all of the map is a window if it is a pool of one unit. What moves elements and computes
    nothing has windows of one element, and none in the sense of a picture.
    """
    axes = node.facts.windows
    if not axes or not node.inputs:
        return False
    if all(isinstance(axis, (Everything, *SLIDING)) for axis in axes) and any(
        isinstance(axis, Everything) for axis in axes
    ):
        alone = all(n == 1 for n in node.output.size)
        return alone and family_of(node, network.nodes) == "pool"
    return all(isinstance(axis, _WINDOWS) for axis in axes) and (
        node.facts.weights != {}
        or any(isinstance(axis, SLIDING) and axis.stride > 1 for axis in axes)
        or any(getattr(axis, "kernel", 2) > 1 for axis in axes)
    )


def _is_flat(network: Network, node: Node) -> bool:
    """Whether one or two axes are read, and the output has as many, or none any more."""
    axes, source = len(node.facts.windows), network.nodes[node.inputs[0]].output
    return 1 <= axes <= 2 and len(source.size) == axes and len(node.output.size) in (0, axes)


_WINDOWS = (*SLIDING, TransposedWindow, AdaptiveWindow, FractionalWindow, Resampling)


def _lines(network: Network, node: Node) -> list[Line]:
    source = network.nodes[node.inputs[0]].output
    axes = node.facts.windows
    sizes = node.output.size or (1,) * len(axes)
    return [line_of(*axis) for axis in zip(axes, source.size, sizes, strict=True)]


class _Axis(NamedTuple):
    """The cells of an axis that are shown, and where they begin."""

    line: Line
    places: dict[int, float]
    gaps: list[float]
    length: float
    size: float

    def at(self, cell: int) -> float:
        """Where a cell begins that may lie in a gap: where the gap does."""
        if cell in self.places:
            return self.places[cell]
        before = [place for known, place in self.places.items() if known < cell]
        return max(before, default=-self.size) + self.size


def _axis(line_: Line, size: float) -> _Axis:
    cells = line_.cells
    gaps = [place * size for place, cell in enumerate(cells) if cell is None]
    return _Axis(line_, places_of(cells, size), gaps, len(cells) * size, size)


def _outputs(line_: Line, size: float) -> _Axis:
    """The cells of the output along an axis."""
    count, unit = line_.outputs, line_.unit
    cells = choose_cells(0, count - 1, (unit, unit))
    labels = {i: str(i) for i in cells if i is not None}
    return _axis(Line(cells, unit, (unit,), (unit, unit), {}, labels, count), size)


def _cell_size(lines: list[Line]) -> float:
    most = max(len(x.cells) for x in lines)
    return min(_CELL, max(6.0, _SIDE / most))


def _map(network: Network, node: Node, lines: list[Line]) -> Scene:
    """The input at the left, the output at the right."""
    size = _cell_size(lines)
    rows, columns = (_axis(x, size) for x in lines)
    out_rows, out_columns = (_outputs(x, size) for x in lines)
    head, top, wide = _heading(network, node, lines)
    left, y = _MARGIN + 22, top + 30
    right = left + columns.length + _GAP
    middle = y + max(0.0, (rows.length - out_rows.length) / 2)
    things: list[Thing] = [*head]
    things += _grid(rows, columns, left, y, _TAP)
    things += _grid(out_rows, out_columns, right, middle, _UNIT)
    box = _window(rows, columns, left, y)
    unit = Rect(right + out_columns.at(out_columns.line.unit), middle + out_rows.at(out_rows.line.unit),
                size, size, Look(stroke="ink", width=1.8))  # fmt: skip
    dashed = Look(stroke="ink", width=0.8, dash=(3, 2))
    things += [box, unit]
    things += [
        line(box.x + box.width, box.y, unit.x, unit.y, dashed),
        line(box.x + box.width, box.y + box.height, unit.x, unit.y + size, dashed),
    ]
    shapes = _shapes(
        network, node, (left, right), y + max(rows.length, out_rows.length + middle - y)
    )
    things += shapes
    ends = (x.x + text_width(x.text, x.size) for x in shapes)
    width = max(right + out_columns.length, wide, *ends) + _MARGIN
    height = y + max(rows.length, out_rows.length) + 40
    return _scene(network, node, things, (width, height))


def _row(network: Network, node: Node, lines: list[Line]) -> Scene:
    """The input above, the output below."""
    size = _cell_size(lines)
    columns, out_columns = _axis(lines[0], size), _outputs(lines[0], size)
    one = _axis(Line((0,), 0, (0,), (0, 0), {}, {}, 1), size)
    head, top, wide = _heading(network, node, lines)
    left, y = _MARGIN, top + 30
    below = y + size + _GAP
    shift = max(0.0, (columns.length - out_columns.length) / 2)
    things: list[Thing] = [*head]
    things += _grid(one, columns, left, y, _TAP)
    things += _grid(one, out_columns, left + shift, below, _UNIT)
    box = _window(one, columns, left, y)
    unit = Rect(left + shift + out_columns.at(out_columns.line.unit), below, size, size,
                Look(stroke="ink", width=1.8))  # fmt: skip
    dashed = Look(stroke="ink", width=0.8, dash=(3, 2))
    things += [box, unit]
    things += [
        line(box.x, y + size, unit.x, below - 11, dashed),
        line(box.x + box.width, y + size, unit.x + size, below - 11, dashed),
    ]
    ends = left + columns.length + 8, left + shift + out_columns.length + 8
    shapes = network.nodes[node.inputs[0]].output, node.output
    for x, row, shape in zip(ends, (y, below), shapes, strict=True):
        things.append(Text(x, row + size / 2 + 3, str(shape), _LETTERS, "faint"))
    wide = max(wide, *(x + text_width(str(s), _LETTERS) for x, s in zip(ends, shapes, strict=True)))
    return _scene(network, node, things, (wide + _MARGIN, below + size + 24))


def _scene(network: Network, node: Node, things: list[Thing], size: tuple[float, float]) -> Scene:
    name = foreign.name(f"{network.name}: {node.name}")
    return Scene(*size, tuple(things), name, "What one unit of a layer reads of its input")


def _grid(rows: _Axis, columns: _Axis, x: float, y: float, tone: str) -> list[Thing]:
    """The cells of a map: those that are read in a tone, numbers above and at the left."""
    size = rows.size
    cells: dict[str, list[tuple[str, tuple[float, ...]]]] = {}
    row_taps, column_taps = set(rows.line.taps), set(columns.line.taps)
    for row, top in rows.places.items():
        for column, left in columns.places.items():
            kinds = (rows.line.kinds.get(row, INPUT), columns.line.kinds.get(column, INPUT))
            kind = next((k for k in _MARKED if k in kinds), INPUT)
            is_read = row in row_taps and column in column_taps
            fill = _read_tone(tone, kind) if is_read else _TONES[kind]
            cells.setdefault(fill, []).extend(_square(x + left, y + top, size))
    letters = min(_NUMBERS, size * 0.5)
    marks: list[Thing] = _numbers(columns, x, y - 4, letters)
    marks += [
        Text(x - 4, y + top + size * 0.68, rows.line.labels[row], letters, "faint", "end")
        for row, top in rows.places.items()
        if row in rows.line.labels
    ]
    marks += [
        Text(x + gap + size / 2, y + rows.length / 2 + 3, "…", 11, "faint", "middle")
        for gap in columns.gaps
    ]
    marks += [
        Text(x + columns.length / 2, y + gap + size * 0.7, "…", 11, "faint", "middle")
        for gap in rows.gaps
    ]
    drawn = (Path(tuple(steps), Look(fill, "border", 0.7)) for fill, steps in cells.items())
    return [Part(tuple(drawn), kind="cells"), *marks]


def _square(x: float, y: float, side: float) -> list[tuple[str, tuple[float, ...]]]:
    corners = (x, y), (x + side, y), (x + side, y + side), (x, y + side)
    return [*zip("MLLL", corners, strict=True), ("Z", ())]


def _numbers(columns: _Axis, x: float, y: float, letters: float) -> list[Thing]:
    """The numbers of cells in a row, as many as there is room for."""
    marks: list[Thing] = []
    end = float("-inf")
    for column, left in columns.places.items():
        label = columns.line.labels.get(column, "")
        middle, half = x + left + columns.size / 2, text_width(label, letters) / 2
        if label and middle - half > end:
            marks.append(Text(middle, y, label, letters, "faint", "middle"))
            end = middle + half + 2
    return marks


def _read_tone(tone: str, kind: str) -> str:
    """What is read of the padding, or of zeros, is darker than what lies around it."""
    return tone if kind == INPUT else f"{tone}-dark"


def _window(rows: _Axis, columns: _Axis, x: float, y: float) -> Rect:
    """The border around all that the window spans."""
    top, bottom = (rows.at(cell) for cell in rows.line.span)
    left, right = (columns.at(cell) for cell in columns.line.span)
    return Rect(x + left, y + top, right + columns.size - left, bottom + rows.size - top,
                Look(stroke="ink", width=1.8))  # fmt: skip


def _heading(network: Network, node: Node, lines: list[Line]) -> tuple[list[Thing], float, float]:
    """The layer, the arithmetic of its sizes, and what the tones mean."""
    title = foreign.name(f"{network.name}: {node.name}")
    told = [f"{node.op} {show_window(window(node))}".rstrip()]
    sums = list(dict.fromkeys(x.sum for x in lines if x.sum))
    told += ["size: " + ", ".join(sums)] if sums else []
    readings = list(dict.fromkeys(x.reading for x in lines if x.reading))
    told += ["unit u reads: " + "; ".join(readings)] if readings else []
    told.append(f"shown: what unit {_unit(lines)} of each channel of the output reads")
    things: list[Thing] = [Text(_MARGIN, 26, title, _TITLE, bold=True)]
    y = 28.0
    for words in told:
        y += 14
        things.append(Text(_MARGIN, y, foreign.visible(words), _LETTERS, "faint"))
    kinds = {kind for x in lines for kind in x.kinds.values()}
    legend = [("element", "paper"), *((k, _TONES[k]) for k in (PADDING, OVERHANG, HOLE, DROPPED) if k in kinds),
              ("read", _TAP), ("unit", _UNIT)]  # fmt: skip
    x = _MARGIN
    for word, tone in legend:
        things.append(Rect(x, y + 10, 10, 10, Look(tone, "border", 0.8)))
        things.append(Text(x + 14, y + 18.5, word, _LETTERS, "faint"))
        x += text_width(word, _LETTERS) + 28
    wide = max(x, text_width(title, _TITLE, bold=True), *(text_width(t, _LETTERS) for t in told))
    return things, y + 24, wide + _MARGIN


def _unit(lines: list[Line]) -> str:
    return "[" + ", ".join(str(x.unit) for x in lines) + "]"


def _shapes(network: Network, node: Node, lefts: tuple[float, float], y: float) -> list[Text]:
    """The shapes below both maps."""
    shapes = network.nodes[node.inputs[0]].output, node.output
    return [Text(x, y + 18, f"{word} {shape}", _LETTERS, "faint")
            for x, word, shape in zip(lefts, ("input", "output"), shapes, strict=True)]  # fmt: skip
