"""Multi-head attention."""

import pytest

from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.multi_head_attention import MultiHeadAttention

KERAS = {"dialect": "keras"}
TORCH = {"dialect": "torch"}


@pytest.mark.parametrize(("layer", "shapes", "output", "params", "macs"), [
    # self-attention with heads × key_dim = channels: projections 12 × 12, five positions
    (MultiHeadAttention(heads=3, **TORCH), [Shape(12, (5,))],
     Shape(12, (5,)), 4 * (12 * 12 + 12), 4 * 5 * 12 * 12 + 2 * 5 * 5 * 12),
    (MultiHeadAttention(heads=3, bias=False, **TORCH), [Shape(12, (5,))],
     Shape(12, (5,)), 4 * 12 * 12, 4 * 5 * 12 * 12 + 2 * 5 * 5 * 12),
    # key and value of other widths and length: 7 positions of 4 and 6 features
    (MultiHeadAttention(heads=3, **TORCH), [Shape(12, (5,)), Shape(4, (7,)), Shape(6, (7,))],
     Shape(12, (5,)), 2 * (12 * 12 + 12) + (4 * 12 + 12) + (6 * 12 + 12),
     2 * 5 * 12 * 12 + 7 * 4 * 12 + 7 * 6 * 12 + 2 * 5 * 7 * 12),
    # 2 heads of 3 features for query and key, 4 for the value
    (MultiHeadAttention(heads=2, key_dim=3, value_dim=4, output=9, **KERAS), [Shape(8, (5,)), Shape(10, (7,))],
     Shape(9, (5,)), (8 * 6 + 6) + (10 * 6 + 6) + (10 * 8 + 8) + (8 * 9 + 9),
     5 * 8 * 6 + 7 * 10 * 6 + 7 * 10 * 8 + 5 * 7 * (6 + 8) + 5 * 8 * 9),
    (MultiHeadAttention(heads=2, key_dim=3, bias=False, **KERAS), [Shape(8, (5,))],
     Shape(8, (5,)), 4 * 8 * 6, 4 * 5 * 8 * 6 + 2 * 5 * 5 * 6),
    # Keras attends over all axes of a map
    (MultiHeadAttention(heads=2, key_dim=3, bias=False, **KERAS), [Shape(8, (2, 3))],
     Shape(8, (2, 3)), 4 * 8 * 6, 4 * 6 * 8 * 6 + 2 * 6 * 6 * 6),
])
def test_attention(layer, shapes, output, params, macs):
    facts = layer.apply(*shapes)

    assert facts.output == output
    assert facts.params == params
    assert facts.macs == macs
    assert facts.windows == tuple(Everything(n) for n in output.size)


@pytest.mark.parametrize(("dims", "inputs", "kernels"), [
    # as in PyTorch, one matrix gives query, key and value of 12 features from 12
    ({}, [Shape(12, (5,))], {"projection": (36, 12), "output": (12, 12)}),
    # a value of 4 features per head, a key of other features: each has its own
    ({"key_dim": 6, "value_dim": 4}, [Shape(12, (5,))],
     {"query": (12, 12), "key": (12, 12), "value": (8, 12), "output": (12, 8)}),
    ({}, [Shape(12, (5,)), Shape(8, (7,))],
     {"query": (12, 12), "key": (12, 8), "value": (12, 8), "output": (12, 12)}),
])
def test_projections_of_one_shape_are_one_matrix(dims, inputs, kernels):
    layer = MultiHeadAttention(heads=2, **dims)
    found = layer.matrices(layer.apply(*inputs).weights)

    assert {name: kernel.shape for name, kernel in found.items()} == kernels


def test_frameworks_agree_where_heads_times_key_dim_are_the_channels():
    query = Shape(12, (5,))

    keras, torch, both = (
        MultiHeadAttention(heads=3, key_dim=4, dialect=dialect).apply(query)
        for dialect in ("keras", "torch", None)
    )

    assert keras.params == torch.params == both.params == 4 * (12 * 12 + 12)
    assert keras.macs == torch.macs == both.macs


