"""Gram matrices and losses."""

import pytest

from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.content_loss import ContentLoss
from cnncalc.layers.contrastive_loss import ContrastiveLoss
from cnncalc.layers.gram import Gram
from cnncalc.layers.style_loss import StyleLoss
from cnncalc.layers.triplet_loss import TripletLoss

OPERANDS = [(TripletLoss(), 3), (ContrastiveLoss(), 2), (ContentLoss(), 2), (StyleLoss(), 2)]


def test_a_gram_matrix_is_channels_times_channels():
    facts = Gram().apply(Shape(64, (28, 30)))

    assert facts.output == Shape(64, (64,))
    assert facts.macs == 64 * 64 * 28 * 30
    assert facts.windows == (Everything(), Everything())


def test_a_vector_has_no_gram_matrix():
    with pytest.raises(Refusal, match="gram needs a map"):
        Gram().apply(Shape(64))


@pytest.mark.parametrize(("layer", "count", "x", "macs", "flops"), [
    # two distances: n differences, n squares, n − 1 sums, a root; difference, margin, maximum
    (TripletLoss(margin=0.2), 3, Shape(128), 0, 2 * (128 + 128 + 127 + 1) + 3),
    # one distance; margin − d, maximum, square
    (ContrastiveLoss(margin=1), 2, Shape(128), 0, (128 + 128 + 127 + 1) + 3),
    # n differences, n squares, n − 1 sums; the half
    (ContentLoss(), 2, Shape(8, (5, 5)), 0, (200 + 200 + 199) + 1),
    # two Gram matrices of 8 × 8 over 25 positions; 64 differences, 64 squares, 63 sums; the constant
    (StyleLoss(weight=1e6), 2, Shape(8, (5, 5)), 2 * 8 * 8 * 25, 2 * 2 * 8 * 8 * 25 + (64 + 64 + 63) + 1),
])
def test_a_loss_is_one_number(layer, count, x, macs, flops):
    facts = layer.apply(*[x] * count)

    assert facts.output == Shape(1)
    assert facts.params == 0
    assert (facts.macs, facts.flops) == (macs, flops)
    assert facts.windows == (Everything(),) * x.rank


@pytest.mark.parametrize(("layer", "count"), OPERANDS)
def test_copies_are_compared_one_by_one(layer, count):
    one = layer.apply(*[Shape(8, (5, 5))] * count)
    four = layer.apply(*[Shape(8, (5, 5), copies=4)] * count)

    assert four.output == Shape(1, copies=4)
    assert four.flops == 4 * one.flops


@pytest.mark.parametrize(("layer", "count"), OPERANDS)
def test_operands_are_counted(layer, count):
    assert layer.operands == (count, count)


@pytest.mark.parametrize(("layer", "count"), OPERANDS)
def test_operands_of_different_shapes_are_refused(layer, count):
    with pytest.raises(Refusal, match="equal shape") as refused:
        layer.apply(*[Shape(8, (5, 5))] * (count - 1), Shape(8, (5, 6)))
    assert refused.value.code == "E306"


@pytest.mark.parametrize(("layer", "count"), OPERANDS)
def test_tokens_are_not_compared(layer, count):
    with pytest.raises(Refusal) as refused:
        layer.apply(*[Shape(1, (5,), form="tokens")] * count)
    assert refused.value.code == "E303"
