"""Layers of several tensors: elementwise merges, concat, matmul."""

from itertools import permutations

import pytest

from cnncalc.arithmetic.moving import Moved, Single, Stretch
from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.add import Add
from cnncalc.layers.average import Average
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.concat import Concat
from cnncalc.layers.matmul import Matmul
from cnncalc.layers.maximum import Maximum
from cnncalc.layers.minimum import Minimum
from cnncalc.layers.multiply import Multiply
from cnncalc.layers.subtract import Subtract

MAP = Shape(64, (7, 9))
n = 64 * 7 * 9


@pytest.mark.parametrize(("layer", "count", "work"), [
    (Add(), 2, {"add": n}),
    (Add(), 4, {"add": 3 * n}),
    (Subtract(), 2, {"subtract": n}),
    (Multiply(), 3, {"multiply": 2 * n}),
    (Average(), 3, {"add": 2 * n, "divide": n}),
    (Maximum(), 2, {"compare": n}),
    (Minimum(), 3, {"compare": 2 * n}),
])
def test_equal_shapes_merge_element_by_element(layer, count, work):
    facts = layer.apply(*[MAP] * count)

    assert facts.output == MAP
    assert facts.windows == ()
    assert (facts.params, facts.macs) == (0, 0)
    assert facts.work == work


@pytest.mark.parametrize(("layer", "message"), [
    (Add(), "cannot add different shapes"),
    (Subtract(), "cannot subtract different shapes"),
    (Multiply(), "cannot multiply different shapes"),
    (Average(), "cannot average different shapes"),
    (Maximum(), "cannot take the maximum of different shapes"),
    (Minimum(), "cannot take the minimum of different shapes"),
])
def test_different_shapes_are_refused(layer, message):
    with pytest.raises(Refusal) as info:
        layer.apply(Shape(128, (16, 16)), Shape(64, (32, 32)))

    assert (info.value.code, info.value.message, info.value.operands) == ("E306", message, True)
    assert info.value.help == "use a 1×1 conv with stride 2 and 128 filters on the shortcut"


@pytest.mark.parametrize(("a", "b", "fix"), [
    (Shape(64, (32, 32)), Shape(128, (16, 16)), "use a 1×1 conv with stride 2 and 128 filters on the shortcut"),
    (Shape(256, (56, 56)), Shape(64, (56, 56)), "use a 1×1 conv with 256 filters on the shortcut"),
    (Shape(64, (28, 14)), Shape(64, (56, 56)), "use a 1×1 conv with stride [2, 4] and 64 filters on the shortcut"),
    # a stride keeps ⌈57 / 2⌉ = 29
    (Shape(8, (29,)), Shape(4, (57,)), "use a kernel-1 conv with stride 2 and 8 filters on the shortcut"),
    (Shape(8, (4, 4, 4)), Shape(8, (8, 8, 8)), "use a 1×1×1 conv with stride 2 and 8 filters on the shortcut"),
    (Shape(8, (55, 55)), Shape(8, (56, 56)), "do the layers before it shrink the map? `padding: same` keeps its size"),
    # two 3×3 convs without padding: 32 − 2·2 = 28
    (Shape(8, (28, 28)), Shape(8, (32, 32)), "do the layers before it shrink the map? `padding: same` keeps its size"),
    (Shape(8, (9, 3)), Shape(8, (3, 9)), "no stride leads from one size to the other: `pad`, `crop` or `resize` one operand"),
    (Shape(10), Shape(20), "use a dense with 10 units on the shortcut"),
    (Shape(8, (3,)), Shape(8, (3, 3)), "`reshape` one operand: they have different numbers of axes"),
    (Shape(8), Shape(8, (3, 3)), "`multiply` scales a map by a vector; else pool the map to a vector first"),
    (Shape(8), Shape(4, (3, 3)), "pool or `flatten` the map, then use a dense for as many features on both sides"),
    (Shape(8, copies=2), Shape(8, copies=3), "merge tensors of the same regions of interest"),
])
def test_the_help_computes_the_fix(a, b, fix):
    with pytest.raises(Refusal) as info:
        Add().apply(a, b)

    assert info.value.help == fix


def test_the_operand_that_differs_need_not_be_the_second():
    with pytest.raises(Refusal, match="cannot add different shapes") as info:
        Add().apply(MAP, MAP, Shape(32, (7, 9)))

    assert info.value.help == "use a 1×1 conv with 64 filters on the shortcut"


