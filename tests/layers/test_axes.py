"""Layers that work along axes, channels included: reductions, new axes, chosen places, repetition."""

import pytest

from cnncalc.arithmetic.moving import Moved, Picked, Single, Tiled
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.concat import Concat
from cnncalc.layers.gather import Gather
from cnncalc.layers.matmul import Matmul
from cnncalc.layers.max import Max
from cnncalc.layers.mean import Mean
from cnncalc.layers.min import Min
from cnncalc.layers.permute import Permute
from cnncalc.layers.reshape import Reshape
from cnncalc.layers.softmax import Softmax
from cnncalc.layers.squeeze import Squeeze
from cnncalc.layers.stack import Stack
from cnncalc.layers.sum import Sum
from cnncalc.layers.tile import Tile
from cnncalc.layers.unsqueeze import Unsqueeze

MAP = Shape(64, (7, 9))
ONE, ALL = Window(), Everything()


def tensor(*axes):
    return Shape(1, axes, "tensor")


@pytest.mark.parametrize(("layer", "x", "output", "windows"), [
    (Mean(), MAP, Shape(1, (7, 9)), ()),
    (Mean(axis="h"), MAP, Shape(64, (1, 9)), (ALL, ONE)),
    (Mean(axis="space"), MAP, Shape(64, (1, 1)), (ALL, ALL)),
    (Mean(axis="space", keep=False), MAP, Shape(64), (ALL, ALL)),
    (Mean(axis="h", keep=False), MAP, Shape(64, (9,)), (ALL, Moved(0))),
    (Mean(axis="all", keep=False), MAP, Shape(1), (ALL, ALL)),
    (Max(axis="c", keep=False), MAP, tensor(7, 9), ()),
    # torch: dim=1 is the channels; Keras: axis=1 is the height
    (Max(axis=1, dialect="torch"), MAP, Shape(1, (7, 9)), ()),
    (Max(axis=1, dialect="keras"), MAP, Shape(64, (1, 9)), (ALL, ONE)),
    (Max(axis=-1, dialect="torch"), MAP, Shape(64, (7, 1)), (ONE, ALL)),
    (Max(axis=-1, dialect="keras"), MAP, Shape(1, (7, 9)), ()),
    (Sum(axis=(2, 3), dialect="torch"), MAP, Shape(64, (1, 1)), (ALL, ALL)),
    (Sum(axis=2), tensor(3, 4, 5), tensor(3, 1, 5), (ONE, ALL, ONE)),
    (Sum(axis=2, keep=False), tensor(3, 4, 5), tensor(3, 5), (Moved(0), ALL, Moved(1))),
    (Min(axis="c"), Shape(10), Shape(1), ()),
    (Squeeze(), Shape(16, (1, 114)), Shape(16, (114,)), (Single(1), Moved(0))),
    (Squeeze(axis="h"), Shape(16, (1, 1)), Shape(16, (1,)), (Single(1), Moved(0))),
    (Squeeze(), Shape(16, (1, 1)), Shape(16), (Single(1), Single(1))),
    (Squeeze(), MAP, MAP, ()),
    (Squeeze(axis="c"), Shape(1, (7, 9)), tensor(7, 9), ()),
    (Squeeze(axis=3, dialect="torch"), Shape(64, (7, 1)), Shape(64, (7,)), (Moved(0), Single(1))),
    (Squeeze(axis=(2, 3), dialect="torch"), Shape(64, (7, 1)), Shape(64, (7,)), (Moved(0), Single(1))),
    (Squeeze(axis="h", dialect="torch"), MAP, MAP, ()),
    (Squeeze(axis="c"), Shape(1), Shape(1), ()),
    (Squeeze(axis="all"), Shape(1, (1,)), Shape(1), (Single(1),)),
    (Gather(axis=1, indices=(2,)), Shape(5), Shape(1), ()),
    (Unsqueeze(axis="l"), Shape(10), Shape(10, (1,)), ()),
    (Unsqueeze(axis="h"), Shape(16, (114,)), Shape(16, (1, 114)), (Moved(1),)),
    (Unsqueeze(axis="w"), Shape(16, (114,)), Shape(16, (114, 1)), (Moved(0),)),
    (Unsqueeze(axis=2, dialect="torch"), Shape(16, (114,)), Shape(16, (1, 114)), (Moved(1),)),
    (Unsqueeze(axis=1, dialect="torch"), MAP, tensor(1, 64, 7, 9), (Moved(2), Moved(3))),
    (Unsqueeze(axis=-1, dialect="keras"), MAP, tensor(7, 9, 64, 1), (Moved(0), Moved(1))),
    (Unsqueeze(axis=1), tensor(3, 4), tensor(1, 3, 4), (Moved(1), Moved(2))),
    (Tile(axis="h", times=3), MAP, Shape(64, (21, 9)), (Tiled(3), ONE)),
    (Tile(axis="c", times=3), MAP, Shape(192, (7, 9)), ()),
    (Tile(axis="w", times=4), Shape(64, (7, 1)), Shape(64, (7, 4)), (ONE, Single(4))),
    (Tile(axis=-1, times=2), tensor(3, 4), tensor(3, 8), (ONE, Tiled(2))),
    (Gather(axis="c", indices=(0, 2, 1)), MAP, Shape(3, (7, 9)), ()),
    (Gather(axis="h", indices=(3, 0)), MAP, Shape(64, (2, 9)), (Picked((3, 0)), ONE)),
    (Gather(axis="h", indices=(1, 3, 5)), MAP, Shape(64, (3, 9)), (Window(stride=2, padding=(-1, -1), rule="explicit"), ONE)),
    (Gather(axis="w", indices=(-1,)), MAP, Shape(64, (7, 1)), (ONE, Window(padding=(-8, 0), rule="explicit"))),
    (Permute(axes=(2, 1)), tensor(3, 4), tensor(4, 3), (Moved(1), Moved(0))),
    (Permute(axes=(0, 2, 3, 1), dialect="torch"), Shape(3, (5, 7)), Shape(5, (7, 3)), (ALL, Moved(0))),
    # Keras' Permute((2, 1, 3)) on 5×7×3 gives 7×5×3
    (Permute(axes=(2, 1, 3), dialect="keras"), Shape(3, (5, 7)), Shape(3, (7, 5)), (Moved(1), Moved(0))),
    (Permute(axes=(3, 1, 2), dialect="keras"), Shape(3, (5, 7)), Shape(7, (3, 5)), (Moved(1), ALL)),
    (Reshape(to=Shape(16, (114,))), Shape(16, (1, 114)), Shape(16, (114,)), (Single(1), Moved(0))),
    (Reshape(to=tensor(8, 2, 7, 9), dialect="torch"), Shape(16, (7, 9)), tensor(8, 2, 7, 9), (Moved(2), Moved(3))),
    (Reshape(to=tensor(7, 9, 8, 2), dialect="keras"), Shape(16, (7, 9)), tensor(7, 9, 8, 2), (Moved(0), Moved(1))),
    (Reshape(to=Shape(16, (7, 9)), dialect="torch"), tensor(8, 2, 7, 9), Shape(16, (7, 9)), (Regrouped((), (), (), range(8)), Regrouped((), (), (), range(2)), Moved(0), Moved(1))),
    (Reshape(to=Shape(-1)), tensor(3, 4), Shape(12), (ALL, ALL)),
    (Softmax(axis=-1), tensor(12, 197, 197), tensor(12, 197, 197), (ONE, ONE, Everything(197))),
    (Softmax(axis=1, dialect="torch"), MAP, MAP, ()),
])  # fmt: skip
def test_shapes_and_windows(layer, x, output, windows):
    facts = layer.apply(x)

    assert facts.output == output
    assert facts.windows == windows
    assert (facts.params, facts.buffer_count, facts.macs) == (0, 0, 0)