@pytest.mark.parametrize(("layer", "query", "params"), [
    (MultiHeadAttention(heads=3), Shape(12, (5,)), 4 * (12 * 12 + 12)),  # PyTorch only
    (MultiHeadAttention(heads=3, key_dim=1), Shape(12, (5,)), 3 * (12 * 3 + 3) + (3 * 12 + 12)),  # Keras only
    (MultiHeadAttention(heads=2), Shape(4, (2, 3)), 4 * (4 * 4 + 4)),  # neither
])
def test_without_a_dialect_the_framework_that_accepts_counts(layer, query, params):
    assert layer.apply(query).params == params


def test_softmax_is_counted_once_per_query_and_head():
    facts = MultiHeadAttention(heads=3, bias=False, **TORCH).apply(Shape(12, (5,)), Shape(12, (7,)))

    softmax = 3 * 5 * (3 * 7 - 1)
    assert facts.work == {
        "multiply": 5 * 12, "exp": 3 * 5 * 7, "add": 3 * 5 * 6, "divide": 3 * 5 * 7,
    }
    assert sum(facts.work.values()) == softmax + 5 * 12


def test_a_bias_is_added_to_every_projected_element():
    plain = MultiHeadAttention(heads=3, bias=False, **TORCH).apply(Shape(12, (5,)), Shape(12, (7,)))
    biased = MultiHeadAttention(heads=3, **TORCH).apply(Shape(12, (5,)), Shape(12, (7,)))

    assert biased.work["add"] - plain.work["add"] == 12 * (5 + 7 + 7 + 5)


def test_copies_multiply_work():
    one = MultiHeadAttention(heads=3, **TORCH).apply(Shape(12, (5,)))
    four = MultiHeadAttention(heads=3, **TORCH).apply(Shape(12, (5,), copies=4))

    assert four.output == Shape(12, (5,), copies=4)
    assert (four.params, four.macs, four.flops) == (one.params, 4 * one.macs, 4 * one.flops)


@pytest.mark.parametrize(("layer", "shapes", "code"), [
    (MultiHeadAttention(heads=3), [Shape(12)], "E303"),
    (MultiHeadAttention(heads=3), [Shape(1, (5,), form="tokens")], "E303"),
    (MultiHeadAttention(heads=3, **TORCH), [Shape(11, (5,))], "E304"),
    (MultiHeadAttention(heads=3), [Shape(11, (5,))], "E304"),
    (MultiHeadAttention(heads=3, **KERAS), [Shape(12, (5,))], "E308"),
    (MultiHeadAttention(heads=3, key_dim=5, **TORCH), [Shape(12, (5,))], "E308"),
    (MultiHeadAttention(heads=3, output=5, **TORCH), [Shape(12, (5,))], "E308"),
    (MultiHeadAttention(heads=3, **TORCH), [Shape(12, (5, 5))], "E308"),
    (MultiHeadAttention(heads=3), [Shape(12, (5,)), Shape(12, (7,)), Shape(12, (8,))], "E306"),
    (MultiHeadAttention(heads=3, key_dim=4), [Shape(12, (5,)), Shape(12, (7, 7))], "E302"),
])
def test_what_attention_refuses(layer, shapes, code):
    with pytest.raises(Refusal) as refused:
        layer.apply(*shapes)
    assert refused.value.code == code


@pytest.mark.parametrize(("layer", "shapes", "kept"), [
    # Query and key of 3 features, value of 4, the weights of 5 × 7 pairs, and 5 × 4 before the last projection.
    (MultiHeadAttention(heads=2, key_dim=3, value_dim=4, output=9, **KERAS), [Shape(8, (5,)), Shape(10, (7,))],
     2 * (5 * 3 + 7 * 3 + 7 * 4 + 5 * 7 + 5 * 4)),
    (MultiHeadAttention(heads=3, **TORCH), [Shape(12, (5,))], 3 * (3 * 5 * 4 + 5 * 5 + 5 * 4)),
    (MultiHeadAttention(heads=3, **TORCH), [Shape(12, (5,), copies=4)], 4 * 3 * (3 * 5 * 4 + 5 * 5 + 5 * 4)),
])
def test_training_keeps_what_is_projected_the_weights_of_pairs_and_what_they_weigh(layer, shapes, kept):
    assert layer.apply(*shapes).saved == kept