def test_only_multiply_takes_a_vector_and_axes_of_one():
    for other in (Shape(64), Shape(64, (1, 1)), Shape(1, (7, 9))):
        with pytest.raises(Refusal):
            Add().apply(MAP, other)


# keras.layers.Add and + of tensors with a batch in PyTorch.
@pytest.mark.parametrize(("dialect", "operands", "output"), [
    ("torch", (MAP, Shape(64, (1, 1))), MAP),
    ("torch", (Shape(1, (7, 9)), MAP), MAP),
    ("torch", (Shape(64, (7, 1)), Shape(1, (1, 9))), MAP),
    ("torch", (MAP, Shape(64)), None),
    ("torch", (Shape(64), Shape(1)), Shape(64)),
    ("keras", (MAP, Shape(64)), MAP),
    ("keras", (Shape(64), MAP), MAP),
    ("keras", (MAP, Shape(1)), MAP),
    ("keras", (Shape(1, (7, 9)), Shape(64)), MAP),
    # a row of 9 places is one for each of the 7, as the axes are put in behind the batch
    ("keras", (MAP, Shape(64, (9,))), MAP),
    ("keras", (MAP, Shape(64, (7,))), None),
    ("keras", (MAP, Shape(64, (1, 1))), MAP),
    ("flax", (MAP, Shape(64, (1, 1))), MAP),
    ("flax", (MAP, Shape(64)), None),
    ("caffe", (MAP, Shape(64, (1, 1))), None),
])
def test_a_dialect_spreads_as_its_framework_does(dialect, operands, output):
    if output is None:
        with pytest.raises(Refusal, match="cannot add different shapes"):
            Add(dialect=dialect).apply(*operands)
    else:
        assert Add(dialect=dialect).apply(*operands).output == output


@pytest.mark.parametrize(("layer", "x", "y", "windows"), [
    (Matmul(dialect="torch"), Shape(3, (5, 7)), Shape(3, (7, 9)), (Everything(5), Everything(9))),
    (Matmul(dialect="keras"), Shape(7, (3, 5)), Shape(9, (3, 7)), (Window(), Everything(5))),
    (Matmul(dialect="torch"), Shape(36, (3,)), Shape(4, (3, 3)), None),
    (Matmul(axes=("l", "c")), Shape(36, (3,)), Shape(3, (5, 7)), (Everything(5), Everything(7))),
    (Matmul(axes=("c", "c")), Shape(4, (3,)), Shape(4), ()),
])
def test_the_second_operand_of_a_product_has_windows_of_its_own(layer, x, y, windows):
    facts = layer.apply(x, y)
    found = layer.reads_of_all([x, y], facts)

    assert [len(axes or ()) for axes in found] == [x.rank, y.rank]
    if windows is not None:
        assert found[1] == windows


def test_of_an_operand_of_a_concatenation_the_output_reads_a_stretch():
    parts = [Shape(4, (n, 9)) for n in (2, 3, 5)]
    layer = Concat(axis="h")
    found = layer.reads_of_all(parts, layer.apply(*parts))

    assert [axes[0] for axes in found] == [Stretch(0, 8), Stretch(2, 5), Stretch(5, 0)]


def test_a_map_of_fewer_axes_is_a_factor_only_where_the_framework_gives_it_axes():
    assert Multiply(dialect="keras").spreads(Shape(9, (9,)), Shape(9, (7, 9)))
    assert not Multiply(dialect="torch").spreads(Shape(64, (9,)), Shape(64, (7, 9)))
    assert Multiply(dialect="torch").spreads(Shape(64), Shape(64, (7, 9)))


def test_what_is_spread_reads_its_one_element_and_a_row_its_own_axis():
    layer = Add(dialect="keras")
    facts = layer.apply(MAP, Shape(64, (1, 9)))

    assert layer.reads_of_all([MAP, Shape(64, (1, 9))], facts) == [(), (Single(7), Window())]
    assert layer.reads_of_all([MAP, Shape(64, (9,))], facts) == [(), (Moved(1),)]
    assert layer.reads_of_all([MAP, Shape(64)], facts) == [(), ()]


