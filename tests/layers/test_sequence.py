"""Embeddings, recurrent layers, layers over time, and what is opaque."""

import pytest

from cnncalc.arithmetic.sequences import Prefix, Recurrence
from cnncalc.arithmetic.windows import Everything, TransposedWindow, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Bad
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.batch_norm import BatchNorm
from cnncalc.layers.conv import Conv
from cnncalc.layers.conv_lstm import ConvLstm
from cnncalc.layers.embedding import Embedding
from cnncalc.layers.gru import Gru
from cnncalc.layers.lstm import Lstm
from cnncalc.layers.opaque import Opaque
from cnncalc.layers.positional_embedding import PositionalEmbedding
from cnncalc.layers.relu import Relu
from cnncalc.layers.simple_rnn import SimpleRnn
from cnncalc.layers.time_distributed import TimeDistributed
from cnncalc.layers.triplet_loss import TripletLoss

LAST = {"return": "last"}
SEQUENCE = {"return": "sequence"}
KERAS = {"dialect": "keras"}
TORCH = {"dialect": "torch"}


def test_an_embedding_turns_tokens_into_channels():
    facts = Embedding(vocab=20000, dim=128).apply(Shape(1, (100,), form="tokens"))

    assert facts.output == Shape(128, (100,))
    assert facts.params == 20000 * 128
    assert facts.macs == 0
    assert facts.windows == ()


@pytest.mark.parametrize(("reduce", "work"), [
    ("sum", {"add": 4 * 99}),
    ("mean", {"add": 4 * 99, "divide": 4}),
    ("max", {"compare": 4 * 99}),
])
def test_an_embedding_may_give_one_vector_for_all_tokens(reduce, work):
    facts = Embedding(vocab=10, dim=4, reduce=reduce).apply(Shape(1, (100,), form="tokens"))

    assert (facts.output, facts.params, facts.work) == (Shape(4), 40, work)
    assert facts.windows == (Everything(),)


@pytest.mark.parametrize("x", [Shape(3, (8,)), Shape(3)])
def test_an_embedding_needs_tokens(x):
    with pytest.raises(Refusal, match=f"got a {x.kind}") as refused:
        Embedding(vocab=10, dim=2).apply(x)
    assert refused.value.code == "E303"


def test_a_positional_embedding_has_a_weight_for_every_element():
    facts = PositionalEmbedding().apply(Shape(16, (5, 7), copies=3))

    assert facts.output == Shape(16, (5, 7), copies=3)
    assert facts.params == 16 * 5 * 7
    assert facts.work == {"add": 3 * 16 * 5 * 7}


@pytest.mark.parametrize(("layer", "params"), [
    (SimpleRnn(units=7, **KERAS), 7 * (5 + 7) + 7),
    (SimpleRnn(units=7, **TORCH), 7 * (5 + 7) + 2 * 7),
    (SimpleRnn(units=7, bias=False), 7 * (5 + 7)),
    (Lstm(units=7, **KERAS), 4 * (7 * (5 + 7) + 7)),
    (Lstm(units=7, **TORCH), 4 * (7 * (5 + 7) + 2 * 7)),
    (Lstm(units=7, bias=False), 4 * 7 * (5 + 7)),
    (Gru(units=7), 3 * (7 * (5 + 7) + 2 * 7)),
    (Gru(units=7, reset_after=False, **KERAS), 3 * (7 * (5 + 7) + 7)),
    (Gru(units=7, **TORCH), 3 * (7 * (5 + 7) + 2 * 7)),
    (Lstm(units=7, bidirectional="concat", **TORCH), 2 * 4 * (7 * (5 + 7) + 2 * 7)),
    (Lstm(units=7, layers=3, **TORCH), 4 * (7 * (5 + 7) + 2 * 7) + 2 * 4 * (7 * (7 + 7) + 2 * 7)),
    (Lstm(units=7, layers=2, bidirectional="concat", **TORCH),
     2 * 4 * (7 * (5 + 7) + 2 * 7) + 2 * 4 * (7 * (14 + 7) + 2 * 7)),
    (Lstm(units=7, layers=2, bidirectional="sum", **KERAS),
     2 * 4 * (7 * (5 + 7) + 7) + 2 * 4 * (7 * (7 + 7) + 7)),
    (Lstm(units=7, projection=3, **TORCH), 4 * (7 * (5 + 3) + 2 * 7) + 3 * 7),
    (Lstm(units=7, projection=3, layers=2, **TORCH),
     4 * (7 * (5 + 3) + 2 * 7) + 3 * 7 + 4 * (7 * (3 + 3) + 2 * 7) + 3 * 7),
])
def test_params_of_recurrent_layers(layer, params):
    assert layer.apply(Shape(5, (9,))).params == params


