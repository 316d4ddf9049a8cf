"""The algebra of fields along one axis, and the ways of reading that it is built on."""

from fractions import Fraction
from itertools import product

import pytest

from cnncalc.arithmetic.fractional import FractionalWindow
from cnncalc.arithmetic.intervals import BLIND, INPUT, LARGEST, MOST, Field, through, union
from cnncalc.arithmetic.moving import Moved, Picked, Single, Stretch, Tiled
from cnncalc.arithmetic.resampling import Border, Resampling
from cnncalc.arithmetic.windows import (
    AdaptiveWindow,
    Blocks,
    Everything,
    Prefix,
    Recurrence,
    TransposedWindow,
    Window,
)

from .oracle import (
    Adapt,
    Again,
    Between,
    Chosen,
    Drawn,
    Mirror,
    Only,
    Own,
    Part,
    Past,
    Slide,
    Spread,
)

HALF = Fraction(1, 2)
THREE = Field((-1,), (1,), 1)
"""A 3×3 convolution with padding 1."""
TWICE = Field((0, 0), (0, 0), 1)
"""Every element twice."""

# What a field says --------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "unit", "bounds"), [
    (INPUT, 7, (7, 7)),
    (THREE, 0, (-1, 1)),
    (Field((-3,), (3,), 2), 5, (7, 13)),
    (TWICE, 5, (2, 2)),
    (Field((-1, 0), (0, 1), 1), 4, (1, 2)),
    (Field((-1, 0), (0, 1), 1), -1, (-1, 0)),      # a unit before the first: entry 1 of the round before
    (Field((0, None), (0, None), 1), 6, (3, 3)),
    (Field((0, None), (0, None), 1), 7, None),
    (Field((0, 0, 1), (4, 6, 8), None), 2, (1, 8)),
    (BLIND, 3, None),
])  # fmt: skip
def test_what_a_unit_sees(field, unit, bounds):
    assert field.bounds(unit) == bounds


@pytest.mark.parametrize(("field", "sizes", "stride", "envelope", "centre", "padding"), [
    (INPUT,                                 (1, 1), 1,    (0, 0),         0,           0),
    (THREE,                                 (3, 3), 1,    (-1, 1),        0,           1),
    (Field((-3,), (3,), 4),                 (7, 7), 4,    (-3, 3),        0,           3),
    (Field((0,), (1,), 2),                  (2, 2), 2,    (0, 1),         HALF,        0),
    (TWICE,                                 (1, 1), HALF, (-HALF, 0),     -HALF / 2,   HALF),
    # Transposed, kernel 4, stride 2, cut by 1: two inputs each, in the middle between them.
    (Field((-1, 0), (0, 1), 1),             (2, 2), HALF, (-1, HALF),     -HALF / 2,   1),
    (Field((0, None), (2, None), 2),        (0, 3), 1,    (0, 2),         1,           0),
    (Field((0, 0, 0), (0, 1, 2), None),     (1, 3), None, None,           None,        None),
    (Field((0,), (4,), None),               (5, 5), None, None,           None,        None),
    (BLIND,                                 (0, 0), 1,    None,           None,        None),
])  # fmt: skip
def test_what_a_field_says_of_all_units(field, sizes, stride, envelope, centre, padding):
    assert (field.sizes, field.size) == (sizes, sizes[1])
    assert (field.stride, field.envelope, field.centre, field.padding) == (stride, envelope, centre, padding)
    assert field.has_blind() == (sizes[0] == 0)
    assert field.period == len(field.first)


def test_the_size_is_that_of_the_unit_that_sees_most():
    assert Field((0, 0), (1, 2), 1).size == 3


# Through a layer ----------------------------------------------------------------------------------

UP = TransposedWindow(kernel=2, stride=2)
HOLED = TransposedWindow(kernel=1, stride=2)
DILATED = TransposedWindow(kernel=2, stride=2, dilation=3)