@pytest.mark.parametrize(("operands", "output"), [
    ((MAP, Shape(64)), MAP),
    ((MAP, Shape(64, (1, 1))), MAP),
    ((MAP, Shape(1, (7, 9))), MAP),
    ((MAP, Shape(1)), MAP),
    ((MAP, Shape(64, (7, 1)), Shape(64, (1, 9))), MAP),
    ((Shape(64), Shape(1, (7, 9))), MAP),
    ((Shape(3), Shape(3)), Shape(3)),
    ((Shape(3, (2,), copies=5), Shape(3, copies=5)), Shape(3, (2,), copies=5)),
])
def test_multiply_spreads_in_any_order(operands, output):
    for order in permutations(operands):
        facts = Multiply().apply(*order)

        assert facts.output == output
        assert facts.work == {"multiply": (len(operands) - 1) * output.elements}


@pytest.mark.parametrize(("operands", "fix"), [
    ((MAP, Shape(32)), "use a dense with 64 units for the vector"),
    ((MAP, Shape(32, (7, 9))), "use a 1×1 conv with 64 filters on the shortcut"),
    ((MAP, Shape(64, (7,))), "`reshape` one operand: they have different numbers of axes"),
    ((Shape(3, copies=2), Shape(3)), "merge tensors of the same regions of interest"),
])
def test_multiply_refuses_what_does_not_spread(operands, fix):
    with pytest.raises(Refusal, match="cannot multiply different shapes") as info:
        Multiply().apply(*operands)

    assert info.value.help == fix


def test_merges_need_numbers():
    with pytest.raises(Refusal, match="maximum needs numbers, got token ids"):
        Maximum().apply(*[Shape(1, (9,), form="tokens")] * 2)


@pytest.mark.parametrize(("layer", "inputs", "output"), [
    (Concat(), [Shape(64, (28, 28)), Shape(128, (28, 28)), Shape(32, (28, 28))], Shape(64 + 128 + 32, (28, 28))),
    (Concat(), [Shape(10), Shape(20)], Shape(10 + 20)),
    (Concat(axis="c"), [Shape(1, (5,)), Shape(2, (5,))], Shape(1 + 2, (5,))),
    (Concat(axis="h"), [Shape(8, (3, 5)), Shape(8, (4, 5))], Shape(8, (3 + 4, 5))),
    (Concat(axis="w"), [Shape(8, (3, 5)), Shape(8, (3, 6))], Shape(8, (3, 5 + 6))),
    (Concat(axis="d"), [Shape(8, (2, 3, 5)), Shape(8, (1, 3, 5))], Shape(8, (2 + 1, 3, 5))),
    (Concat(axis="l"), [Shape(8, (3,)), Shape(8, (5,))], Shape(8, (3 + 5,))),
    (Concat(), [Shape(8, (3,), copies=6), Shape(1, (3,), copies=6)], Shape(9, (3,), copies=6)),
])
def test_concat_adds_up_along_one_axis(layer, inputs, output):
    facts = layer.apply(*inputs)

    assert facts.output == output
    assert (facts.params, facts.macs, facts.flops) == (0, 0, 0)


@pytest.mark.parametrize(("layer", "inputs", "code", "message"), [
    (Concat(), [Shape(8, (64, 64)), Shape(8, (56, 64))], "E305", "cannot concatenate along channels: h 64 ≠ 56"),
    (Concat(), [Shape(8, (64, 64)), Shape(8, (56, 48))], "E305", "along channels: h 64 ≠ 56 and w 64 ≠ 48"),
    (Concat(axis="h"), [Shape(8, (3, 5)), Shape(9, (3, 5))], "E305", "along h: channels 8 ≠ 9"),
    (Concat(), [Shape(8), Shape(8, (3, 5))], "E305", "different numbers of axes"),
    (Concat(), [Shape(8, copies=2), Shape(8, copies=3)], "E305", "regions of interest differ"),
    (Concat(axis="l"), [Shape(8, (3, 5))] * 2, "E302", "no axis `l`: its axes are c h w"),
    (Concat(axis="h"), [Shape(8)] * 2, "E302", "no axis `h`: its axes are c"),
    (Concat(), [Shape(1, (3,), form="tokens")] * 2, "E303", "concat needs numbers"),
])
def test_concat_says_which_axis_differs(layer, inputs, code, message):
    with pytest.raises(Refusal, match=message) as info:
        layer.apply(*inputs)

    assert (info.value.code, info.value.operands) == (code, True)