@pytest.mark.parametrize(("layer", "macs"), [
    (SimpleRnn(units=7, bias=False), 9 * 7 * (5 + 7)),
    (Lstm(units=7, **KERAS), 9 * 4 * 7 * (5 + 7)),
    (Gru(units=7), 9 * 3 * 7 * (5 + 7)),
    (Lstm(units=7, bidirectional="concat", **TORCH), 9 * 2 * 4 * 7 * (5 + 7)),
    (Lstm(units=7, layers=3, **TORCH), 9 * 4 * 7 * (5 + 7) + 9 * 2 * 4 * 7 * (7 + 7)),
    (Lstm(units=7, projection=3, **TORCH), 9 * (4 * 7 * (5 + 3) + 3 * 7)),
])
def test_macs_of_recurrent_layers(layer, macs):
    assert layer.apply(Shape(5, (9,))).macs == macs
    assert layer.apply(Shape(5, (9,), copies=4)).macs == 4 * macs


@pytest.mark.parametrize(("layer", "output", "window"), [
    (Lstm(units=7, **KERAS), Shape(7), Everything()),
    (Lstm(units=7, **SEQUENCE, **KERAS), Shape(7, (9,)), Prefix()),
    (Gru(units=7, bidirectional="concat", **LAST), Shape(14), Everything()),
    (Gru(units=7, bidirectional="concat", **SEQUENCE), Shape(14, (9,)), Everything(9)),
    (Gru(units=7, bidirectional="average", **SEQUENCE), Shape(7, (9,)), Everything(9)),
    (Lstm(units=7, projection=3, bidirectional="concat", **SEQUENCE), Shape(6, (9,)), Everything(9)),
])
def test_output_and_window_of_recurrent_layers(layer, output, window):
    facts = layer.apply(Shape(5, (9,)))

    assert facts.output == output
    assert facts.windows == (window,)


@pytest.mark.parametrize(("layer", "work"), [
    (SimpleRnn(units=7, bias=False), {"exp": 9 * 7}),
    (Lstm(units=7, **KERAS), {"exp": 9 * 5 * 7, "multiply": 9 * 3 * 7, "add": 9 * (7 + 4 * 7)}),
    (Lstm(units=7, **TORCH), {"exp": 9 * 5 * 7, "multiply": 9 * 3 * 7, "add": 9 * (7 + 2 * 4 * 7)}),
    (Gru(units=7, bias=False), {"exp": 9 * 3 * 7, "multiply": 9 * 3 * 7, "subtract": 9 * 7, "add": 9 * 7}),
    # Inner layers merge the two directions in every step, the last layer only where it is asked.
    (SimpleRnn(units=7, layers=2, bias=False, bidirectional="multiply"),
     {"exp": 2 * 2 * 9 * 7, "multiply": 9 * 7 + 7}),
    (SimpleRnn(units=7, bias=False, bidirectional="average", **SEQUENCE),
     {"exp": 2 * 9 * 7, "add": 9 * 7, "divide": 9 * 7}),
])
def test_other_arithmetic_of_recurrent_layers(layer, work):
    assert layer.apply(Shape(5, (9,))).work == work