@pytest.mark.parametrize(("before", "axis", "n", "m", "after"), [
    # Windows: R + (k − 1)·d·S, S·s, P + p·S.
    (INPUT,  Window(3, padding=(1, 1)),           9, 9, Field((-1,), (1,), 1)),
    (INPUT,  Window(7, 2, padding=(3, 3)),        9, 5, Field((-3,), (3,), 2)),
    (Field((-3,), (3,), 2), Window(3, 2, 2, (2, 2)), 9, 5, Field((-3 - 2 * 2,), (3 + 2 * 2,), 4)),
    (THREE,  Window(padding=(-4, -4)),            9, 1, Field((3,), (5,), 1)),
    # Transposed: one input for two outputs, none for every other, and taps that are 3 apart:
    # output u reads i where u = 2i or u = 2i + 3.
    (INPUT,  UP,                                  4, 8, TWICE),
    (THREE,  UP,                                  4, 8, Field((-1, -1), (1, 1), 1)),
    (INPUT,  HOLED,                               4, 7, Field((0, None), (0, None), 1)),
    (INPUT,  DILATED,                             4, 10, Field((0, -1), (0, -1), 1)),
    # … and windows over them: the last of the two taps sees least.
    (Field((0, -1), (0, -1), 1), Window(2),       9, 8, Field((-1, -1), (0, 1), 1)),
    (TWICE,  Window(2, 2),                        8, 4, INPUT),
    (TWICE,  Window(3, padding=(1, 1)),           8, 8, Field((-1, 0), (0, 1), 1)),
    (TWICE,  Window(1, 4),                        8, 2, Field((0,), (0,), 2)),
    (Field((0, None), (0, None), 1), Window(1, 2, padding=(-1, 0)), 8, 4, BLIND),
    (Field((0, None), (0, None), 1), Window(2),   8, 7, Field((0, 1), (0, 1), 1)),
    # Resized: 3 to 2, and 2 to 3, each as often as its lowest terms say.
    (INPUT,  Resampling(6, 4, "linear"),          6, 4, Field((0, 1), (1, 2), 3)),
    (INPUT,  Resampling(4, 6, "nearest"),         4, 6, Field((0, 0, 1), (0, 0, 1), 2)),
    (INPUT,  Resampling(4, 4, "linear"),          4, 4, INPUT),
    (INPUT,  AdaptiveWindow(4),                   6, 4, Field((0, 1), (1, 2), 3)),
    (INPUT,  AdaptiveWindow(3),                   9, 3, Field((0,), (2,), 3)),
    (INPUT,  Border((2, 2), "reflect"),           9, 13, Field((-2,), (-2,), 1)),
    (INPUT,  Moved(1),                            9, 9, INPUT),
    (THREE,  Single(5),                           1, 5, Field((-1,), (1,), 0)),
    # What every unit sees in another way is told unit by unit.
    (THREE,  Everything(2),                       4, 2, Field((-1, -1), (4, 4), None)),
    (THREE,  Prefix(),                            3, 3, Field((-1, -1, -1), (1, 2, 3), None)),
    (THREE,  Stretch(1, 2),                       2, 5, Field((None, -1, 0, None, None), (None, 1, 2, None, None), None)),
    (INPUT,  FractionalWindow(2, 3),              7, 3, Field((0, 2, 5), (1, 4, 6), None)),
    (Field((0, 0, 1), (0, 1, 4), None), Window(2), 3, 2, Field((0, 0), (1, 4), None)),
    (BLIND,  Window(3),                           9, 7, BLIND),
    (INPUT,  Recurrence(Window(3), 3, 1),         9, 7, Field((-1,), (3,), 1)),
])  # fmt: skip
def test_a_field_behind_a_layer(before, axis, n, m, after):
    assert through(before, axis, n, m) == after


@pytest.mark.parametrize(("before", "axis", "n", "m"), [
    (INPUT, Prefix(), MOST + 1, MOST + 1),
    (Field((0,) * 9, (0,) * 9, None), Window(), 9, MOST + 1),
    (INPUT, Resampling(MOST + 1, MOST + 2, "linear"), MOST + 1, MOST + 2),
    (TWICE, Window(MOST + 1), 2 * MOST, MOST),
])  # fmt: skip
def test_what_would_have_to_be_told_one_by_one_of_very_many_is_not_told(before, axis, n, m):
    assert through(before, axis, n, m) is None


@pytest.mark.parametrize(("field", "is_told"), [
    (Field((0, LARGEST), (0, LARGEST), 2),         True),
    (Field((0, LARGEST), (0, LARGEST + 1), 2),     False),
    (Field((-LARGEST - 1, 0), (0, 0), 2),          False),
    (Field((0, 2), (0, 2), LARGEST),               True),
    (Field((0, 2), (0, 2), LARGEST + 1),           False),
])  # fmt: skip
def test_no_number_of_a_field_of_several_units_is_larger_than_the_largest(field, is_told):
    assert through(field, Window(), 4, 4) == (field if is_told else None)