def test_every_operand_of_a_concat_is_read_at_its_own_place():
    inputs = (Shape(8, (2, 5)), Shape(8, (3, 5)), Shape(8, (1, 5)))
    layer = Concat(axis="h")
    along = [layer.reads(i, inputs)[0] for i in range(3)]
    read = [[list(w.taps(u, x.size[0])) for u in range(6)] for w, x in zip(along, inputs, strict=True)]

    assert read == [
        [[0], [1], [], [], [], []],
        [[], [], [0], [1], [2], []],
        [[], [], [], [], [], [0]],
    ]
    assert layer.apply(*inputs).windows == layer.reads(0, inputs)
    assert layer.reads(2, inputs)[1].taps(4, 5) == range(4, 5)
    assert Concat().apply(*[MAP] * 2).windows == ()


@pytest.mark.parametrize(("axes", "a", "b", "output", "summed"), [
    # query · key: every position with every other
    (("c", "c"), Shape(16, (10,)), Shape(16, (12,)), Shape(12, (10,)), 16),
    # weights · value: rows of weights over the positions of the value
    (("c", "l"), Shape(12, (10,)), Shape(32, (12,)), Shape(32, (10,)), 12),
    # the same with the value first, as PyTorch writes it
    (("l", "c"), Shape(32, (12,)), Shape(12, (10,)), Shape(32, (10,)), 12),
    # bilinear pooling: channels with channels
    (("l", "l"), Shape(8, (49,)), Shape(6, (49,)), Shape(6, (8,)), 49),
    (("c", "c"), Shape(5), Shape(5), Shape(1), 5),
    (("c", "l"), Shape(5), Shape(3, (5,)), Shape(3), 5),
    (("l", "c"), Shape(3, (5,)), Shape(5), Shape(3), 5),
    (("c", "c"), Shape(5, (2, 3)), Shape(5, (4,)), Shape(4, (2, 3)), 5),
    (("w", "h"), Shape(2, (3, 4)), Shape(5, (4, 6)), Shape(5, (3, 2, 6)), 4),
    (("c", "c"), Shape(5, copies=7), Shape(5, copies=7), Shape(1, copies=7), 5),
])
def test_matmul_sums_over_an_axis_of_each(axes, a, b, output, summed):
    facts = Matmul(axes=axes).apply(a, b)

    assert facts.output == output
    assert facts.macs == output.elements * summed
    assert facts.params == 0
    assert all(isinstance(w, Everything) for w in facts.windows)


def test_matmul_of_tensors_keeps_all_axes_but_two():
    a, b = Shape(2, (2, 3, 4), form="tensor"), Shape(4, (4, 5, 6), form="tensor")
    facts = Matmul(axes=(3, 1), dialect="torch").apply(a, b)

    assert facts.output.size == (2, 3, 5, 6)
    assert facts.macs == 2 * 3 * 5 * 6 * 4


@pytest.mark.parametrize(("dialect", "a", "b", "output", "macs"), [
    ("torch", Shape(3, (5,)), Shape(5, (7,)), Shape(3, (7,)), 3 * 7 * 5),
    ("torch", Shape(8, (3, 5)), Shape(8, (5, 7)), Shape(8, (3, 7)), 8 * 3 * 7 * 5),
    ("torch", Shape(8, (3, 5)), Shape(5, (7,)), Shape(8, (3, 7)), 8 * 3 * 7 * 5),
    ("torch", Shape(1, (3, 5)), Shape(8, (5, 7)), Shape(8, (3, 7)), 8 * 3 * 7 * 5),
    ("keras", Shape(5, (3,)), Shape(7, (5,)), Shape(7, (3,)), 3 * 7 * 5),
    ("keras", Shape(5, (8, 3)), Shape(7, (8, 5)), Shape(7, (8, 3)), 8 * 3 * 7 * 5),
    # only one of the two readings fits
    (None, Shape(3, (5,)), Shape(5, (7,)), Shape(3, (7,)), 3 * 7 * 5),
])
def test_matmul_without_axes_is_that_of_the_framework(dialect, a, b, output, macs):
    facts = Matmul(dialect=dialect).apply(a, b)

    assert (facts.output, facts.macs) == (output, macs)


def test_the_frameworks_differ_where_both_readings_fit():
    with pytest.raises(Refusal, match="the frameworks differ here") as info:
        Matmul().apply(Shape(4, (6,)), Shape(6, (4,)))

    assert info.value.code == "E307"


