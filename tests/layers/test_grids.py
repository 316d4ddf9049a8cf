"""Grids of places, and sampling at them."""

import pytest

from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.affine_grid import AffineGrid
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.grid_sample import GridSample

X, VOLUME = Shape(3, (28, 28)), Shape(3, (8, 8, 8))


@pytest.mark.parametrize(("layer", "inputs", "output", "work"), [
    (AffineGrid(size=(28, 20)), [Shape(6)], Shape(2, (28, 20)), {"multiply": 4 * 560, "add": 4 * 560}),
    (AffineGrid(size=(2, 3, 4)), [Shape(12)], Shape(3, (2, 3, 4)), {"multiply": 9 * 24, "add": 9 * 24}),
    (AffineGrid(like="x"), [Shape(6), Shape(9, (5, 6))], Shape(2, (5, 6)), {"multiply": 120, "add": 120}),
    (AffineGrid(size=(5, 6)), [Shape(2, (3,))], Shape(2, (5, 6)), {"multiply": 120, "add": 120}),
])
def test_an_affine_map_makes_a_grid(layer, inputs, output, work):
    facts = layer.apply(*inputs)

    assert facts.output == output
    assert facts.work == work
    assert facts.macs == 0
    assert layer.reads_of_all(inputs, facts)[0] == (Everything(),) * inputs[0].rank
    assert layer.reads_of_all(inputs, facts)[1:] == [None] * (len(inputs) - 1)


@pytest.mark.parametrize(("layer", "x", "code", "message"), [
    (AffineGrid(), Shape(6), "E106", "needs one of `size` and `like`"),
    (AffineGrid(size=(4, 4)), Shape(12), "E311", "an affine map of 2 axes has 2 × 3 = 6 numbers, the input has 12"),
    (AffineGrid(size=(4,)), Shape(2), "E302", "a grid is for maps of two or three axes, not 1"),
])
def test_no_affine_map(layer, x, code, message):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)

    assert refused.value.code == code
    assert message in refused.value.message


@pytest.mark.parametrize(("layer", "inputs", "size", "work"), [
    (GridSample(), [X, Shape(2, (10, 12))], (10, 12), {"interpolate": 4 * 3 * 120}),
    (GridSample(mode="nearest"), [X, Shape(2, (10, 12))], (10, 12), {}),
    (GridSample(mode="bicubic", size=(10, 12)), [X, Shape(2, (10, 12))], (10, 12), {"interpolate": 16 * 3 * 120}),
    (GridSample(), [VOLUME, Shape(3, (2, 2, 2))], (2, 2, 2), {"interpolate": 8 * 3 * 8}),
    (GridSample(mode="nearest"), [X, Shape(6)], (28, 28), {"multiply": 4 * 784, "add": 4 * 784}),
    (GridSample(mode="nearest", size=14), [X, Shape(6)], (14, 14), {"multiply": 4 * 196, "add": 4 * 196}),
    (GridSample(mode="nearest", like="a"), [X, Shape(2, (3,)), Shape(1, (1, 2))], (1, 2), {"multiply": 8, "add": 8}),
    (GridSample(mode="nearest"), [VOLUME, Shape(12)], (8, 8, 8), {"multiply": 9 * 512, "add": 9 * 512}),
])
def test_sampling_gives_the_channels_of_the_map_and_the_size_of_the_grid(layer, inputs, size, work):
    facts = layer.apply(*inputs)

    assert facts.output == inputs[0]._replace(size=size)
    assert (facts.params, facts.macs, facts.work) == (0, 0, work)


def test_sampling_sees_all_of_the_map_and_its_own_place_of_a_grid():
    layer = GridSample()

    for other, read in [(Shape(2, (5, 6)), ()), (Shape(6), ()), (Shape(2, (3,)), (Everything(),))]:
        facts = layer.apply(X, other)
        assert layer.reads(0, [X, other], facts) == tuple(map(Everything, facts.output.size))
        assert layer.reads(1, [X, other], facts) == read
    assert GridSample(like="a").reads_of_all([X, Shape(6), X], layer.apply(X, Shape(6)))[2] is None


@pytest.mark.parametrize(("layer", "inputs", "code", "message"), [
    (GridSample(), [X, Shape(5)], "E311", "5 is no grid of 2 axes and no affine map: a grid has 2 channels"),
    (GridSample(), [X, Shape(3, (10, 12))], "E311", "a map 6 numbers"),
    (GridSample(), [Shape(3, (8,)), Shape(2)], "E302", "grid_sample is for maps of two or three axes, not 1"),
    (GridSample(size=9), [X, Shape(2, (10, 12))], "E311", "the grid says the size of the output: 10×12"),
    (GridSample(size=9, like="a"), [X, Shape(6), X], "E106", "`size` and `like` exclude each other"),
    (GridSample(like="a"), [X, Shape(6), VOLUME], "E302", "`like` has 3 axes, the input has 2"),
    (GridSample(mode="bicubic"), [VOLUME, Shape(12)], "E302", "`bicubic` is for two axes, the input has 3"),
    (GridSample(), [X, Shape(6, copies=3)], "E306", "regions of interest"),
])
def test_no_grid(layer, inputs, code, message):
    with pytest.raises(Refusal) as refused:
        layer.apply(*inputs)

    assert refused.value.code == code
    assert message in refused.value.message
    # The operands are shown unless the keys alone exclude each other.
    assert refused.value.operands == (code != "E106")