# torchvision's ShiftedWindowAttention(96, [7, 7], [s, s], 3) on n × n: parameters, buffers, MACs by
# torch's own counter (2-fold FLOPs halved), and by gradients the rows that a unit of each row reads
# with more than e^-50 of its weight: the mask between shifted windows is −100, not −∞.
@pytest.mark.parametrize(("n", "shift", "macs", "rows"), [
    (14, 0, 9069312, [(0, 6)] * 7 + [(7, 13)] * 7),
    (14, 3, 9069312, [(0, 2)] * 3 + [(3, 9)] * 7 + [(10, 13)] * 4),
    (10, 3, 9069312, [(0, 2)] * 3 + [(3, 9)] * 7),
    (7, 3, 2267328, [(0, 6)] * 7),
    (9, 0, 9069312, [(0, 6)] * 7 + [(7, 8)] * 2),
])
def test_windows_are_those_of_swin(n, shift, macs, rows):
    layer = MultiHeadAttention(heads=3, window=7, shift=shift, relative_bias=True, **TORCH)

    facts = layer.apply(Shape(96, (n, n)))

    assert (facts.params, facts.buffer_count, facts.macs) == (37755, 2401, macs)
    for axis in facts.windows:
        taps = [axis.taps(u, n) for u in range(n)]
        assert [(t[0], t[-1]) for t in taps] == rows


@pytest.mark.parametrize(("size", "window", "positions", "compared"), [
    ((2, 2), (4, 2), 8, 8),     # padded to 4×2
    ((2, 2, 2), (4, 2, 2), 8, 8),     # the window cut to 2×2×2
    ((2, 2, 3), (4, 2, 2), 16, 8),     # and the last axis padded to 4
])  # fmt: skip
def test_a_window_larger_than_the_map_is_padded_for_in_two_axes_and_cut_in_three(size, window, positions, compared):
    facts = MultiHeadAttention(heads=1, window=window, **TORCH).apply(Shape(4, size))

    assert facts.macs == 4 * positions * 4 * 4 + 2 * positions * compared * 4


@pytest.mark.parametrize(("layer", "params"), [
    # 8 heads of 4 features, 2 of key and value: 32×32 + 2·32×8 + 32×32
    (MultiHeadAttention(heads=8, kv_heads=2, bias=False, **TORCH), 32 * 32 * 2 + 2 * 32 * 8),
    (MultiHeadAttention(heads=8, kv_heads=2, **TORCH), 32 * 32 * 2 + 2 * 32 * 8 + 32 + 2 * 8 + 32),
    (MultiHeadAttention(heads=8, bias=("query", "value"), **TORCH), 4 * 32 * 32 + 2 * 32),
    # distances along an axis of 5: −4 … 4
    (MultiHeadAttention(heads=8, bias=False, relative_bias=True, **TORCH), 4 * 32 * 32 + 9 * 8),
])
def test_heads_may_share_keys_and_projections_may_have_no_bias(layer, params):
    assert layer.apply(Shape(32, (5,))).params == params


@pytest.mark.parametrize(("layer", "shapes", "code", "message"), [
    (MultiHeadAttention(heads=8, kv_heads=3, **TORCH), [Shape(32, (5,))], "E304", "8 heads do not divide into 3"),
    (MultiHeadAttention(heads=2, window=4, shift=4, **TORCH), [Shape(8, (9,))], "E311", "a shift of 4"),
    (MultiHeadAttention(heads=2, window=4, **TORCH), [Shape(8, (9,))] * 2, "E311", "of one map"),
])
def test_what_windows_and_groups_cannot_be(layer, shapes, code, message):
    with pytest.raises(Refusal, match=message) as info:
        layer.apply(*shapes)

    assert info.value.code == code


def test_a_relative_bias_is_added_to_every_weight_of_every_head():
    plain, biased = (MultiHeadAttention(heads=8, relative_bias=wanted, **TORCH).apply(Shape(32, (5,))) for wanted in (False, True))

    assert biased.work["add"] - plain.work["add"] == 8 * 5 * 5
