"""One axis of a layer as cells: the input with its padding, what one unit reads, what is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.arithmetic.windows import SLIDING, TransposedWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

INPUT, PADDING, HOLE, DROPPED = "input", "padding", "zero between", "dropped"
_AROUND, _LAST = 3, 6
"""Of a long axis the cells up to the window and a few more are shown, and the last ones."""
_ALL = 20
_WINDOW = 48
"""A window of more cells is shown by its first ones."""


class Line(NamedTuple):
    """The cells of an axis from `first` to `last`, of which those from 0 are elements.

    `unit` is the place on the output, `taps` are the cells that it reads, `span` the cells from its first
    tap to its last. `kinds` are those of all cells, `labels` what is written beside them. `outputs` is how many
    units there are, `sum` the arithmetic of that in words.
    """

    first: int
    last: int
    unit: int
    taps: tuple[int, ...]
    span: tuple[int, int]
    kinds: dict[int, str]
    labels: dict[int, str]
    outputs: int
    sum: str


def line_of(window: Any, size: int, outputs: int) -> Line:
    """The axis of a layer by how it is read; the unit is the second, if there are two."""
    unit = min(1, outputs - 1)
    if isinstance(window, TransposedWindow):
        return _transposed_line(window, size, outputs, unit)
    if not isinstance(window, SLIDING):
        taps = tuple(window.taps(unit, size)[:_WINDOW]) or (0,)
        labels = {i: str(i) for i in range(size)}
        return Line(0, size - 1, unit, taps, (taps[0], taps[-1]), {}, labels, outputs, "")
    before, after = (max(0, side) for side in window.padding)
    start = unit * window.stride - window.padding[0]
    taps = tuple(start + i * window.dilation for i in range(min(window.kernel, _WINDOW)))
    end = max(size + after - 1, start + window.extent - 1)
    kinds = dict.fromkeys([*range(-before, 0), *range(size, end + 1)], PADDING)
    dropped = window.count_dropped(size)
    kinds |= dict.fromkeys(range(size - dropped, size), DROPPED)
    total = (f"⌊({size} + {before} + {after} − {window.extent}) / {window.stride}⌋ + 1 = {outputs}"
             if window.rounding == "floor" and min(window.padding) >= 0 else "")  # fmt: skip
    labels = {i: str(i) for i in range(size)}
    return Line(
        -before, end, unit, taps, (start, start + window.extent - 1), kinds, labels, outputs, total
    )


def _transposed_line(window: TransposedWindow, size: int, outputs: int, unit: int) -> Line:
    """A transposed window moves by one over the elements, which zeros keep a stride apart."""
    extent, (before, after) = window.extent, window.padding
    start = unit + before - extent + 1
    taps = tuple(start + i * window.dilation for i in range(min(window.kernel, _WINDOW)))
    first = min(before - extent + 1, 0)
    inner = (size - 1) * window.stride
    last = max(inner + extent - 1 - after, inner)
    kinds = {i: HOLE for i in range(inner) if i % window.stride}
    kinds |= dict.fromkeys([*range(first, 0), *range(inner + 1, last + 1)], PADDING)
    labels = {i * window.stride: str(i) for i in range(size)}
    cut = before + after
    sign = f"− {cut}" if cut >= 0 else f"+ {-cut}"
    total = f"({size} − 1) · {window.stride} + {extent} {sign} = {outputs}"
    return Line(first, last, unit, taps, (start, start + extent - 1), kinds, labels, outputs, total)


def choose_cells(first: int, last: int, needed: int) -> list[int | None]:
    """The cells that are shown of a long axis: up to `needed` and a few more, and the last; None is a gap."""
    if last - first + 1 <= _ALL:
        return list(range(first, last + 1))
    end = min(last, max(needed + _AROUND, first + _ALL - _LAST - 2))
    start = max(end + 1, last - _LAST + 1)
    if start == end + 1:
        return list(range(first, last + 1))
    return [*range(first, end + 1), None, *range(start, last + 1)]


def places_of(cells: Sequence[int | None], size: float) -> dict[int, float]:
    """Where each cell begins that is shown; a gap is as long as a cell."""
    return {cell: place * size for place, cell in enumerate(cells) if cell is not None}
