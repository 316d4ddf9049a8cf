"""Sets of units kept as bits: every function against the same done with plain sets of places."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.arithmetic.moving import Moved
from cnncalc.arithmetic.resampling import Border
from cnncalc.arithmetic.sequences import Recurrence
from cnncalc.arithmetic.windows import (
    AdaptiveWindow,
    Everything,
    TransposedWindow,
    Window,
    copied_place,
)
from cnncalc.receptive_field import axis_map, carrying
from cnncalc.receptive_field import cells as sets
from cnncalc.receptive_field.paths import influence

BIAS = 5
"""Places from -5 on have bits; no power of two, so that a sum is no union of bits."""


def cells(places, bias=0):
    return sets.union(sets.cell(place, bias) for place in places)


def plain(cells, bias=0):
    return {(*lead, bit - bias) for lead, bits in cells.items() for bit in range(bits.bit_length()) if bits >> bit & 1}


def filled(boxes):
    return [place for box in boxes for place in product(*(range(first, last + 1) for first, last in box))]


def grids(rank):
    return st.sets(st.tuples(*[st.integers(0, 3)] * rank), min_size=1)


@pytest.mark.parametrize(("bits", "runs"), [
    (0b0, []),
    (0b1, [(0, 0)]),
    (0b1110, [(1, 3)]),
    (0b1011, [(0, 1), (3, 3)]),
    (0b1100110, [(1, 2), (5, 6)]),
])  # fmt: skip
def test_stretches_of_ones(bits, runs):
    assert list(sets.runs(bits)) == runs
    assert list(sets.places(bits)) == [i for i in range(8) if bits >> i & 1]


@pytest.mark.parametrize(("places", "boxes"), [
    # two equal rows, one below the other
    ([(0, 0), (0, 1), (1, 0), (1, 1)], [((0, 1), (0, 1))]),
    # equal rows with a row between
    ([(0, 0), (2, 0)], [((0, 0), (0, 0)), ((2, 2), (0, 0))]),
    # three rows of two stretches each
    ([(i, j) for i in range(3) for j in (0, 2)], [((0, 2), (0, 0)), ((0, 2), (2, 2))]),
    # a wider row below, then another like it
    ([(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)], [((0, 0), (0, 0)), ((1, 2), (0, 1))]),
    # equal planes stay two boxes: only rows are joined
    ([(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0)], [((0, 0), (0, 1), (0, 0)), ((1, 1), (0, 1), (0, 0))]),
    # rows of other planes are not below one another
    ([(0, 0, 0), (1, 1, 0)], [((0, 0), (0, 0), (0, 0)), ((1, 1), (1, 1), (0, 0))]),
    ([(3,), (4,), (6,)], [((3, 4),), ((6, 6),)]),
])  # fmt: skip
def test_a_set_as_boxes(places, boxes):
    assert sets.boxes(cells(places)) == boxes
    assert sets.boxes(cells(places, BIAS), BIAS) == boxes
    assert sets.count(cells(places)) == len(places)


@given(st.integers(1, 3).flatmap(grids))
def test_boxes_hold_every_place_once(places):
    kept = cells(places)

    assert plain(kept) == places
    assert sets.count(kept) == len(places)
    assert sorted(filled(sets.boxes(kept))) == sorted(places)
    assert sets.box(kept) == tuple((min(axis), max(axis)) for axis in zip(*places, strict=True))


def test_nothing_and_a_vector():
    assert sets.box({}) is None
    assert sets.boxes({}) == []
    assert sets.cell(()) == {(): 1}
    assert carrying.pull({(): 1}, (), (), 1) == {(): 1}
    assert carrying.pull({}, (), (), 1) == {}


WINDOWS = [
    Window(kernel=3, padding=(1, 1)),
    Window(kernel=3, dilation=2, padding=(2, 1)),
    Window(kernel=2, padding=(-1, 0)),
    Window(kernel=3, stride=2, padding=(1, 0)),
    Window(kernel=2, stride=3),
    Window(kernel=2, stride=2, dilation=2, padding=(1, 1)),
    TransposedWindow(kernel=3, stride=2, padding=(1, 0)),
    AdaptiveWindow(3),
    Everything(4),
]


@pytest.mark.parametrize("axis", WINDOWS, ids=repr)
@given(outputs=st.sets(st.integers(0, 3), min_size=1))
def test_what_outputs_read_along_an_axis(axis, outputs):
    n = 7
    outputs = {u for u in outputs if u < axis.positions(n)} or {0}
    want = {tap for u in outputs for tap in axis.taps(u, n)}

    assert plain(carrying.pull(cells([(u,) for u in outputs]), (axis,), (n,), 1)) == {(tap,) for tap in want}


@pytest.mark.parametrize("axis", [axis for axis in WINDOWS if not isinstance(axis, AdaptiveWindow)], ids=repr)
@given(outputs=st.sets(st.integers(-1, 3), min_size=1))
def test_what_outputs_read_where_there_are_no_borders(axis, outputs):
    n, bias = 7, 11
    want = {tap for u in outputs for tap in axis.reach(u, n)} if not isinstance(axis, Everything) else set(range(n))

    found = carrying.pull(cells([(u,) for u in outputs], bias), (axis,), (n,), 1, bias=bias)

    assert plain(found, bias) == {(tap,) for tap in want}


def test_a_stretch_of_outputs_without_borders_by_hand():
    # Outputs 0 and 1 of a kernel of 3 with stride 2 and padding 1 read -1 to 1 and 1 to 3.
    found = carrying.pull(cells([(0,), (1,)], BIAS), (Window(3, 2, padding=(1, 1)),), (8,), 1, bias=BIAS)

    assert plain(found, BIAS) == {(-1,), (0,), (1,), (2,), (3,)}


AXES = (Window(kernel=3, stride=2, padding=(1, 1)), Window(kernel=2))


@given(grids(2))
def test_what_outputs_read_on_two_axes(outputs):
    outputs = {(u % 4, v % 4) for u, v in outputs}
    want = {(i, j) for u, v in outputs for i in AXES[0].taps(u, 7) for j in AXES[1].taps(v, 5)}

    assert plain(carrying.pull(cells(outputs), AXES, (7, 5), 2)) == want


@given(grids(2))
def test_which_outputs_read_some_inputs_on_two_axes(inputs):
    want = {
        (u, v)
        for u, v in product(range(4), range(4))
        if any(i in AXES[0].taps(u, 7) and j in AXES[1].taps(v, 5) for i, j in inputs)
    }

    assert plain(carrying.push(cells(inputs), AXES, (7, 5), (4, 4))) == want


TURNED = (Moved(1), Moved(0))
GONE = (Everything(1), Window(kernel=2))
"""The first axis is read as a whole, and the output has only the second one."""


@pytest.mark.parametrize(("axes", "size", "outputs", "inputs"), [
    (TURNED, (3, 4), [(0, 1), (3, 2)], {(1, 0), (2, 3)}),
    (TURNED, (3, 4), [(0, 1), (2, 1)], {(1, 0), (1, 2)}),
    (GONE,   (2, 5), [(0,), (3,)],     {(0, 0), (0, 1), (0, 3), (0, 4), (1, 0), (1, 1), (1, 3), (1, 4)}),
    ((Everything(1), Everything(1)), (2, 2), [()], {(0, 0), (0, 1), (1, 0), (1, 1)}),
])  # fmt: skip
def test_what_outputs_read_where_axes_are_gone_or_have_moved(axes, size, outputs, inputs):
    rank = len(outputs[0])

    assert {place[:2] for place in plain(carrying.pull(cells(outputs), axes, size, rank))} == inputs
    if rank:
        found = carrying.pull(cells(outputs, BIAS), axes, size, rank, bias=BIAS)
        assert plain(found, BIAS) == inputs


@pytest.mark.parametrize(("axes", "size", "inputs", "output", "outputs"), [
    (TURNED, (3, 4), [(1, 0), (2, 3)], (4, 3), {(0, 1), (3, 2)}),
    (TURNED, (3, 4), [(1, 0), (1, 3)], (4, 3), {(0, 1), (3, 1)}),
    (GONE,   (2, 5), [(0, 0), (1, 3)], (4,),   {(0,), (2,), (3,)}),
    ((Everything(1),), (5,), [(2,)],   (),     {(0,)}),
    ((),     (),     [()],             (),     {(0,)}),
    ((),     (),     [()],             (2, 3), set(product(range(2), range(3)))),
])  # fmt: skip
def test_which_outputs_read_some_inputs_where_axes_are_gone_or_have_moved(axes, size, inputs, output, outputs):
    found = carrying.push(cells(inputs), axes, size, output)

    # A vector has one place.
    assert plain(found) == outputs


def test_nothing_is_read_of_nothing():
    assert carrying.push({}, AXES, (7, 5), (4, 4)) == {}
    assert carrying.push({}, (), (), (2, 3)) == {}


def test_paths_through_axes_that_change_their_places():
    """Each axis of a volume keeps its window, wherever it goes: two taps of d, one of h, three of w."""
    network = cnncalc.loads(
        "input: {channels: 1, size: [4, 5, 6]}\n"
        "layers: [permute: {axes: [c, w, d, h]}, conv: {filters: 1, kernel: [3, 2, 1]}]\n"
    )
    [grid] = influence(network, 2, (1, 2, 4)).values()

    found = {(*lead, w): n for lead, row in grid.items() for w, n in enumerate(row) if n}
    assert found == {(d, 4, w): 1 for d in (2, 3) for w in (1, 2, 3)}


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("place", [-3, -1, 0, 2, 4, 6])
def test_what_lies_beyond_the_ends_is_copied_from_within(mode, place):
    """A border of nothing, read beyond its ends, goes on as one that is wide enough does."""
    [wanted] = Border((3, 3), mode).taps(place + 3, 5)

    assert copied_place(place, 5, mode) == wanted


@pytest.mark.parametrize(("axis", "stays"), [
    (Window(), True), (Window(1, 1, 1, (1, 0)), False), (Window(2), False), (Window(1, 2), False), (Everything(3), False),
])  # fmt: skip
def test_what_reads_the_one_place_of_its_own(axis, stays):
    assert axis_map.stays(axis) is stays


@pytest.mark.parametrize(("window", "first", "last", "read"), [
    # taps 3 apart leave holes until there are three windows beside each other
    (Window(3, 1, 3), 0, 0, [0, 3, 6]),
    (Window(3, 1, 3), 0, 1, [0, 1, 3, 4, 6, 7]),
    (Window(3, 1, 3), 0, 2, list(range(9))),
    (Window(3, 1, 3), 1, 3, list(range(1, 10))),
    (Window(2, 2, 1, (1, 0)), 1, 2, [1, 2, 3, 4]),
])  # fmt: skip
def test_what_windows_beside_each_other_read(window, first, last, read):
    assert list(Recurrence(window, 1, 0)._together(first, last)) == read