@pytest.mark.parametrize(("layer", "work"), [
    # 64·7·9 = 4,032 numbers, 63 means
    (Mean(), {"add": 4032 - 63, "divide": 63}),
    (Max(), {"compare": 4032 - 63}),
    (Min(axis="all"), {"compare": 4031}),
    (Sum(axis="space"), {"add": 4032 - 64}),
])
def test_the_work_of_a_reduction(layer, work):
    assert layer.apply(MAP).work == work


@pytest.mark.parametrize(("layer", "operands", "output"), [
    (Stack(axis="d"), [MAP] * 3, Shape(64, (3, 7, 9))),
    (Stack(axis=1, dialect="torch"), [MAP] * 3, tensor(3, 64, 7, 9)),
    (Stack(axis=1, dialect="keras"), [MAP] * 3, Shape(64, (3, 7, 9))),
    (Stack(axis=-1, dialect="keras"), [MAP] * 2, tensor(7, 9, 64, 2)),
    (Stack(axis="l"), [Shape(8)] * 5, Shape(8, (5,))),
    (Stack(axis=1), [tensor(3, 4)] * 2, tensor(2, 3, 4)),
    (Concat(axis=2), [tensor(3, 4), tensor(3, 5)], tensor(3, 9)),
    (Concat(axis=1, dialect="torch"), [MAP, Shape(8, (7, 9))], Shape(72, (7, 9))),
    (Concat(axis=-1, dialect="keras"), [MAP, Shape(8, (7, 9))], Shape(72, (7, 9))),
    (Concat(axis=1, dialect="keras"), [MAP, MAP], Shape(64, (14, 9))),
    (Matmul(), [tensor(12, 197, 64), tensor(12, 64, 197)], tensor(12, 197, 197)),
    (Matmul(), [tensor(12, 197, 64), tensor(64, 5)], tensor(12, 197, 5)),
    (Matmul(axes=(2, 1)), [tensor(3, 4), tensor(4, 5)], tensor(3, 5)),
])
def test_several_operands(layer, operands, output):
    assert layer.apply(*operands).output == output


