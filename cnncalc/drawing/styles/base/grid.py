"""One axis of a layer as cells: the input with its padding, what one unit reads, what nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.arithmetic.resampling import Resampling
from cnncalc.arithmetic.windows import (
    SLIDING,
    AdaptiveWindow,
    BorderedWindow,
    Everything,
    TransposedWindow,
    Window,
    copied_place,
    length,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

INPUT, PADDING, HOLE, DROPPED = "input", "padding", "zero between", "dropped"
OVERHANG = "beyond the end"
_AROUND, _BEGIN, _LAST = 3, 13, 6
"""Of a long axis the first and the last cells are shown, and those of the window with a few around it."""
_ALL = 20
_WINDOW, _END = 24, 9
"""Of a window of more cells so many are shown at both of its ends."""


class Line(NamedTuple):
    """The cells of an axis that are shown; those from 0 are elements, None is a gap.

    `unit` is the place on the output, `taps` are the cells shown that it reads, `span` its first and
    its last tap. `kinds` are those of the cells, `labels` what is written beside them. `outputs` is
    how many units there are, `sum` the arithmetic of that in words, `reading` what a unit reads
    where that is no window of one size.
    """

    cells: tuple[int | None, ...]
    unit: int
    taps: tuple[int, ...]
    span: tuple[int, int]
    kinds: dict[int, str]
    labels: dict[int, str]
    outputs: int
    sum: str = ""
    reading: str = ""


def line_of(window: Any, size: int, outputs: int) -> Line:
    """The axis of a layer by how it is read; the unit is the second, if there are two."""
    unit = min(1, outputs - 1)
    if isinstance(window, TransposedWindow):
        return _transposed_line(window, size, outputs, unit)
    if isinstance(window, SLIDING):
        return _sliding_line(window, size, outputs, unit)
    taps = window.taps(unit, size) or (0,)
    cells = choose_cells(0, size - 1, (taps[0], taps[-1]))
    kinds = _kinds(cells, {DROPPED: lambda i: not _is_resampled(window, i, size, outputs)})
    return Line(
        cells, unit, _among(cells, taps), (taps[0], taps[-1]), kinds, _labels(cells, size), outputs,
        reading=_reading(window, size),
    )  # fmt: skip


def _sliding_line(window: Window | BorderedWindow, size: int, outputs: int, unit: int) -> Line:
    """A window over the padded elements; its last place may stick out."""
    before, after = window.padding
    span = unit * window.stride - before, unit * window.stride - before + window.extent - 1
    padded, uncut = size + max(0, after), size + min(0, after)
    end = max(padded - 1, (outputs - 1) * window.stride - before + window.extent - 1)
    cells = choose_cells(min(0, -before), end, span)
    copies = _copies(window, size, outputs)
    kinds = _kinds(cells, {
        OVERHANG: lambda i: i >= padded,
        PADDING: lambda i: not 0 <= i < size,
        DROPPED: lambda i: i >= uncut or not (is_read(window, i, outputs) or i in copies),
    })  # fmt: skip
    taps = _among(cells, range(span[0], span[1] + 1, window.dilation))
    total = f"{_sum(window, size, outputs)} = {outputs}"
    return Line(cells, unit, taps, span, kinds, _labels(cells, size), outputs, total)


def _transposed_line(window: TransposedWindow, size: int, outputs: int, unit: int) -> Line:
    """A transposed window moves by one over the elements, which zeros keep a stride apart."""
    stride, extent, (before, after) = window.stride, window.extent, window.padding
    span = unit + before - extent + 1, unit + before
    inner = (size - 1) * stride
    last = max(inner + extent - 1 - after, inner)
    cells = choose_cells(min(before - extent + 1, 0), last, span)
    kinds = _kinds(cells, {
        PADDING: lambda i: not 0 <= i <= inner,
        HOLE: lambda i: i % stride > 0,
        DROPPED: lambda i: not is_read(window, i // stride, outputs),
    })  # fmt: skip
    taps = _among(cells, range(span[0], span[1] + 1, window.dilation))
    total = f"({size} − 1) · {stride} + {extent} {_summand(-before - after)} = {outputs}"
    return Line(cells, unit, taps, span, kinds, _labels(cells, size, stride), outputs, total)


def _kinds(cells: Iterable[int | None], kinds: dict[str, Callable[[int], bool]]) -> dict[int, str]:
    """The kind of each cell: the first that it is; those that are no other are elements."""
    found = {
        i: next((kind for kind, is_it in kinds.items() if is_it(i)), INPUT)
        for i in cells
        if i is not None
    }
    return {i: kind for i, kind in found.items() if kind != INPUT}


def _among(cells: Iterable[int | None], taps: Sequence[int]) -> tuple[int, ...]:
    """The cells shown that are read."""
    return tuple(i for i in cells if i is not None and i in taps)


def _labels(cells: Iterable[int | None], size: int, stride: int = 1) -> dict[int, str]:
    """The number of each element, which are a stride apart."""
    return {
        i: str(i // stride)
        for i in cells
        if i is not None and 0 <= i <= (size - 1) * stride and i % stride == 0
    }


def is_read(window: Window | BorderedWindow | TransposedWindow, place: int, outputs: int) -> bool:
    """Whether any of the units of the output reads a place on the input.

    The units that do are the taps of the transpose.

    >>> [is_read(Window(kernel=1, stride=2), place, 3) for place in range(6)]
    [True, False, True, False, True, False]
    """
    kernel, stride, dilation, (before, _) = window[:4]
    back = Window if isinstance(window, TransposedWindow) else TransposedWindow
    return length(back(kernel, stride, dilation, (before, 0)).taps(place, outputs)) > 0


_COPIES = 4096
"""So many places beyond either end are asked for the element that they are a copy of."""


def _copies(window: Window | BorderedWindow, size: int, outputs: int) -> set[int]:
    """The elements that are read as copies beyond the ends."""
    if not isinstance(window, BorderedWindow):
        return set()
    before, after = (min(max(0, side), _COPIES) for side in window.padding)
    return {
        copied_place(place, size, window.mode)
        for place in (*range(-before, 0), *range(size, size + after))
        if is_read(window, place, outputs)
    }


def _is_resampled(window: Any, place: int, size: int, outputs: int) -> bool:
    """Whether any unit reads an element, of a map that is read in order; those near it are asked."""
    if isinstance(window, (AdaptiveWindow, Everything)):
        return True
    start, step = 0, (size, outputs)
    if isinstance(window, Resampling):
        start, step = window.start, window.step or (window.source, window.target)
    near = (place - start) * step[1] // step[0]
    around = _AROUND * -(-step[1] // step[0])
    if around > _COPIES:
        return True
    units = range(max(0, near - around), min(outputs, near + around + 1))
    return any(place in window.taps(unit, size) for unit in units)


def _sum(window: Window | BorderedWindow, size: int, outputs: int) -> str:
    """How many places a window stops at, by its rule (see `arithmetic.rounding`)."""
    stride, (before, after) = window.stride, window.padding
    room = size + before + after - window.extent
    quotient = f"({size} {_summand(before)} {_summand(after)} − {window.extent}) / {stride}"
    full = -(-room // stride) + 1
    if window.rounding == "round":
        return f"⌊{quotient} + ½⌋ + 1"
    if window.rounding == "starting" or (window.rounding == "within" and outputs < full):
        return f"⌈({size} {_summand(before)}) / {stride}⌉"
    if window.rounding == "floor" or (window.rounding == "truncated" and room >= 0):
        return f"⌊{quotient}⌋ + 1"
    # Of `ceil` the last window counts only if it begins before the end.
    return f"⌈{quotient}⌉ + 1" + (f" − {full - outputs}" if outputs < full else "")


def _summand(value: int) -> str:
    return f"− {-value}" if value < 0 else f"+ {value}"


def _reading(window: Any, size: int) -> str:
    """What a unit reads of an axis, where that is no window of one size."""
    if isinstance(window, AdaptiveWindow):
        return f"from ⌊u · {size} / {window.target}⌋ up to ⌈(u + 1) · {size} / {window.target}⌉"
    return f"all {size:,} elements" if isinstance(window, Everything) else ""


def choose_cells(first: int, last: int, span: tuple[int, int]) -> tuple[int | None, ...]:
    """The cells that are shown of an axis: all of a short one, of others both ends, and the window.

    Of a long window both ends are shown. None is a gap, which stands for two cells or more.
    """
    if last - first + 1 <= _ALL:
        return tuple(range(first, last + 1))
    start, end = span
    pieces = [(first, first + _BEGIN - 1), (last - _LAST + 1, last)]
    if end - start + 1 <= _WINDOW:
        pieces.append((start - _AROUND, end + _AROUND))
    else:
        pieces += [(start - _AROUND, start + _END - 1), (end - _END + 1, end + _AROUND)]
    cells: list[int | None] = []
    after = first
    for begin, stop in sorted(piece for piece in pieces if piece[0] <= last):
        if begin > after + 1:
            cells.append(None)
            after = begin
        cells += range(after, min(stop, last) + 1)
        after = max(after, min(stop, last) + 1)
    return tuple(cells)


def places_of(cells: Sequence[int | None], size: float) -> dict[int, float]:
    """Where each cell begins that is shown; a gap is as long as a cell."""
    return {cell: place * size for place, cell in enumerate(cells) if cell is not None}
