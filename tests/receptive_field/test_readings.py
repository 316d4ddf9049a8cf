"""Who sees anything, through how many paths, and how far spread: along one axis, by definition and by hand."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc import loads
from cnncalc.arithmetic import intervals
from cnncalc.arithmetic.intervals import INPUT, Field
from cnncalc.arithmetic.moving import Moved, Picked, Stretch, Tiled
from cnncalc.arithmetic.sequences import Blocks
from cnncalc.arithmetic.windows import AdaptiveWindow, Everything, TransposedWindow, Window
from cnncalc.receptive_field import (
    cells,
    coverage,
    density,
    describe,
    effective,
    paths,
    recurrence,
    several_axes,
)
from cnncalc.receptive_field.axis_map import readings, ways
from cnncalc.receptive_field.size_free import MANY, View, views
from cnncalc.receptive_field.survey import show_fraction
from cnncalc.work import LIMITS, Work

N = 7
AXES = [
    Window(kernel=3, padding=(1, 1)),
    Window(kernel=3, dilation=3, padding=(3, 3)),
    Window(kernel=2, dilation=8, padding=(4, 4)),          # two taps that are further apart than the input is long
    Window(kernel=2, stride=3),
    Window(kernel=2, stride=2, padding=(4, 5)),            # the first and the last windows read padding alone
    Window(kernel=1, stride=2, padding=(3, 3)),
    Window(kernel=2, padding=(-2, -1)),
    TransposedWindow(kernel=2, stride=3),                  # every third output reads nothing
    TransposedWindow(kernel=3, stride=2, padding=(1, -2)),
    TransposedWindow(kernel=3, dilation=2),                # reads every other input
    AdaptiveWindow(3),
    Picked((5, 0, 5, 2)),
    Tiled(2),
    Blocks(3, 1),
]  # fmt: skip


@pytest.mark.parametrize("axis", AXES, ids=repr)
@given(alive=st.integers(0, 2**N - 1) | st.just(2**N - 1))
def test_an_output_is_alive_that_reads_anything_alive(axis, alive):
    m = axis.positions(N)
    want = sum(1 << u for u in range(m) if any(alive >> tap & 1 for tap in axis.taps(u, N)))

    assert coverage._readers(axis, N, m, alive) == want
    coverage._readers.cache_clear()


@pytest.mark.parametrize("axis", AXES, ids=repr)
def test_an_output_is_alive_that_reads_any_of_a_whole_input(axis):
    m = axis.positions(N)

    assert coverage._readers(axis, N, m, 2**N - 1) == sum(1 << u for u in range(m) if len(axis.taps(u, N)))


def test_who_is_alive_behind_what_reads_all_or_moves():
    assert coverage._readers(Everything(4), 3, 4, 0b010) == 0b1111
    assert coverage._readers(Everything(4), 3, 4, 0b000) == 0
    assert coverage._readers(Stretch(2, 1), 3, 6, 0b101) == 0b10100


def build(given, *layers):
    return cnncalc.loads(f"dialect: torch\ninput: {given}\nlayers:\n" + "".join(f"- {layer}\n" for layer in layers))


@pytest.mark.parametrize(("layers", "blind"), [
    # two zeros on either side, and what is cut out of them
    (["pad: 2", "slice: {axis: l, range: [1, 4]}"], [0, 4, 1]),
    # a vector has no places; a map made of it sees what it sees
    (["global_avg_pool", "dense: 12", "reshape: {to: {channels: 3, size: [4]}}"], [0, 0, 0, 0]),
    (["pad: 2", "slice: {axis: l, range: [0, 2]}", "global_avg_pool", "dense: 12", "reshape: {to: {channels: 3, size: [4]}}"],
     [0, 4, 2, 0, 0, 4]),
    # four on either side make the first and the last of three rows, and are eight again in one row
    (["pad: 4", "reshape: {to: {channels: 1, size: [3, 4]}}", "reshape: {to: {channels: 1, size: [12]}}"], [0, 8, 2, 8]),
    # of -2 … 5, of which 0 … 3 are there, u - 2, u and u + 2 at u = 0 … 11: all but the first two and the last two
    (["pad: 2", "conv_transpose: {filters: 1, kernel: 3, dilation: 2}"], [0, 4, 4]),
])  # fmt: skip
def test_how_many_units_see_padding_alone(layers, blind):
    assert coverage.blind(build("{channels: 1, size: [4]}", *layers)) == blind


ROWS = "reshape: {to: {channels: 1, size: [3, 4]}}"


@pytest.mark.parametrize(("size", "layers", "unread"), [
    (12, [ROWS], []),
    (12, [ROWS, "slice: {axis: h, range: [1, 2]}"], [(0, 3), (8, 11)]),
    (12, [ROWS, "slice: {axis: w, range: [1, 3]}"], [(0, 0), (3, 4), (7, 8), (11, 11)]),
    # a corner of the padding
    (9, ["reshape: {to: {channels: 1, size: [3, 3]}}", "pad: 4", "slice: {axis: h, range: [0, 2]}", "slice: {axis: w, range: [0, 2]}"],
     [(0, 8)]),
])  # fmt: skip
def test_what_is_not_read_of_a_row_that_becomes_a_map(size, layers, unread):
    assert coverage.unread(build(f"{{channels: 1, size: [{size}]}}", *layers)) == {"input": [unread]}


@pytest.mark.parametrize(("first", "field"), [
    ([0, 0, 2, 2], Field((0, 0), (0, 0), 2)),
    # every other unit sees nothing
    ([0, None, 1, None], Field((0, None), (0, None), 1)),
    ([None, 0, None, 1], Field((None, 0, None, 1), (None, 0, None, 1), None)),
    ([0, 5, 3, 1], Field((0, 5, 3, 1), (0, 5, 3, 1), None)),
])  # fmt: skip
def test_units_one_by_one_repeat_themselves_if_they_do(first, field):
    assert several_axes._shortest([(place, place) for place in first]) == field


# Where axes meet ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("axes", "rank", "to"), [
    ((Window(), Window(3)), 2, [0, 1]),
    ((Window(), Everything(1)), 1, [0, None]),
    ((Everything(1), Window()), 1, [None, 0]),
    ((Everything(1), Everything(1), Window()), 1, [None, None, 0]),
    ((Everything(1), Everything(1)), 1, [None, 0]),
    # neither is one element: nobody knows which is gone
    ((Window(), Window()), 1, [None, None]),
    ((Everything(2), Window()), 1, [None, None]),
])  # fmt: skip
def test_an_axis_that_is_read_as_a_whole_is_gone(axes, rank, to):
    assert [goal for _, goal in ways(axes, rank)] == to


def test_of_a_map_and_the_same_with_its_axes_exchanged_no_axis_is_left():
    """Unit (u, v) sees (u, v) and (v, u): no window, and no size for a normal field to be cut to."""
    net = build("{channels: 1, size: [8, 8]}", "permute: [c, w, h]", "add: [input, prev]")
    [*_, row] = cnncalc.analyze(net, "receptive-field").to_dict()["layers"]

    assert views(net)[-1] == {"input": (View(None, None, "add1"),) * 2}
    for one in row["receptive_field"]["input"]:
        assert (one["global"], one["size"], one["erf"], one["erf_sigma"]) == (True, None, None, None)


def test_a_map_as_a_row_and_back_is_the_map_however_large():
    net = build("{channels: 1, size: [300, 300]}", "reshape: {to: {channels: 1, size: [90000]}}",
                "reshape: {to: {channels: 1, size: [300, 300]}}")  # fmt: skip

    assert views(net)[-1] == {"input": (View(INPUT, 0), View(INPUT, 1))}


def test_a_reshape_that_takes_too_much_is_a_gap(monkeypatch):
    monkeypatch.setitem(LIMITS, "fields", LIMITS["fields"]._replace(most=3))
    [view] = views(build("{channels: 1, size: [12]}", ROWS))[-1]["input"]

    assert (view.field, view.along, view.gap) == (None, (0, 1), "it takes more than 3 fields of single units")


def test_axes_that_are_seen_alike_but_for_a_whole_are_told_apart():
    three = Field((-1,), (1,), 1)
    [one, *others] = describe.axes({"x": (View(three, 0), View(three, 1, "norm"), View(three, 2, "norm"))})["x"]

    assert (one["global"], one["size"]) == (False, 3)
    for other in others:
        assert (other["global"], other["size"], other["local"], other["global_via"]) == (True, None, 3, "norm")


def test_a_window_over_too_many_units_that_do_not_see_alike(monkeypatch):
    monkeypatch.setattr(intervals, "MOST", 9)
    # 8 units see 1 each and 2 each: as different strides say, one by one; a window makes 10 of them.
    net = build("{channels: 1, size: [16]}", "max_pool: {size: 2, name: a}", "slice: {axis: l, range: [0, 8], from: input}",
                "add: [a, prev]", "conv: {filters: 1, kernel: 3, padding: 2}")  # fmt: skip
    *_, merged, over = (seen["input"] for seen in views(net))

    assert merged == (View(Field(tuple(range(8)), tuple(range(1, 16, 2)), None), 0, phases=8),)
    assert over == (View(None, 0, gap=MANY),)


TWO = """\
inputs: {a: {channels: 1, size: [16]}, b: {channels: 1, size: [16]}}
layers:
- conv: {from: b, filters: 1, kernel: 3, padding: 1, name: c}
- concat: [a, c]
- relu
"""


@pytest.mark.parametrize("least", [False, True])
@pytest.mark.parametrize(("source", "way"), [("a", ["concat1", "relu1"]), ("b", ["c", "concat1", "relu1"])])
def test_the_way_from_an_input_goes_by_those_that_see_it(source, way, least):
    net = cnncalc.loads(TWO)
    stops = recurrence.way(net, views(net), len(net.nodes) - 1, source, 0, least=least)

    assert [net.nodes[stop.node].name for stop in stops] == way


# Paths --------------------------------------------------------------------------------------------

THREE, PAIR = Window(kernel=3, padding=(1, 1)), Window(kernel=2, stride=2)


@pytest.mark.parametrize(("grid", "axes", "size", "average", "want"), [
    # one axis: output 0 reads 0 and 1, output 2 reads 1 to 3
    ({(): [1, 0, 10, 0]}, (THREE,), (4,), False, {(): [1, 11, 10, 10]}),
    # averages are over the padding too
    ({(): [3.0, 0, 6.0, 0]}, (THREE,), (4,), True, {(): [1.0, 3.0, 2.0, 2.0]}),
    ({(): [4.0, 2.0]}, (PAIR,), (4,), True, {(): [2.0, 2.0, 1.0, 1.0]}),
    # two axes: output (0, 1) reads rows 0 and 1, columns 2 and 3
    ({(0,): [0, 5]}, (THREE, PAIR), (3, 4), False, {(0,): [0, 0, 5, 5], (1,): [0, 0, 5, 5]}),
    ({(0,): [0, 6.0]}, (THREE, PAIR), (3, 4), True, {(0,): [0, 0, 1.0, 1.0], (1,): [0, 0, 1.0, 1.0]}),
    # rows 0 and 2 of the output both read row 1
    ({(0,): [1], (2,): [10]}, (THREE, Window()), (3, 1), False, {(0,): [1], (1,): [11], (2,): [10]}),
    # the axes change places
    ({(0,): [0, 5, 0], (1,): [7, 0, 0]}, (Moved(1), Moved(0)), (3, 2), False, {(1,): [5, 0], (0,): [0, 7]}),
    ({(0,): [0, 5.0], (1,): [0, 7.0]}, (Moved(1), Moved(0)), (2, 2), True, {(1,): [5.0, 7.0]}),
    # nothing moves
    ({(0,): [1, 2]}, (), (1, 2), False, {(0,): [1, 2]}),
    ({(): [4]}, (Window(),), (), False, {(): [4]}),
])  # fmt: skip
def test_paths_into_the_inputs_of_a_layer(grid, axes, size, average, want):
    rank = len(next(iter(grid))) + 1

    assert paths._pull(grid, axes, size, rank, Work("unit"), average=average) == want


# Mean and variance --------------------------------------------------------------------------------


@pytest.mark.parametrize(("axis", "mean", "variance"), [
    (Window(kernel=3, padding=(1, 1)),             0,   Fraction(2, 3)),      # -1, 0, 1
    (Window(kernel=3, dilation=2, padding=(2, 2)), 0,   Fraction(8, 3)),      # -2, 0, 2
    (Window(kernel=4, stride=4),                   1.5, Fraction(5, 4)),      # 0, 1, 2, 3
    (Window(kernel=2, padding=(1, 0)),            -0.5, Fraction(1, 4)),      # -1, 0
    # Outputs 2i and 2i + 1 of a transposed window read i: 0 and half an input before their place.
    (TransposedWindow(kernel=2, stride=2),        -0.25, Fraction(1, 16)),
])  # fmt: skip
def test_mean_and_variance_of_the_taps(axis, mean, variance):
    found = effective._moments(axis, 8)

    assert found == pytest.approx((mean, float(variance)))


@pytest.mark.parametrize(("parts", "mixed"), [
    ([effective.Spread(1.0, 3.0, 2.0)], effective.Spread(1.0, 3.0, 2.0)),
    # Equal weights at 0 and 2, each of variance 1: in between the mean, and 1 more of variance.
    ([effective.Spread(1.0, 0.0, 1.0), effective.Spread(1.0, 2.0, 1.0)], effective.Spread(2.0, 1.0, 2.0)),
    # Three to one at 0 and 4: the mean is 1; 3/4 · 1 + 1/4 · 9 = 3.
    ([effective.Spread(3.0, 0.0, 0.0), None, effective.Spread(1.0, 4.0, 0.0)], effective.Spread(4.0, 1.0, 3.0)),
    ([None], None),
    ([], None),
])  # fmt: skip
def test_several_operands_together(parts, mixed):
    assert effective._mix(parts) == mixed


# Holes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spans", "touching"), [
    ([(0, 1), (2, 3)], True),
    ([(0, 1), (3, 4)], False),
    ([(0, 3), (1, 2)], True),
    ([(0, 1), None], False),
    ([(0, 0)], True),
])  # fmt: skip
def test_stretches_that_leave_nothing_out(spans, touching):
    assert density._are_touching(SimpleNamespace(bounds=spans.__getitem__), range(len(spans)), Work("density")) is touching


FIVE = Field((0,), (4,), 4)
"""Five elements, the next five four further on."""


@pytest.mark.parametrize(("field", "axis", "dense"), [
    (INPUT, Window(kernel=3),                    True),
    (INPUT, Window(kernel=3, dilation=2),        False),
    (INPUT, Window(kernel=1, dilation=2),        True),
    (FIVE,  Window(kernel=2),                    True),
    (FIVE,  Window(kernel=2, dilation=2),        False),
    (Field((0,), (7,), 4), Window(kernel=2, dilation=2), True),    # 0 to 7, 8 to 15
    (Field((0,), (6,), 4), Window(kernel=2, dilation=2), False),   # 0 to 6, 8 to 14
    (INPUT, TransposedWindow(kernel=3, stride=2), True),
    (INPUT, TransposedWindow(kernel=2, stride=3), False),          # every third output sees nothing
    (INPUT, AdaptiveWindow(3),                    True),
    # units that see 0 and 1, 2, 4 and 5, 6, …: 0 to 2 without a hole, but 2 and then 4
    (Field((0, 2), (1, 2), 4), Window(kernel=2),  False),
    (Field((0, 2), (1, 3), 4), Window(kernel=2),  True),
    # every other unit sees nothing; of two outputs together both see the even one
    (Field((0, None), (0, None), 1), TransposedWindow(kernel=2, stride=2), False),
])  # fmt: skip
def test_whether_a_field_behind_an_axis_has_holes(field, axis, dense):
    assert density._is_dense(field, axis, 8, Work("density")) is dense


@pytest.mark.parametrize(("inner", "outer", "within"), [
    (INPUT,                 Field((-1,), (1,), 1), True),
    (Field((-1,), (1,), 1), INPUT,                 False),
    (Field((0,), (1,), 1),  INPUT,                 False),
    (Field((-1,), (0,), 1), INPUT,                 False),
    (INPUT,                 INPUT,                 True),
    (INPUT,                 Field((-1,), (1,), 2), False),          # another stride
    (Field((0, 0), (0, 1), 1), Field((0, 0), (0, 0), 1), False),    # the second of two units sees more
    (Field((0, 0), (0, 0), 1), Field((0, 0), (0, 1), 1), True),
])  # fmt: skip
def test_a_field_within_another(inner, outer, within):
    assert density._are_within([inner], [outer], Work("density")) is within


def test_a_set_moved_by_steps():
    # places 5 and 6, and both three further on: from the first step, -1, to the last, 2
    assert cells.move_by_each({(): 0b1100000}, 0, [-1, 2], Work("density"), last=True) == {(): 0b1101100000}
    # 0, 1 and 5 are not equally far apart, 0, 2 and 4 are
    assert cells.move_by_each({(): 1}, 0, [0, 1, 5], Work("density"), last=True) == {(): 0b100011}
    assert cells.move_by_each({(): 1}, 0, [0, 2, 4], Work("density"), last=True) == {(): 0b10101}
    assert cells.move_by_each({(3,): 0b1, (4,): 0b10}, 0, [-1, 0], Work("density"), last=False) == {(3,): 0b1, (4,): 0b11, (5,): 0b10}


LINE, PLANE = "{channels: 2, size: [32]}", "{channels: 2, size: [8, 16]}"
DILATED = "conv: {from: input, filters: 2, kernel: 3, padding: same, dilation: "


@pytest.mark.parametrize(("given", "layers", "share"), [
    (LINE, ["conv: {filters: 2, kernel: 3, dilation: 2}"], Fraction(3, 5)),
    # -2, 0, 2 and -1, 0, 1 leave nothing out
    (LINE, [DILATED + "2, name: a}", DILATED + "1}", "add: [a, prev]"], Fraction(1)),
    # -3, 0, 3 and -1, 0, 1
    (LINE, [DILATED + "3, name: a}", DILATED + "1}", "add: [a, prev]"], Fraction(5, 7)),
    # -3, 0, 3 and 0
    (LINE, [DILATED + "3}", "add: [input, prev]"], Fraction(3, 7)),
    # the same three, and those moved by 1 to either side: -4 to 4 but for nothing
    (LINE, [DILATED + "3}", "conv: {filters: 2, kernel: 3, padding: same}"], Fraction(1)),
    # two steps apart: -3, 0, 3 moved by 0 and 2
    (LINE, [DILATED + "3}", "max_pool: {size: 2, stride: 1, dilation: 2}"], Fraction(6, 9)),
    # a row of one row, of all 8 of the input, is added to every row: columns -2, 0, 2 of 5
    (PLANE, ["conv: {filters: 2, kernel: [8, 3], dilation: [1, 2], padding: [[0, 0], [2, 2]], name: a}",
             "multiply: [input, a]"], Fraction(3, 5)),
    # row 4 in the middle sees rows 3 to 5 of its own, inside the 8 rows and 3 columns that all see
    (PLANE, ["conv: {filters: 2, kernel: [3, 1], padding: [1, 0], name: b}",
             "conv: {from: input, filters: 2, kernel: [8, 3], padding: [[0, 0], [1, 1]], name: a}",
             "multiply: [b, a]"], Fraction(1)),
    # the unit in the middle sees the seam: the last element and the first two, of all 32 from the first to the last
    (LINE, ["tile: {axis: l, times: 2}", "max_pool: {size: 3, stride: 1}"], Fraction(3, 32)),
    # places 16 apart become channels: a window of two sees two of each half
    (LINE, ["reshape: {to: {channels: 4, size: [16]}}", "max_pool: {size: 2, stride: 1}"], Fraction(4, 18)),
    # the row is seen by a sum alone, which sees all
    ("{channels: 2, size: [1, 8]}", ["tile: {axis: h, times: 1}", "sum: h"], None),
    (PLANE, ["conv: {filters: 2, kernel: 3, dilation: 2}"], Fraction(9, 25)),
    # of every third element two, and of these two neighbours: the centre sees one twice, the unit beside it two,
    # three apart; behind a window of three it is three of seven
    (LINE, ["max_pool: {size: 1, stride: 3}", "upsample: 2", "max_pool: {size: 2, stride: 1}"], Fraction(1)),
    (LINE, ["max_pool: {size: 1, stride: 3}", "upsample: 2", "max_pool: {size: 2, stride: 1}", "max_pool: {size: 3, stride: 1}"],
     Fraction(3, 7)),
    # all 8 rows are seen, and no axis is left for them: columns 0 to 2 moved by 0, 3 and 6, then by 0, 4 and 8
    (PLANE, ["conv: {filters: 2, kernel: [8, 3]}", "squeeze", "conv: {filters: 2, kernel: 3, dilation: 3}"], Fraction(1)),
    (PLANE, ["conv: {filters: 2, kernel: [8, 3]}", "squeeze", "conv: {filters: 2, kernel: 3, dilation: 4}"], Fraction(9, 11)),
    (PLANE, ["conv: {filters: 2, kernel: 3, dilation: [1, 2]}"], Fraction(9, 15)),
])  # fmt: skip
def test_how_much_of_its_field_a_unit_sees(given, layers, share):
    net = build(given, *layers)

    assert density.shares(net, views(net))[-1] == {"input": share}


@pytest.mark.parametrize(("number", "words"), [
    (Fraction(0), "0"), (Fraction(12), "12"), (Fraction(1, 2), "1/2"), (Fraction(15, 2), "7 1/2"),
    (Fraction(-1, 2), "−1/2"), (Fraction(-1), "−1"), (Fraction(-3, 2), "−1 1/2"),
])  # fmt: skip
def test_a_fraction_in_words(number, words):
    assert show_fraction(number) == words


# A map of 8 × 8 and a vector, or a row: each operand is read along the axes that it has.
@pytest.mark.parametrize(("other", "says", "expected"), [
    ("features: 5", "", [(None, "o"), (None, "o")]),
    ("features: 5", ", receptive_field: 3", [(3, ""), (3, "")]),
    ("channels: 2, size: [6]", "", [(None, "o"), (None, "o")]),
    ("channels: 2, size: [4, 4]", ", receptive_field: 3", [(3, ""), (3, "")]),
])  # fmt: skip
def test_operands_of_an_opaque_layer_have_axes_of_their_own(other, says, expected, cnncalc):
    text = (f"inputs: {{x: {{channels: 3, size: [8, 8]}}, y: {{{other}}}}}\nlayers:\n"
            f"- opaque: {{from: [x, y], output: {{channels: 4, size: [8, 8]}}{says}, name: o}}\n- conv: {{filters: 2, kernel: 1}}\n")  # fmt: skip
    network = loads(text)
    seen = views(network)[2]["x"]

    assert [(view.field and view.field.size, view.whole) for view in seen] == expected
    for node in network.nodes:
        for source, axes in zip(node.inputs, readings(network, node), strict=True):
            assert not axes or len(axes) == network.nodes[source].output.rank
    assert coverage.unread(network).keys() == {"x", "y"}
    assert cnncalc("receptive-field", "-", stdin=text).code == 0
