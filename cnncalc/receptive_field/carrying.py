"""How layers carry sets of units to and fro: from outputs to the inputs they read, and back."""

from __future__ import annotations

from functools import partial
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved, Stretch
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Everything, Window, length
from cnncalc.receptive_field.axis_map import stays, ways
from cnncalc.receptive_field.cells import ROW, places, rows_of, runs, whole
from cnncalc.receptive_field.several_axes import place_of
from cnncalc.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.receptive_field.axis_map import Way
    from cnncalc.receptive_field.cells import Cells


def pull(
    cells: Cells,
    axes: Sequence[Axis],
    size: tuple[int, ...],
    rank: int,
    *,
    bias: int | None = None,
    work: Work | None = None,
) -> Cells:
    """The inputs, out of a tensor of `size`, that a set of outputs of `rank` axes reads.

    With a `bias` the input goes on beyond its borders. `work` counts rows; raises TooMuch.
    """
    work = work or Work("unit")
    if not size:
        return {(): 1} if cells else {}
    if not axes:
        return cells
    way = ways(axes, rank)
    if [to for _, to in way] != list(range(rank)):
        return _pull_one_by_one(cells, way, size, output_of(way, rank), bias, work)
    for at, (axis, n) in enumerate(zip(axes, size, strict=True)):
        if not stays(axis):
            read = partial(read_by, axis=axis, n=n, bias=bias, work=work)
            cells = _along(cells, at, rank, read, work, bias or 0)
    return cells


def _along(
    cells: Cells, at: int, rank: int, read: Callable[[int], int], work: Work, moved: int = 0
) -> Cells:
    """Replaces the places along one axis by those that `read` makes of their bits.

    Most rows of a set are equal, and equal rows are read together.
    """
    found: Cells = {}
    work.spend(len(cells))
    if at == rank - 1:
        known = {bits: read(bits) for bits in set(cells.values())}
        return {lead: known[bits] for lead, bits in cells.items() if known[bits]}
    rows: dict[tuple[tuple[int, ...], tuple[int, ...], int], int] = {}
    for lead, bits in cells.items():
        row = (lead[:at], lead[at + 1 :], bits)
        rows[row] = rows.get(row, 0) | 1 << (lead[at] + moved)
    for (before, after, bits), those in rows.items():
        taps = read(those)
        work.spend(taps.bit_count() * rows_of(bits))
        for tap in places(taps):
            place = (*before, tap - moved, *after)
            found[place] = found.get(place, 0) | bits
    return found


def _taps(axis: Axis, n: int, *, free: bool) -> Callable[[int], Sequence[int]]:
    if free and not isinstance(axis, Everything):
        return lambda u: axis.reach(u, n)
    return lambda u: axis.taps(u, n)


