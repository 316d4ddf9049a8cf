"""Layers that connect all features of vectors: dense, bilinear."""

import pytest

from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.bilinear import Bilinear
from cnncalc.layers.dense import Dense


@pytest.mark.parametrize(("layer", "inputs", "output", "params", "macs", "flops"), [
    (Dense(units=10), [Shape(512)], Shape(10), 10 * 512 + 10, 10 * 512, 2 * 10 * 512 + 10),
    (Dense(units=10, bias=False), [Shape(512)], Shape(10), 10 * 512, 10 * 512, 2 * 10 * 512),
    (Dense(units=1), [Shape(1)], Shape(1), 1 + 1, 1, 2 + 1),
    # copies multiply the work and leave the weights
    (Dense(units=4), [Shape(3, copies=7)], Shape(4, copies=7), 4 * 3 + 4, 7 * 4 * 3, 7 * (2 * 4 * 3 + 4)),
    # the 5 × 6 products of the features are made once for all units
    (Bilinear(units=7), [Shape(5), Shape(6)], Shape(7), 7 * 5 * 6 + 7, 7 * 5 * 6, 2 * 7 * 5 * 6 + 5 * 6 + 7),
    (Bilinear(units=7, bias=False), [Shape(5), Shape(6)], Shape(7), 7 * 5 * 6, 7 * 5 * 6, 2 * 7 * 5 * 6 + 5 * 6),
    (Bilinear(units=2), [Shape(3, copies=4), Shape(1, copies=4)], Shape(2, copies=4), 2 * 3 + 2, 4 * 2 * 3, 4 * (2 * 2 * 3 + 3 + 2)),
])
def test_sizes_and_costs(layer, inputs, output, params, macs, flops):
    facts = layer.apply(*inputs)

    assert facts.output == output
    assert (facts.params, facts.buffer_count) == (params, 0)
    assert (facts.macs, facts.flops) == (macs, flops)
    assert facts.windows == ()


def test_weights_by_name():
    assert Dense(units=10).apply(Shape(512)).weights == {"kernel": (10, 512), "bias": (10,)}
    assert Bilinear(units=7).apply(Shape(5), Shape(6)).weights == {"kernel": (7, 5, 6), "bias": (7,)}


@pytest.mark.parametrize(("layer", "inputs"), [
    (Dense, [Shape(512, (7, 8))]),
    (Bilinear, [Shape(512, (7, 8))] * 2),
])
def test_without_a_dialect_a_map_is_refused_with_both_numbers(layer, inputs):
    with pytest.raises(Refusal, match="Keras output 10×7×8, .* PyTorch output 512×7×10") as info:
        layer(units=10).apply(*inputs)

    assert info.value.code == "E307"
    assert "`flatten`" in info.value.help
    assert "`dialect: keras`" in info.value.help
    assert "conv of kernel 1" in info.value.help


# Linear(8, 10) on 512×7×8, Dense(10) on 7×8×512, InnerProduct of 10 on 512×7×8 as the frameworks give them.
@pytest.mark.parametrize(("dialect", "output", "params", "macs", "windows"), [
    ("torch", Shape(512, (7, 10)), 8 * 10 + 10, 512 * 7 * 10 * 8, (Window(), Everything(10))),
    ("keras", Shape(10, (7, 8)), 512 * 10 + 10, 7 * 8 * 10 * 512, ()),
    ("flax", Shape(10, (7, 8)), 512 * 10 + 10, 7 * 8 * 10 * 512, ()),
    ("caffe", Shape(10), 512 * 56 * 10 + 10, 512 * 56 * 10, (Everything(), Everything())),
])
def test_a_dialect_says_which_axis_holds_the_features_of_a_map(dialect, output, params, macs, windows):
    facts = Dense(units=10, dialect=dialect).apply(Shape(512, (7, 8)))

    assert (facts.output, facts.params, facts.macs, facts.windows) == (output, params, macs, windows)
    assert facts.work == {"add": facts.output.elements}


def test_of_a_tensor_the_last_axis_is_connected():
    facts = Dense(units=10).apply(Shape(1, (12, 197, 64), "tensor"))

    assert facts.output == Shape(1, (12, 197, 10), "tensor")
    assert (facts.params, facts.macs) == (650, 12 * 197 * 640)
    assert facts.windows == (Window(), Window(), Everything(10))


def test_bilinear_connects_the_last_axes():
    facts = Bilinear(units=7, dialect="torch").apply(Shape(2, (3, 5)), Shape(2, (3, 6)))

    assert facts.output == Shape(2, (3, 7))
    assert (facts.params, facts.macs) == (7 * 5 * 6 + 7, 2 * 3 * 7 * 5 * 6)


def test_bilinear_takes_operands_that_differ_in_their_features_only():
    with pytest.raises(Refusal, match="differ in more than their features"):
        Bilinear(units=7, dialect="torch").apply(Shape(2, (3, 5)), Shape(2, (4, 6)))


def test_token_ids_need_an_embedding():
    with pytest.raises(Refusal, match="dense needs numbers, got token ids"):
        Dense(units=10).apply(Shape(1, (100,), form="tokens"))


def test_vectors_of_different_regions_do_not_combine():
    with pytest.raises(Refusal, match="different regions of interest") as info:
        Bilinear(units=2).apply(Shape(3, copies=4), Shape(3, copies=5))

    assert info.value.code == "E306"


def test_too_large_a_product_is_refused():
    with pytest.raises(Refusal, match="2\\^63"):
        Dense(units=2**53).apply(Shape(1, copies=2**53))


def test_dense_takes_norm_and_activation():
    assert Dense.hosts
    assert not Bilinear.hosts
    assert Bilinear.operands == (2, 2)