@pytest.mark.parametrize("layer", [Lstm(units=7), SimpleRnn(units=7)])
def test_frameworks_that_differ_are_both_quoted(layer):
    with pytest.raises(Refusal, match=r"Keras .* params, PyTorch .* params") as refused:
        layer.apply(Shape(5, (9,)))
    assert refused.value.code == "E307"


@pytest.mark.parametrize(("layer", "params"), [
    (Lstm(units=7, projection=3), 4 * (7 * (5 + 3) + 2 * 7) + 3 * 7),
    (Lstm(units=7, bidirectional="sum"), 2 * 4 * (7 * (5 + 7) + 7)),
    (Gru(units=7, reset_after=False), 3 * (7 * (5 + 7) + 7)),
])
def test_what_one_framework_has_counts_as_there(layer, params):
    assert layer.apply(Shape(5, (9,))).params == params


def test_what_no_framework_has_is_still_computed():
    facts = Lstm(units=7, projection=9, bidirectional="sum", bias=False).apply(Shape(5, (3,)))

    assert facts.output == Shape(9)
    assert facts.params == 2 * (4 * 7 * (5 + 9) + 9 * 7)


@pytest.mark.parametrize(("layer", "code", "key"), [
    (Lstm(units=7, projection=3, **KERAS), "E308", "projection"),
    (Lstm(units=7, projection=7, **TORCH), "E308", "projection"),
    (Lstm(units=7, bidirectional="sum", **TORCH), "E308", "bidirectional"),
    (Gru(units=7, reset_after=False, **TORCH), "E308", "reset_after"),
])
def test_what_a_framework_refuses(layer, code, key):
    with pytest.raises(Refusal) as refused:
        layer.apply(Shape(5, (9,)))
    assert (refused.value.code, refused.value.key) == (code, key)


@pytest.mark.parametrize(("x", "code"), [
    (Shape(5), "E303"),
    (Shape(1, (9,), form="tokens"), "E303"),
    (Shape(5, (9, 9)), "E302"),
])
def test_a_recurrent_layer_needs_a_sequence(x, code):
    with pytest.raises(Refusal) as refused:
        Gru(units=7).apply(x)
    assert refused.value.code == code


def test_a_tower_of_layers_costs_no_time():
    assert Lstm(units=1, layers=2**53, bias=False).apply(Shape(1, (1,))).params == 4 * 2 * 2**53


def test_the_key_return_is_an_attribute_with_an_underscore():
    layer = Lstm(units=7, **SEQUENCE)

    assert layer.return_ == "sequence"
    assert "return" in Lstm.keys
    assert layer.chosen_keys() == {"units": 7, "return": "sequence"}
    assert repr(layer) == "Lstm(units=7, return='sequence')"


@pytest.mark.parametrize(("name", "value", "parsed"), [
    ("return", True, "sequence"), ("return", False, "last"), ("return", "sequence", "sequence"),
    ("bidirectional", True, "concat"), ("bidirectional", False, "none"),
    ("bidirectional", "ave", "average"), ("bidirectional", "mul", "multiply"),
    ("bidirectional", "sum", "sum"),
])
def test_the_words_of_the_frameworks_are_understood(name, value, parsed):
    assert Lstm.keys[name].kind.parse(value) == parsed


@pytest.mark.parametrize(("name", "value"), [("return", "first"), ("bidirectional", "min"), ("return", 1)])
def test_other_words_are_not(name, value):
    with pytest.raises(Bad, match="must be one of"):
        Lstm.keys[name].kind.parse(value)