def read_by(bits: int, axis: Axis, n: int, bias: int | None, work: Work) -> int:
    """The taps of all outputs whose bits are set, as bits."""
    if isinstance(axis, Everything):
        work.spend(n // ROW + 1)
        return ((1 << n) - 1) << (bias or 0)
    if isinstance(axis, Moved):
        return bits if axis.window is None else read_by(bits, axis.window, n, bias, work)
    if isinstance(axis, Stretch):
        moved = bits >> axis.before if bias is None else bits >> axis.before + bias << bias
        return moved & (((1 << n) - 1) << (bias or 0))
    if isinstance(axis, Window) and axis.stride == 1:
        return _slid(bits, axis, n, bias, work)
    read, moved = 0, bias or 0
    if isinstance(axis, Window) and axis.dilation == 1 and axis.kernel >= axis.stride:
        # Neighbouring windows touch, so that a stretch of outputs reads a stretch.
        work.spend(_read_beyond(axis, bits, moved, n, bias) * bits.bit_count())
        for first, last in runs(bits):
            start = (first - moved) * axis.stride - axis.padding[0]
            end = (last - moved) * axis.stride - axis.padding[0] + axis.kernel
            if bias is None:
                start, end = max(start, 0), min(end, n)
            if start < end:
                read |= ((1 << (end - start)) - 1) << (start + moved)
        return read
    taps_of = _taps(axis, n, free=bias is not None)
    for u in places(bits):
        taps_ = taps_of(u - moved)
        if taps_:
            work.spend(length(taps_) * ((max(taps_[0], taps_[-1]) + moved) // ROW + 1))
        for tap in taps_:
            read |= 1 << (tap + moved)
    return read


def _slid(bits: int, axis: Window, n: int, bias: int | None, work: Work) -> int:
    """What outputs read whose windows move by one element, all of them at once."""
    d, before = axis.dilation, axis.padding[0]
    # Taps that miss the input by all of the outputs are left out; the others double.
    first = 0 if bias is not None else max(0, -((bits.bit_length() - 1 - before) // d))
    last = axis.kernel - 1 if bias is not None else min(axis.kernel - 1, (before + n - 1) // d)
    if first > last:
        return 0
    work.spend((bits.bit_length() + (last - first) * d + abs(first * d - before)) // ROW + 1)
    read, taps = bits, 1
    while taps <= last - first:
        more = min(taps, last - first + 1 - taps)
        read, taps = read | read << (more * d), taps + more
    moved = first * d - before
    read = read << moved if moved >= 0 else read >> -moved
    return read if bias is not None else read & ((1 << n) - 1)


def _read_beyond(axis: Window, bits: int, moved: int, n: int, bias: int | None) -> int:
    """The steps of writing down a stretch that the outputs read."""
    last = n if bias is None else (bits.bit_length() - moved) * axis.stride + axis.kernel + moved
    return max(last, 0) // ROW + 1


def _pull_one_by_one(
    cells: Cells,
    way: Sequence[Way],
    size: tuple[int, ...],
    output: Sequence[int],
    bias: int | None,
    work: Work,
) -> Cells:
    """Where axes are gone, or have changed their places: output by output."""
    moved, free = bias or 0, bias is not None
    asked: set[tuple[int, ...]] = set()
    for lead, bits in cells.items():
        work.spend(bits.bit_count())
        for last in places(bits):
            place = (*lead, last - moved) if output else ()
            asked.add(tuple(place_of(to, place, output) for _, to in way))
    found: Cells = {}
    for place in asked:
        read = [
            range(n) if to is None else _taps(axis, n, free=free)(u)
            for (axis, to), n, u in zip(way, size, place, strict=True)
        ]
        work.spend(length(read[-1]) + prod(map(length, read[:-1])))
        bits = 0
        for tap in read[-1]:
            bits |= 1 << (tap + moved)
        for lead in product(*read[:-1]):
            if bits:
                found[lead] = found.get(lead, 0) | bits
    return found


def push(
    cells: Cells,
    axes: Sequence[Axis],
    size: tuple[int, ...],
    output: tuple[int, ...],
    work: Work | None = None,
) -> Cells:
    """The outputs, out of a tensor of size `output`, that read any of a set of inputs.

    `work` counts rows; raises TooMuch.
    """
    work = work or Work("unit")
    if not axes:
        work.spend(1 if size else prod(output[:-1]))
        return cells if size else whole(output) if cells else {}
    if not cells:
        return {}
    way = ways(axes, len(output))
    if any(isinstance(axis, Regrouped) for axis in axes):
        return _push_by_pulling(cells, way, size, output, work)
    if [to for _, to in way] != list(range(len(output))):
        return _push_one_by_one(cells, way, size, output, work)
    for at, (axis, n, m) in enumerate(zip(axes, size, output, strict=True)):
        readers = _readers(axis, n, m, work)
        cells = _along(cells, at, len(size), partial(_readers_of, readers=readers), work)
    return cells


def _readers_of(bits: int, readers: Sequence[Sequence[int]]) -> int:
    """The outputs that read any of the inputs whose bits are set, as bits."""
    read = 0
    for i in places(bits):
        for u in readers[i]:
            read |= 1 << u
    return read


def _readers(axis: Axis, n: int, m: int, work: Work) -> list[list[int]]:
    """For every input the outputs that read it."""
    work.spend(n + m)
    found: list[list[int]] = [[] for _ in range(n)]
    if isinstance(axis, Everything):
        return [list(range(m))] * n
    for u in range(m):
        taps = axis.taps(u, n)
        work.spend(length(taps))
        for tap in taps:
            found[tap].append(u)
    return found


def _push_by_pulling(
    cells: Cells,
    way: Sequence[Way],
    size: tuple[int, ...],
    output: tuple[int, ...],
    work: Work,
) -> Cells:
    """Where axes are split, or put together: every output is asked what it reads."""
    found: Cells = {}
    for place in product(*map(range, output)):
        read = [
            axis.taps(place_of(to, place, output), n)
            for (axis, to), n in zip(way, size, strict=True)
        ]
        work.spend(prod(map(len, read)))
        if any(cells.get(tap[:-1], 0) >> tap[-1] & 1 for tap in product(*read)):
            found[place[:-1]] = found.get(place[:-1], 0) | 1 << place[-1]
    return found


def output_of(way: Sequence[Way], rank: int) -> list[int]:
    """The lengths of the axes of an output as far as a reshape tells them; 1 for all others."""
    found = [1] * rank
    for axis, _ in way:
        if isinstance(axis, Regrouped):
            for to, n in zip(axis.to, axis.sizes, strict=True):
                found[to] = n
    return found


def _push_one_by_one(
    cells: Cells,
    way: Sequence[Way],
    size: tuple[int, ...],
    output: tuple[int, ...],
    work: Work,
) -> Cells:
    readers = [
        _readers(axis, n, output[to], work) if isinstance(to, int) else None
        for (axis, to), n in zip(way, size, strict=True)
    ]
    if not output:
        return {(): 1}
    # Places that are read by the same outputs are one.
    read: dict[tuple[int, ...], list[Sequence[int]]] = {}
    for lead, bits in cells.items():
        work.spend(bits.bit_count())
        for last in places(bits):
            reached: list[Sequence[int]] = [range(m) for m in output]
            for (_, to), reader, i in zip(way, readers, (*lead, last), strict=True):
                if isinstance(to, int) and reader is not None:
                    reached[to] = reader[i]
            read[tuple(-1 if isinstance(one, range) else id(one) for one in reached)] = reached
    found: Cells = {}
    for *leads, lasts in read.values():
        work.spend(prod(map(length, leads)) + length(lasts))
        mask = sum(1 << u for u in lasts)
        for place in product(*leads):
            if mask:
                found[place] = found.get(place, 0) | mask
    return found