# Together -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fields", "m", "together"), [
    ([THREE],                                             9, THREE),
    ([THREE, THREE],                                      9, THREE),
    ([INPUT, THREE],                                      9, THREE),
    ([THREE, Field((0,), (4,), 1)],                       9, Field((-1,), (4,), 1)),
    ([BLIND, THREE],                                      9, THREE),
    ([BLIND, Field((None,), (None,), 1)],                 9, BLIND),
    # Equal strides, other periods: unit by unit of the common one.
    ([TWICE, Field((0,), (0,), 1)],                       4, Field((0, 0, 1, 1), (0, 1, 2, 3), None)),
    ([TWICE, Field((-1, 0), (0, 1), 1)],                  8, Field((-1, 0), (0, 1), 1)),
    ([Field((0, None), (0, None), 2), INPUT],             8, INPUT),
    ([Field((0, 0), (0, 0), 2), Field((0, 1, 2), (2, 2, 2), 3)], 6,
     Field((0, 0, 2, 2, 4, 4), (2, 2, 2, 5, 5, 5), 6)),
    # A stride of 0: every second unit sees the same.
    ([Field((0, 2), (1, 2), 0), Field((3,), (3,), 0)],    4, Field((0, 2), (3, 3), 0)),
    # Other strides: no stride at all.
    ([INPUT, Field((0,), (0,), 2)],                       3, Field((0, 1, 2), (0, 2, 4), None)),
    ([Field((0, 1), (0, 1), None), INPUT],                2, Field((0, 1), (0, 1), None)),
    ([Field((0, None), (3, None), None), BLIND],          2, Field((0, None), (3, None), None)),
])  # fmt: skip
def test_fields_together(fields, m, together):
    assert union(fields, m) == together
    assert [union(fields[::-1], m).bounds(u) for u in range(m)] == [together.bounds(u) for u in range(m)]


@pytest.mark.parametrize("fields", [
    [INPUT, Field((0,), (0,), 2)],
    [Field((0,) * (MOST - 1), (0,) * (MOST - 1), MOST - 1), Field((0,) * MOST, (1,) * MOST, MOST)],
])  # fmt: skip
def test_fields_together_may_be_too_many_to_tell(fields):
    assert union(fields, MOST + 1) is None


@pytest.mark.parametrize(("first", "last", "shift", "period"), [
    ((0, 1, 2, 3), (0, 1, 2, 3), 4, 1),
    ((0, 0, 1, 1), (0, 0, 1, 1), 2, 2),
    ((0, None, 1, None), (0, None, 1, None), 2, 2),
    ((0, 0, 2, 2), (1, 1, 3, 3), 3, 4),
    ((0, 0, 1), (0, 0, 1), 2, 3),
])  # fmt: skip
def test_a_field_has_the_smallest_period(first, last, shift, period):
    field = union([Field(first, last, shift), Field((None,) * len(first), (None,) * len(first), shift)], 12)
    assert field.period == period
    assert all(field.bounds(u) == Field(first, last, shift).bounds(u) for u in range(12))


# Ways of reading, each against its definition -------------------------------------------------------