def test_the_product_of_tensors_counts_the_axis_that_is_summed_over():
    facts = Matmul().apply(tensor(12, 197, 64), tensor(12, 64, 197))

    assert facts.macs == 12 * 197 * 197 * 64
    assert facts.windows == (ONE, ONE, Everything(197))


@pytest.mark.parametrize(("layer", "operands", "code", "message"), [
    (Mean(axis=1), [MAP], "E307", "the frameworks differ here"),
    (Mean(axis=0, dialect="torch"), [MAP], "E302", "axis 0 is the batch: the axes are 1 c, 2 h, 3 w"),
    (Mean(axis=4, dialect="keras"), [MAP], "E302", "there is no axis 4: the axes are 1 h, 2 w, 3 c"),
    (Mean(axis=3), [tensor(3, 4)], "E302", "there is no axis 3: the axes are 1, 2"),
    (Mean(axis="h"), [tensor(3, 4)], "E302", "the axes of a tensor are numbers 1 2"),
    (Mean(axis=("h", 2), dialect="torch"), [MAP], "E302", "axis `h` is named twice"),
    (Squeeze(axis="h"), [MAP], "E311", "axis `h` has 7 elements, not 1"),
    (Squeeze(axis="h", dialect="keras"), [MAP], "E311", "axis `h` has 7 elements, not 1"),
    (Unsqueeze(axis="l"), [MAP], "E302", "the output would have no axis `l`"),
    (Unsqueeze(axis=5, dialect="torch"), [MAP], "E302", "there is no place 5 for a new axis"),
    (Unsqueeze(axis="h"), [tensor(3, 4)], "E302", "the axes of a tensor are numbers"),
    (Unsqueeze(axis=1), [MAP], "E307", "the frameworks differ here"),
    (Unsqueeze(axis=1), [tensor(2, 2, 2, 2, 2, 2)], "E302", "the output would have 7 axes"),
    # channels first or last: the frameworks put the new axis at opposite ends
    (Unsqueeze(axis="channels"), [MAP], "E307", "the frameworks differ here"),
    (Concat(axis=1), [tensor(7, 9), Shape(7, (9,))], "E305", "one operand is a tensor"),
    (Stack(axis="d"), [MAP, Shape(64, (7, 8))], "E306", "cannot stack different shapes"),
    (Gather(axis="h", indices=(7,)), [MAP], "E311", "there is no place 7 among 7"),
    (Gather(axis="h", indices=(-8,)), [MAP], "E311", "there is no place -8 among 7"),
    (Matmul(), [tensor(12, 197, 64), MAP], "E306", "cannot multiply a tensor and a map"),
    (Matmul(), [tensor(3), tensor(3, 4)], "E302", "multiplies the last two axes"),
    (Matmul(), [tensor(2, 3), tensor(4, 5)], "E311", "the axes that are summed over differ: 3 ≠ 4"),
])
def test_what_cannot_be_is_refused(layer, operands, code, message):
    with pytest.raises(Refusal) as info:
        layer.apply(*operands)

    assert info.value.code == code
    assert message in info.value.message


@pytest.mark.parametrize(("size", "axis", "window"), [((1, 5), "h", Single(3)), ((2, 5), "h", Tiled(3))])
def test_what_is_tiled_reads_the_one_element_or_goes_round(size, axis, window):
    found = Tile(axis=axis, times=3).apply(Shape(4, size)).windows

    # Tuples of different kinds may be equal.
    assert (found, type(found[0])) == ((window, Window()), type(window))


def test_a_gather_in_steps_and_one_out_of_step():
    even, uneven = (Gather(axis="l", indices=places).apply(Shape(2, (9,))).windows for places in ((1, 4, 7), (0, 3, 4)))

    assert list(even[0].taps(2, 9)) == [7]
    assert [list(uneven[0].taps(u, 9)) for u in range(3)] == [[0], [3], [4]]


def test_places_that_are_equally_far_apart_are_a_window_that_jumps():
    [window] = Gather(axis="l", indices=(1, 4, 7)).apply(Shape(2, (9,))).windows

    assert (type(window), window.stride, window.padding) == (Window, 3, (-1, -1))
