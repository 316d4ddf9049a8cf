"""Learnt tensors that are no layer's kernel: tokens, tables of positions, factors, weights of a fusion."""

import pytest

from cnncalc.arithmetic.moving import Stretch
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.class_token import ClassToken
from cnncalc.layers.positional_embedding import PositionalEmbedding
from cnncalc.layers.scale import Scale
from cnncalc.layers.weighted_add import WeightedAdd

MAP = Shape(64, (7, 9))


@pytest.mark.parametrize(("layer", "output", "params", "window"), [
    (ClassToken(), Shape(768, (197,)), 768, Stretch(1, 0)),
    (ClassToken(count=5), Shape(768, (201,)), 5 * 768, Stretch(5, 0)),
    (ClassToken(last=True), Shape(768, (197,)), 768, Stretch(0, 1)),
])
def test_tokens_stand_before_or_behind_the_sequence(layer, output, params, window):
    facts = layer.apply(Shape(768, (196,)))

    assert (facts.output, facts.params, facts.windows, facts.flops) == (output, params, (window,), 0)


def test_tokens_join_a_sequence():
    with pytest.raises(Refusal, match="class_token"):
        ClassToken().apply(MAP)


@pytest.mark.parametrize(("layer", "params", "buffers"), [
    (PositionalEmbedding(), 64 * 7 * 9, 0),
    (PositionalEmbedding(positions=(14, 14)), 64 * 196, 0),
    (PositionalEmbedding(positions=14), 64 * 196, 0),
    (PositionalEmbedding(learnt=False), 0, 64 * 7 * 9),
])
def test_a_table_of_positions_may_be_longer_and_may_be_fixed(layer, params, buffers):
    facts = layer.apply(MAP)

    assert (facts.output, facts.params, facts.buffer_count) == (MAP, params, buffers)
    assert facts.work == {"add": MAP.elements}


def test_a_table_of_positions_is_no_shorter_than_the_input():
    with pytest.raises(Refusal, match="there are vectors for 8 positions, not for 9"):
        PositionalEmbedding(positions=8).apply(MAP)


@pytest.mark.parametrize(("layer", "params", "work"), [
    (Scale(), 1, {"multiply": 4032}),
    (Scale(shift=True), 2, {"multiply": 4032, "add": 4032}),
    (Scale(axes="channels"), 64, {"multiply": 4032}),
    (Scale(axes=("h", "w"), shift=True), 126, {"multiply": 4032, "add": 4032}),
    (Scale(axes=1, dialect="torch"), 64, {"multiply": 4032}),
])
def test_a_factor_for_all_or_along_axes(layer, params, work):
    facts = layer.apply(MAP)

    assert (facts.output, facts.params, facts.work) == (MAP, params, work)


@pytest.mark.parametrize(("layer", "count", "params", "work"), [
    (WeightedAdd(), 2, 2, {"multiply": 8064, "add": 4032 + 1, "divide": 2, "compare": 2}),
    (WeightedAdd(normalise="softmax"), 3, 3, {"multiply": 12096, "add": 8064 + 2, "divide": 3, "exp": 3}),
    (WeightedAdd(normalise="none"), 3, 3, {"multiply": 12096, "add": 8064}),
    (WeightedAdd(per="channel"), 2, 128, {"multiply": 8064, "add": 4032 + 64, "divide": 128, "compare": 128}),
])
def test_a_weight_for_each_operand(layer, count, params, work):
    facts = layer.apply(*[MAP] * count)

    assert (facts.output, facts.params, facts.work) == (MAP, params, work)
    often = layer.apply_often([MAP], [0] * count)
    assert (often.params, often.output) == (params, MAP)