SMALL = range(1, 6)
KINDS = {
    "window": [(Window(k, s, d, (a, b), up), Slide(k, s, d, a, b, up))
               for k, s, d, a, b, up in product((1, 2, 3), (1, 2, 3), (1, 2, 3), (-1, 0, 2), (0, 1), ("floor", "ceil"))],
    "transposed": [(TransposedWindow(k, s, d, (a, b)), Spread(k, s, d, a, b))
                   for k, s, d, a, b in product((1, 2, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4), (-1, 0, 2), (-2, 1))],
    "adaptive": [(AdaptiveWindow(t), Adapt(t)) for t in range(1, 9)],
    "border": [(Border((a, b), mode), Mirror(a, b, mode))
               for a, b, mode in product((0, 1, 2), (0, 1, 2), ("reflect", "replicate", "circular"))],
    "stretch": [(Stretch(a, b), Part(a, b)) for a, b in product((0, 1, 3), (0, 2))],
    "single": [(Single(t), Only(t)) for t in SMALL],
    "picked": [(Picked(p), Chosen(p)) for p in ((2, 0), (1, 1, 0), (0,))],
    "tiled": [(Tiled(t), Again(t)) for t in SMALL],
    "blocks": [(Blocks(w, s), Own(w, s)) for w in SMALL for s in range(w)],
    "prefix": [(Prefix(), Past())],
    "fractional": [(FractionalWindow(k, t), Drawn(k, t)) for k, t in product((1, 2, 3), (2, 3, 4))],
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_way_of_reading_reads_what_its_definition_says(kind):
    looked = 0
    for (axis, rule), n in product(KINDS[kind], range(3, 9)):
        m = rule.size(n)
        if m < 1:
            continue
        assert axis.positions(n) == m
        period = axis.period(n)
        for u in range(m):
            assert list(axis.taps(u, n)) == rule.read(u, n), (axis, n, u)
            if kind != "stretch":
                assert sorted(axis.reach(u, n)) == rule.reach(u, n), (axis, n, u)
            if period is not None:
                outputs, inputs = period
                assert list(axis.reach(u + outputs, n)) == [i + inputs for i in axis.reach(u, n)]
            looked += 1
    assert looked


@pytest.mark.parametrize("mode", ["nearest", "nearest_exact", "linear", "cubic"])
def test_a_resampling_reads_what_has_a_weight(mode):
    """So an output that lies on an input reads that one alone, whatever the kernel's width."""
    alone = 0
    for n, m, align in product(range(1, 9), range(1, 17), (False, True)):
        if align and mode.startswith("nearest"):
            continue
        axis, rule = Resampling(n, m, mode, align), Between(m, mode, None, align)
        outputs, inputs = axis.period(n)
        for u in range(m):
            assert list(axis.taps(u, n)) == rule.read(u, n), (axis, u)
            assert list(axis.reach(u, n)) == rule.reach(u, n), (axis, u)
            assert list(axis.reach(u + outputs, n)) == [i + inputs for i in axis.reach(u, n)]
            alone += len(rule.reach(u, n)) == 1
    assert alone


@pytest.mark.parametrize(("mode", "reads"), [
    ("linear", {0: [0], 1: [0, 1], 2: [1], 3: [1, 2], 4: [2]}),
    ("cubic", {0: [0], 1: [0, 1, 2], 2: [1], 3: [0, 1, 2], 4: [2]}),
    ("lanczos3", {0: [0], 1: [0, 1, 2], 2: [1], 3: [0, 1, 2], 4: [2]}),
])  # fmt: skip
def test_three_resized_to_five_from_corner_to_corner(mode, reads):
    axis = Resampling(3, 5, mode, align_corners=True)
    assert {u: list(axis.taps(u, 3)) for u in range(5)} == reads


# What a window leaves over -----------------------------------------------------------------------


@pytest.mark.parametrize(("window", "n", "dropped"), [
    (Window(2, 2), 7, 1),
    (Window(2, 2), 8, 0),
    (Window(3, 4), 10, 3),                               # 0…2 and 4…6 are read, 3 is a gap, 7, 8, 9 are left
    (Window(2, 4, dilation=3), 9, 1),                    # 0…3 and 4…7
    (Window(2, 4, dilation=3), 11, 3),
    (Window(3, 2, dilation=2, padding=(1, 1)), 8, 0),    # -1…3, 1…5, 3…7
    (Window(3, 3, dilation=2, padding=(1, 1)), 8, 1),    # -1…3, 2…6
    (Window(3, 2, padding=(0, 1)), 6, 0),
    (Window(3, 3, padding=(1, 0)), 7, 2),                # -1…1, 2…4
    (Window(2, 2, rounding="ceil"), 7, 0),
])  # fmt: skip
def test_what_a_stride_leaves_at_the_end(window, n, dropped):
    assert window.count_dropped(n) == dropped


def test_what_is_dropped_lies_behind_the_last_tap_of_the_last_window():
    dropping = 0
    for kernel, stride, dilation, before, after, n in product((1, 2, 3), (1, 2, 3, 4), (1, 2, 3), (0, 1), (0, 1), range(1, 13)):
        window = Window(kernel, stride, dilation, (before, after))
        if window.positions(n) < 1:
            continue
        last = max(range(window.positions(n)), key=lambda u: u * stride) * stride - before + (kernel - 1) * dilation
        assert window.count_dropped(n) == len(range(last + 1, n)), (window, n)
        dropping += window.count_dropped(n) > 0
    assert dropping > 100
