"""Layers that move, cut and add positions: pad, crop, slice, unfold, fold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.arithmetic.resampling import Border
from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Bad
from cnncalc.layers.base.margins import SIGNED, Margins
from cnncalc.layers.base.ranges import RANGE, RANGES
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.crop import Crop
from cnncalc.layers.fold import Fold
from cnncalc.layers.grid_sample import GridSample
from cnncalc.layers.pad import Pad
from cnncalc.layers.resize import Resize
from cnncalc.layers.slice import Slice
from cnncalc.layers.unfold import Unfold


def reads(window, n):
    return [list(window.taps(u, n)) for u in range(window.positions(n))]


@pytest.mark.parametrize(("layer", "x", "output"), [
    (Pad(amount=3), Shape(3, (224, 224)), Shape(3, (230, 230))),
    (Pad(amount=((0, 1), (2, 3))), Shape(3, (5, 5)), Shape(3, (5 + 1, 5 + 5))),
    (Pad(amount=(1, 2, 0)), Shape(3, (5, 5, 5)), Shape(3, (7, 9, 5))),
    (Pad(amount=((-2, 2),)), Shape(3, (2,), copies=4), Shape(3, (2,), copies=4)),
    (Pad(amount=-1), Shape(3, (5, 5)), Shape(3, (3, 3))),
    (Pad(amount=4, mode="reflect"), Shape(3, (5,)), Shape(3, (13,))),
    (Pad(amount=9, mode="replicate"), Shape(3, (1,)), Shape(3, (19,))),
    (Pad(amount=5, mode="circular"), Shape(3, (5,)), Shape(3, (15,))),
    (Crop(amount=1), Shape(3, (9, 9)), Shape(3, (7, 7))),
    (Crop(amount=((0, 1), (2, 3))), Shape(3, (9, 9)), Shape(3, (8, 4))),
    (Crop(size=56), Shape(512, (64, 64)), Shape(512, (56, 56))),
    (Crop(size=(3, 4)), Shape(2, (6, 4)), Shape(2, (3, 4))),
    (Crop(size=(18, 12), dialect="keras"), Shape(3, (18, 3)), Shape(3, (18, 12))),
    (Slice(channels=(0, 32)), Shape(64, (7, 7)), Shape(32, (7, 7))),
    (Slice(channels=(-2, None)), Shape(64), Shape(2)),
    (Slice(size=(1, -1)), Shape(2, (6, 9)), Shape(2, (4, 7))),
    (Slice(size=((None, 3), (None, None)), channels=(1, 2)), Shape(2, (6, 9)), Shape(1, (3, 9))),
    (Unfold(kernel=3, padding=1), Shape(2, (4, 5)), Shape(2 * 9, (4 * 5,))),
    (Unfold(kernel=(2, 3), stride=2, dilation=2), Shape(2, (7, 9)), Shape(2 * 6, (3 * 3,))),
    (Unfold(kernel=2), Shape(2, (5,)), Shape(4, (4,))),
    (Fold(size=(8, 8), kernel=3, padding=1), Shape(18, (64,)), Shape(2, (8, 8))),
    (Fold(size=(5, 3), kernel=2, stride=2), Shape(8, (2 * 1,)), Shape(2, (5, 3))),
    (Fold(size=(9,), kernel=3, stride=2), Shape(6, (4,)), Shape(2, (9,))),
])
def test_sizes(layer, x, output):
    facts = layer.apply(x)

    assert facts.output == output
    assert (facts.params, facts.buffer_count, facts.macs) == (0, 0, 0)


@pytest.mark.parametrize(("layer", "expected"), [
    (Pad(amount=((2, 1),)), [[], [], [0], [1], [2], [3], []]),
    (Pad(amount=((-1, 1),)), [[1], [2], [3], []]),
    (Pad(amount=((2, 1),), mode="reflect"), [[2], [1], [0], [1], [2], [3], [2]]),
    (Pad(amount=((2, 1),), mode="replicate"), [[0], [0], [0], [1], [2], [3], [3]]),
    (Pad(amount=((2, 1),), mode="circular"), [[2], [3], [0], [1], [2], [3], [0]]),
    (Pad(amount=((-1, 2),), mode="circular"), [[1], [2], [3], [1], [2]]),
    (Crop(amount=((1, 2),)), [[1]]),
    (Crop(size=1), [[1]]),
    (Crop(size=2), [[1], [2]]),
    (Crop(size=2, offset=0), [[0], [1]]),
    (Crop(size=2, offset=2), [[2], [3]]),
    (Slice(size=(1, 3)), [[1], [2]]),
    (Unfold(kernel=3, padding=1), [[0, 1], [0, 1, 2], [1, 2, 3], [2, 3]]),
    (Fold(size=(5,), kernel=2), [[0], [0, 1], [1, 2], [2, 3], [3]]),
])
def test_what_the_outputs_of_four_elements_read(layer, expected):
    (window,) = layer.apply(Shape(2, (4,))).windows

    assert reads(window, 4) == expected


@given(st.integers(2, 12), st.data())
def test_reflection_does_not_repeat_the_edge(n, data):
    amount = data.draw(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)))
    line = list(range(n))
    mirrored = line[1 : amount[0] + 1][::-1] + line + line[::-1][1 : amount[1] + 1]

    assert reads(Border(amount, "reflect"), n) == [[i] for i in mirrored]


def test_the_size_of_another_map_is_cropped_to():
    facts = Crop().apply(Shape(512, (64, 65)), Shape(256, (56, 56)))

    assert facts.output == Shape(512, (56, 56))
    assert facts.windows == (Window(padding=(-4, -4), rule="explicit"), Window(padding=(-4, -5), rule="explicit"))


def test_a_map_is_resized_to_the_size_of_another():
    facts = Resize(mode="linear").apply(Shape(8, (7, 9)), Shape(3, (56, 72)))

    assert facts.output == Shape(8, (56, 72))


@pytest.mark.parametrize("layer", [Resize(), Resize(size=3)])
def test_resize_takes_one_size(layer):
    likes = (Shape(1, (3,)),) if layer.size else ()
    with pytest.raises(Refusal, match="needs one of `size` and `like`"):
        layer.apply(Shape(1, (5,)), *likes)


def test_the_map_to_be_like_has_as_many_axes():
    with pytest.raises(Refusal, match="`like` has 2 axes, the input has 1"):
        Resize().apply(Shape(1, (5,)), Shape(1, (3, 3)))


def test_keras_enlarges_what_is_too_small_to_crop():
    rows, columns = Crop(size=(4, 6), dialect="keras").apply(Shape(1, (10, 3))).windows

    # 3 columns in the proportions 4:6 are 2 rows, from row (10 − 2) / 2.
    assert reads(rows, 10) == [[4], [4, 5], [4, 5], [5]]
    assert reads(columns, 3) == [[0], [0, 1], [0, 1], [1, 2], [1, 2], [2]]


def test_where_axes_become_one_everything_is_seen():
    assert Unfold(kernel=2).apply(Shape(1, (4, 4))).windows == (Everything(), Everything())
    assert Fold(size=(3, 3), kernel=2).apply(Shape(4, (4,))).windows == (Everything(),)


def test_folding_adds_up():
    assert Fold(size=(3, 3), kernel=2).apply(Shape(4, (4,))).flops == 4 * 4


def test_slicing_channels_alone_is_elementwise():
    assert Slice(channels=(0, 1)).apply(Shape(2, (4, 4))).windows == ()


@pytest.mark.parametrize(("layer", "x", "code", "key"), [
    (Pad(amount=(1, 1)), Shape(1, (5,)), "E112", "amount"),
    (Pad(amount=(1, 1)), Shape(1, (5, 5, 5)), "E302", "amount"),
    (Pad(amount=-3), Shape(1, (5,)), "E311", "amount"),
    (Pad(amount=((-6, 9),)), Shape(1, (5,)), "E311", "amount"),
    (Pad(amount=5, mode="reflect"), Shape(1, (5,)), "E311", "amount"),
    (Pad(amount=6, mode="circular"), Shape(1, (5,)), "E311", "amount"),
    (Pad(amount=((-5, 1),), mode="circular"), Shape(1, (5,)), "E311", "amount"),
    (Crop(), Shape(1, (5,)), "E106", ""),
    (Crop(amount=1, size=3), Shape(1, (5,)), "E106", ""),
    (Crop(amount=((2, 3),)), Shape(1, (5,)), "E311", "amount"),
    (Crop(size=6), Shape(1, (5,)), "E311", "size"),
    (Crop(size=6, dialect="torch"), Shape(1, (5, 5)), "E311", "size"),
    (Crop(size=(5, 5)), Shape(1, (5,)), "E302", "size"),
    (Crop(size=3, offset=3), Shape(1, (5,)), "E311", "offset"),
    (Crop(amount=1, offset=1), Shape(1, (5,)), "E106", "offset"),
    (Slice(), Shape(1, (5,)), "E106", ""),
    (Slice(channels=(0, 2)), Shape(1, (5,)), "E311", "channels"),
    (Slice(size=(3, 3)), Shape(1, (5,)), "E311", "size"),
    (Slice(size=((0, 1), (0, 1))), Shape(1, (5,)), "E302", "size"),
    (Slice(size=(0, 1)), Shape(4), "E303", ""),
    (Slice(channels=(0, 1)), Shape(1, (5,), form="tokens"), "E303", ""),
    (Unfold(kernel=6), Shape(1, (5, 5)), "E301", "kernel"),
    (Unfold(kernel=2, dialect="torch"), Shape(1, (5,)), "E308", ""),
    (Fold(size=(5, 5), kernel=2), Shape(4, (4, 4)), "E302", ""),
    (Fold(size=(2, 2, 2, 2), kernel=2), Shape(16, (1,)), "E302", "size"),
    (Fold(size=(5,), kernel=2, dialect="torch"), Shape(4, (4,)), "E308", "size"),
    (Fold(size=(3, 3), kernel=2), Shape(10, (4,)), "E304", "kernel"),
    (Fold(size=(3, 3), kernel=2), Shape(8, (5,)), "E311", "size"),
])
def test_what_cannot_be_is_refused(layer, x, code, key):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert (refused.value.code, refused.value.key) == (code, key)


@pytest.mark.parametrize(("like", "code"), [(Shape(1, (9, 9)), "E311"), (Shape(1, (3,)), "E302"), (Shape(9), "E303")])
def test_a_map_to_crop_like_must_be_smaller(like, code):
    with pytest.raises(Refusal) as refused:
        Crop(dialect="keras").apply(Shape(1, (5, 5)), like)
    assert refused.value.code == code


@pytest.mark.parametrize("layer", [Pad(amount=1), Crop(amount=1), Unfold(kernel=1), Fold(size=(1,), kernel=1)])
@pytest.mark.parametrize("x", [Shape(9), Shape(1, (9,), form="tokens")])
def test_positions_are_those_of_a_map(layer, x):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert refused.value.code == "E303"


@pytest.mark.parametrize(("kind", "value", "parsed"), [
    (Margins(), 2, 2), (Margins(), [1, [2, 3]], (1, (2, 3))), (Margins(SIGNED), [[-1, 1]], ((-1, 1),)),
    (RANGE, [0, 5], (0, 5)), (RANGE, [None, -1], (None, -1)),
    (RANGES, [1, 3], (1, 3)), (RANGES, [[1, 3], None], ((1, 3), (None, None))), (RANGES, [None, 3], (None, 3)),
])
def test_values(kind, value, parsed):
    assert kind.parse(value) == parsed


@pytest.mark.parametrize(("kind", "value", "at"), [
    (Margins(), -1, ()), (Margins(), [1, 2, 3, 4], ()), (Margins(), [1, [2]], (1,)), (Margins(), [[1, "x"]], (0, 1)),
    (RANGE, 5, ()), (RANGE, [1, 2, 3], ()), (RANGE, [0, 1.5], (1,)), (RANGES, 5, ()),
    (RANGES, [[0, 1]] * 4, ()), (RANGES, [[0, 1], 5], (1,)), (RANGES, [[0, "x"]], (0, 1)),
])
def test_bad_values_are_found_where_they_stand(kind, value, at):
    with pytest.raises(Bad) as bad:
        kind.parse(value)
    assert bad.value.at == at


@pytest.mark.parametrize(("size", "channels", "windows"), [
    ([1, 4], None, [(-1, -1), (-1, -1)]), ([[0, 3], [2, 5]], None, [(0, -2), (-2, 0)]), (None, [1, 3], None),
])  # fmt: skip
def test_a_slice_is_a_window_of_one_moved_by_its_start(size, channels, windows):
    given = {} if size is None else {"size": size}
    network = cnncalc.loads(f"input: {{channels: 4, size: [5, 5]}}\nlayers:\n- slice: {given | ({'channels': channels} if channels else {})}\n")
    found = network.nodes[1].facts.windows

    assert [w.padding for w in found] == (windows or [])


def test_the_key_of_a_grid_is_the_one_that_is_given():
    assert (GridSample(size=(2, 2))._key, GridSample(like="x")._key) == ("size", "like")


def test_a_fold_along_one_axis_puts_windows_where_they_were():
    """Three windows of 4 in steps of 2 lie on 8 elements: nothing is cut off."""
    found = Fold(size=(8,), kernel=4, stride=2).apply(Shape(4 * 3, (3,)))

    [window] = found.windows
    assert [list(window.taps(u, 3)) for u in range(8)] == [[0], [0], [0, 1], [0, 1], [1, 2], [1, 2], [2], [2]]


def test_a_range_of_one_axis_leaves_the_others_whole():
    network = cnncalc.loads("input: {channels: 4, size: [5, 6]}\nlayers:\n- slice: {axis: w, range: [1, 4]}\n- slice: {axis: channels, range: [1, 3]}\n")
    cut, chosen = (node.facts for node in network.nodes[1:])

    assert [w.padding for w in cut.windows] == [(0, 0), (-1, -2)]
    assert (chosen.output, chosen.windows) == (Shape(2, (5, 3)), ())


def test_a_fold_of_windows_three_apart_leaves_nothing_over():
    [window] = Fold(size=(10,), kernel=4, stride=3).apply(Shape(4, (3,))).windows

    assert window.positions(3) == 10
    assert [list(window.taps(u, 3)) for u in (0, 3, 6, 9)] == [[0], [0, 1], [1, 2], [2]]