def test_a_conv_lstm_convolves_at_every_step():
    facts = ConvLstm(filters=8, kernel=3, padding="same", **SEQUENCE).apply(Shape(3, (5, 16, 16)))

    assert facts.output == Shape(8, (5, 16, 16))
    assert facts.params == 4 * 8 * (3 * 3 * (3 + 8) + 1)
    assert facts.macs == 5 * 16 * 16 * 4 * 8 * 3 * 3 * (3 + 8)
    assert facts.work == {
        "exp": 5 * 5 * 16 * 16 * 8, "multiply": 3 * 5 * 16 * 16 * 8, "add": (1 + 4) * 5 * 16 * 16 * 8,
    }
    assert facts.windows[0] == Prefix()


def test_the_last_state_of_a_conv_lstm_has_no_time():
    facts = ConvLstm(filters=8, kernel=3, stride=2, bias=False).apply(Shape(3, (5, 16)))

    assert facts.output == Shape(8, ((16 - 3) // 2 + 1,))
    assert facts.params == 4 * 8 * 3 * (3 + 8)
    assert facts.windows == (Everything(), Recurrence(Window(3, 2, rule="valid"), 3, 4))


@pytest.mark.parametrize(("layer", "x", "code"), [
    (ConvLstm(filters=8, kernel=3), Shape(3, (5,)), "E302"),
    (ConvLstm(filters=8, kernel=3), Shape(3), "E303"),
    (ConvLstm(filters=8, kernel=3), Shape(3, (5, 2)), "E301"),
    (ConvLstm(filters=8, kernel=3, stride=2, dilation=2, **KERAS), Shape(3, (5, 16)), "E308"),
])
def test_what_a_conv_lstm_refuses(layer, x, code):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert refused.value.code == code


@pytest.mark.parametrize("n", [1, 2, 7])
def test_a_prefix_ends_at_its_own_place(n):
    assert Prefix().positions(n) == n
    assert [list(Prefix().taps(u, n)) for u in range(n)] == [list(range(u + 1)) for u in range(n)]


@pytest.mark.parametrize("window", [
    Window(3), Window(2, 2), Window(3, 2, padding=(1, 1)), Window(1, 3), Window(2, 3, padding=(0, 1)),
    Window(2, dilation=3), Window(3, dilation=2, padding=(2, 2)), Window(1, padding=(2, 0)),
])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_recurrence_reads_what_its_neighbours_read(window, kernel, steps):
    n = 14
    m = window.positions(n)
    reached = [{u} for u in range(m)]
    for _ in range(steps):
        before = (kernel - 1) // 2
        near = [range(max(0, u - before), min(m, u - before + kernel)) for u in range(m)]
        reached = [{q for p in near[u] for q in reached[p]} for u in range(m)]

    recurrence = Recurrence(window, kernel, steps)

    assert recurrence.positions(n) == m
    for u in range(m):
        inputs = {i for p in reached[u] for i in window.taps(p, n)}
        assert list(recurrence.taps(u, n)) == sorted(inputs)


def test_time_distributed_repeats_work_and_not_weights():
    layer = Conv(filters=8, kernel=3)
    facts = TimeDistributed(layer=layer).apply(Shape(3, (5, 16, 16)))

    assert facts.output == Shape(8, (5, 14, 14))
    assert facts.params == 8 * (3 * 3 * 3 + 1)
    assert facts.macs == 5 * 14 * 14 * 8 * 3 * 3 * 3
    assert facts.work == {"add": 5 * 14 * 14 * 8}
    assert facts.windows == (Window(), Window(3, rule="valid"), Window(3, rule="valid"))


@pytest.mark.parametrize(("layer", "x", "output", "windows"), [
    (Relu(), Shape(3, (5, 16)), Shape(3, (5, 16)), ()),
    (Relu(), Shape(3, (5,)), Shape(3, (5,)), ()),
    (Lstm(units=7, bias=False), Shape(3, (5, 16)), Shape(7, (5,)), (Window(), Everything())),
    (Relu(), Shape(3, (5, 16), copies=2), Shape(3, (5, 16), copies=2), ()),
    (Opaque(output=Shape(4, (6,))), Shape(3, (5,)), Shape(4, (5, 6)), (Window(),)),
])
def test_time_distributed_puts_the_steps_first(layer, x, output, windows):
    facts = TimeDistributed(layer=layer).apply(x)

    assert facts.output == output
    assert facts.windows == windows


def test_a_volume_may_have_time_before_its_axes():
    volumes = Shape(3, (5, 8, 8, 8))
    layer = Conv(filters=8, kernel=3)

    assert TimeDistributed(layer=layer).apply(volumes).output == Shape(8, (5, 6, 6, 6))
    assert ConvLstm(filters=4, kernel=3).apply(volumes).output == Shape(4, (6, 6, 6))
    with pytest.raises(Refusal, match="one to three axes, got 4"):
        layer.apply(volumes)


def test_time_distributed_keeps_buffers():
    assert TimeDistributed(layer=BatchNorm()).apply(Shape(3, (5, 4))).buffer_count == 2 * 3


@pytest.mark.parametrize(("layer", "x", "code"), [
    (Relu(), Shape(3), "E303"),
    (Conv(filters=8, kernel=3), Shape(3, (5,)), "E303"),
    (Conv(filters=8, kernel=3), Shape(3, (5, 2)), "E301"),
    (TripletLoss(), Shape(3, (5,)), "E207"),
    (Lstm(units=7), Shape(3, (5, 16)), "E307"),
    (Opaque(output=Shape(3, (5, 5, 5, 5))), Shape(3, (5, 5)), "E302"),
])
def test_what_time_distributed_refuses(layer, x, code):
    with pytest.raises(Refusal) as refused:
        TimeDistributed(layer=layer).apply(x)
    assert refused.value.code == code


def test_only_a_layer_can_be_distributed():
    kind = TimeDistributed.keys["layer"].kind

    assert kind.parse(Relu()) == Relu()
    with pytest.raises(Bad, match="must be one layer"):
        kind.parse(3)


def test_what_is_opaque_is_unknown():
    facts = Opaque(output=Shape(10)).apply(Shape(3, (8, 8)))

    assert facts.output == Shape(10)
    assert (facts.params, facts.buffer_count, facts.macs, facts.flops) == (None, None, None, None)
    assert facts.windows == (Everything(), Everything())


def test_what_is_stated_of_the_opaque_is_known():
    facts = Opaque(output=Shape(10), params=5130, buffers=0, macs=5120).apply(Shape(3, (8, 8)))

    assert (facts.params, facts.buffer_count, facts.macs, facts.flops) == (5130, 0, 5120, None)


@pytest.mark.parametrize(("n", "m"), [(8, 8), (8, 4), (9, 4), (7, 4), (9, 3), (8, 3), (5, 1), (4, 8), (4, 9), (3, 7)])
@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_a_stated_receptive_field_gives_the_stated_size(n, m, k):
    facts = Opaque(output=Shape(4, (m,)), receptive_field=k).apply(Shape(3, (n,)))
    (window,) = facts.windows

    assert isinstance(window, Window if m <= n else TransposedWindow)
    assert window.positions(n) == m
    assert max(len(window.taps(u, n)) for u in range(m)) <= k


def test_a_stated_receptive_field_is_centred():
    (window,) = Opaque(output=Shape(4, (8,)), receptive_field=3).apply(Shape(3, (8,))).windows

    assert list(window.taps(4, 8)) == [3, 4, 5]


def test_a_stated_receptive_field_needs_the_axes_it_is_for():
    with pytest.raises(Refusal, match="as many axes before as after"):
        Opaque(output=Shape(4), receptive_field=3).apply(Shape(3, (8, 8)))


def test_a_convolutional_lstm_keeps_its_gates_and_its_state():
    facts = ConvLstm(filters=2, kernel=3, padding=1).apply(Shape(3, (4, 5, 5)))

    assert facts.saved == 5 * 4 * 2 * 5 * 5