@pytest.mark.parametrize(("dialect", "a", "b", "windows"), [
    ("torch", Shape(8, (2, 3, 5)), Shape(8, (2, 5, 7)), (Window(), Everything(3), Everything(7))),
    ("torch", Shape(8, (1, 3, 5)), Shape(8, (2, 5, 7)), (Everything(2), Everything(3), Everything(7))),
    ("keras", Shape(5, (8, 3)), Shape(7, (8, 5)), (Window(), Everything(3))),
    ("torch", Shape(3, (5,)), Shape(2, (4, 5, 7)), (Everything(),)),
])
def test_products_side_by_side_stay_apart(dialect, a, b, windows):
    assert Matmul(dialect=dialect).apply(a, b).windows == windows


@pytest.mark.parametrize(("dialect", "a", "b", "reads"), [
    # Of the second operand the rows, which are summed over, and the columns are read as a whole, of any length.
    ("torch", Shape(2, (3, 3)), Shape(2, (3, 3)), (Everything(3), Everything(3))),
    ("torch", Shape(8, (2, 3, 3)), Shape(8, (2, 3, 3)), (Window(), Everything(3), Everything(3))),
    ("keras", Shape(3, (2, 3)), Shape(5, (2, 3)), (Window(), Everything(3))),
    ("keras", Shape(3, (2, 4, 3)), Shape(3, (2, 4, 3)), (Window(), Window(), Everything(3))),
])
def test_of_the_second_operand_the_last_two_axes_are_read_as_a_whole(dialect, a, b, reads):
    layer = Matmul(dialect=dialect)

    assert layer.reads(1, [a, b], layer.apply(a, b)) == reads


@pytest.mark.parametrize(("layer", "a", "b", "code", "message"), [
    (Matmul(axes=("c", "c")), Shape(3, (5,)), Shape(4, (5,)), "E311", "summed over differ: 3 ≠ 4"),
    (Matmul(dialect="torch"), Shape(3, (5,)), Shape(4, (5,)), "E311", "summed over differ: 5 ≠ 4"),
    (Matmul(), Shape(3, (9,)), Shape(4, (5,)), "E311", "summed over differ: 9 ≠ 4"),
    (Matmul(dialect="torch"), Shape(2, (3, 5)), Shape(4, (5, 7)), "E311", "before the last two differ: 2 ≠ 4"),
    (Matmul(axes=("h", "c")), Shape(3, (5,)), Shape(3), "E302", "no axis `h`"),
    (Matmul(axes=("c", "c")), Shape(3, (5, 5)), Shape(3, (5, 5, 5)), "E302", "would have 4 axes besides the channels"),
    (Matmul(dialect="torch"), Shape(3), Shape(3, (5,)), "E303", "matmul without `axes` needs a map"),
    (Matmul(axes=("c", "c")), Shape(3, copies=2), Shape(3), "E306", "different regions of interest"),
    (Matmul(axes=("c", "c")), Shape(1, (3,), form="tokens"), Shape(3), "E303", "matmul needs numbers"),
])
def test_products_that_cannot_be_are_refused(layer, a, b, code, message):
    with pytest.raises(Refusal, match=message) as info:
        layer.apply(a, b)

    assert info.value.code == code


def test_operands_are_counted():
    for layer in (Add, Multiply, Average, Maximum, Minimum, Concat):
        assert layer.operands == (2, None)
    assert Subtract.operands == Matmul.operands == (2, 2)


def test_two_operands_stand_for_any_number_of_them():
    layer, row = Add(dialect="keras"), Shape(64, (1, 9))
    often = layer.apply_often([MAP], [0] * 5), layer.apply_often([MAP, row], [0, 1, 1])
    two = layer.apply(MAP, MAP), layer.apply(MAP, row)

    assert [(facts.output, facts.work) for facts in often] == [(facts.output, facts.work) for facts in two]


def test_of_an_operand_of_fewer_axes_what_is_one_element_is_read_by_all():
    layer = Multiply(dialect="keras")
    x, y = Shape(4, (5, 7, 9)), Shape(4, (1, 9))

    assert layer.reads_of_all([x, y], layer.apply(x, y)) == [(), (Single(1), Moved(2))]


def test_the_last_axis_of_a_vector_is_its_features_in_every_framework():
    layer = Concat(axis=-1)
    parts = [Shape(3), Shape(5)]

    assert layer.apply(*parts).output == Shape(8)
    assert layer.reads_of_all(parts, layer.apply(*parts)) == [(), ()]
    assert layer.apply_often([Shape(3)], [0, 0]).output == Shape(6)
