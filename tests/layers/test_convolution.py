"""Convolutions: plain, depthwise, separable and transposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.arithmetic.padding import WORDS, by_mode, same_total
from cnncalc.arithmetic.windows import TransposedWindow, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.conv import Conv
from cnncalc.layers.conv_transpose import ConvTranspose
from cnncalc.layers.depthwise_conv import DepthwiseConv
from cnncalc.layers.separable_conv import SeparableConv

IMAGE = Shape(3, (224, 224))


@pytest.mark.parametrize(("layer", "x", "output", "params", "macs"), [
    (Conv(filters=64, kernel=7, stride=2, padding=3), IMAGE,
     Shape(64, ((224 + 6 - 7) // 2 + 1,) * 2), 64 * (3 * 7 * 7 + 1), 64 * 112 * 112 * 3 * 7 * 7),
    (Conv(filters=6, kernel=5), Shape(1, (28, 28)),
     Shape(6, (28 - 5 + 1,) * 2), 6 * (1 * 5 * 5 + 1), 6 * 24 * 24 * 25),
    (Conv(filters=8, kernel=1, groups=4, bias=False), Shape(4, (5, 5)),
     Shape(8, (5, 5)), 8 * 1, 8 * 5 * 5 * 1),
    (Conv(filters=4, kernel=(1, 3), stride=(1, 2), padding=(0, 1)), Shape(2, (5, 9)),
     Shape(4, (5, (9 + 2 - 3) // 2 + 1)), 4 * (2 * 1 * 3 + 1), 4 * 5 * 5 * 2 * 3),
    (Conv(filters=4, kernel=3, dilation=4), Shape(2, (10,)),
     Shape(4, (10 - (4 * 2 + 1) + 1,)), 4 * (2 * 3 + 1), 4 * 2 * 2 * 3),
    (Conv(filters=2, kernel=2, stride=2), Shape(3, (5, 6, 7)),
     Shape(2, (2, 3, 3)), 2 * (3 * 8 + 1), 2 * 2 * 3 * 3 * 3 * 8),
    (Conv(filters=8, kernel=3, padding="same"), Shape(4, (7, 7), copies=10),
     Shape(8, (7, 7), copies=10), 8 * (4 * 9 + 1), 10 * 8 * 49 * 4 * 9),
    (DepthwiseConv(kernel=3, stride=2, padding=1), Shape(32, (112, 112)),
     Shape(32, (56, 56)), 32 * (9 + 1), 32 * 56 * 56 * 9),
    (DepthwiseConv(kernel=3, multiplier=2, bias=False), Shape(5, (8, 8)),
     Shape(10, (6, 6)), 10 * 9, 10 * 6 * 6 * 9),
    (SeparableConv(filters=16, kernel=3, padding="same"), Shape(8, (6, 6)),
     Shape(16, (6, 6)), 8 * 9 + 16 * 8 + 16, 8 * 36 * 9 + 16 * 36 * 8),
    (SeparableConv(filters=16, kernel=5, multiplier=2, stride=2, bias=False), Shape(16, (11,)),
     Shape(16, (4,)), 32 * 5 + 16 * 32, 32 * 4 * 5 + 16 * 4 * 32),
    (ConvTranspose(filters=512, kernel=2, stride=2), Shape(1024, (28, 28)),
     Shape(512, (56, 56)), 1024 * 512 * 4 + 512, 1024 * 28 * 28 * 512 * 4),
    (ConvTranspose(filters=8, kernel=4, stride=2, padding=1, groups=2), Shape(4, (5, 5)),
     Shape(8, ((5 - 1) * 2 + 4 - 2,) * 2), 4 * 4 * 16 + 8, 4 * 25 * 4 * 16),
    (ConvTranspose(filters=1, kernel=3, dilation=3, bias=False), Shape(1, (4,)),
     Shape(1, (4 - 1 + 7,)), 3, 4 * 3),
])
def test_sizes_weights_and_macs(layer, x, output, params, macs):
    facts = layer.apply(x)

    assert facts.output == output
    assert facts.params == params
    assert facts.buffer_count == 0
    assert facts.macs == macs
    assert facts.work == ({"add": output.elements} if layer.bias else {})


@pytest.mark.parametrize(("padding", "stride", "resolved"), [
    ("valid", 1, (0, 0)), ("same", 1, (1, 2)), ("full", 1, (3, 3)), ("half", 1, (2, 2)),
    ("causal", 1, (3, 0)), ("same_upper", 1, (1, 2)), ("same_lower", 1, (2, 1)),
    ("same", 2, (1, 1)), ("same", 3, (1, 2)), ("same", 5, (0, 0)), (2, 1, (2, 2)), (((2, 0),), 1, (2, 0)),
])
def test_the_padding_of_ten_elements_under_a_kernel_of_four(padding, stride, resolved):
    (window,) = Conv(filters=1, kernel=4, stride=stride, padding=padding).apply(Shape(1, (10,))).windows

    assert window.padding == resolved


@pytest.mark.parametrize(("n", "padding"), [(224, (0, 1)), (225, (1, 1))])
def test_same_of_tensorflow_depends_on_parity(n, padding):
    conv = Conv(filters=1, kernel=3, stride=2, padding="same")

    assert conv.apply(Shape(1, (n,))).windows == (Window(3, 2, 1, padding, rule="same"),)


@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 4), st.integers(1, 3))
def test_same_and_causal_give_one_output_per_step(n, k, s, d):
    for mode in ("same", "same_upper", "same_lower", "causal"):
        window = Window(k, s, d, by_mode(mode, n, k, s, d))

        assert window.positions(n) == -(-n // s)


@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 4), st.integers(1, 3),
       st.tuples(st.integers(0, 4), st.integers(0, 4)))
def test_a_window_reads_what_sliding_it_reads(n, k, s, d, padding):
    window = Window(k, s, d, padding)
    stops, start = [], -padding[0]
    while start + (k - 1) * d < n + padding[1]:
        stops.append([i for i in range(start, start + k * d, d) if 0 <= i < n])
        start += s

    assert max(window.positions(n), 0) == len(stops)
    assert [list(window.taps(u, n)) for u in range(len(stops))] == stops


@given(st.integers(1, 20), st.integers(1, 6), st.integers(1, 4), st.integers(1, 3),
       st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_a_transposed_window_reads_the_other_way_round(n, k, s, d, padding):
    forward = Window(k, s, d, padding)
    if forward.positions(n) < 1:
        return
    m = forward.positions(n)
    cut = (padding[0], (m - 1) * s + forward.extent - padding[0] - n)
    backward = TransposedWindow(k, s, d, cut)

    assert backward.positions(m) == n
    for i in range(n):
        assert list(backward.taps(i, m)) == [u for u in range(m) if i in forward.taps(u, n)]


@pytest.mark.parametrize(("layer", "size"), [
    (ConvTranspose(filters=1, kernel=4, stride=2, padding="same"), 5 * 2),
    (ConvTranspose(filters=1, kernel=1, stride=3, padding="same"), 5 * 3),
    (ConvTranspose(filters=1, kernel=3, padding="half"), 5),
    (ConvTranspose(filters=1, kernel=3, padding="full"), 5 - 2),
    (ConvTranspose(filters=1, kernel=3, padding=((1, 0),)), (5 - 1) + 3 - 1),
    (ConvTranspose(filters=1, kernel=3, stride=2, padding=1, output_padding=1), 4 * 2 + 3 - 2 + 1),
    (ConvTranspose(filters=1, kernel=3, stride=2, padding=1, output_size=10), 10),
    (ConvTranspose(filters=1, kernel=4, stride=2, padding="same", output_size=10), 10),
    (ConvTranspose(filters=1, kernel=1, stride=2, dialect="torch"), 4 * 2 + 1),
    (ConvTranspose(filters=1, kernel=1, stride=2, dialect="keras"), 5 * 2),
    (ConvTranspose(filters=1, kernel=4, stride=2, padding="same", output_padding=0, dialect="keras"),
     4 * 2 + 4 % 2),
    (ConvTranspose(filters=1, kernel=3, stride=2, padding="valid", output_padding=1, dialect="keras"),
     4 * 2 + 3 + 1),
    (ConvTranspose(filters=1, kernel=2, dilation=3, output_padding=2, dialect="torch"), 4 + 4 + 2),
])
def test_the_size_of_a_transposed_convolution_of_five(layer, size):
    assert layer.apply(Shape(1, (5,))).output.size == (size,)


def test_keras_crops_an_odd_rest_at_the_end():
    conv = ConvTranspose(filters=1, kernel=5, stride=2, padding="same", dialect="keras")

    assert conv.apply(Shape(1, (4,))).windows[0].padding == (1, 2)


@pytest.mark.parametrize(("layer", "x", "code", "key"), [
    (Conv(filters=1, kernel=7), Shape(1, (5, 5)), "E301", "kernel"),
    (Conv(filters=1, kernel=3, dilation=3), Shape(1, (6,)), "E301", "kernel"),
    (Conv(filters=1, kernel=(3, 3)), Shape(1, (6,)), "E302", "kernel"),
    (Conv(filters=1, kernel=3, padding=(1, 2)), Shape(1, (6,)), "E112", "padding"),
    (Conv(filters=1, kernel=3), Shape(6), "E303", ""),
    (Conv(filters=1, kernel=3), Shape(1, (6,), form="tokens"), "E303", ""),
    (Conv(filters=4, kernel=1, groups=2), Shape(3, (6,)), "E304", "groups"),
    (Conv(filters=3, kernel=1, groups=2), Shape(4, (6,)), "E304", "groups"),
    (Conv(filters=1, kernel=3, stride=2, padding="same", dialect="torch"), Shape(1, (6,)), "E308", "padding"),
    (Conv(filters=1, kernel=3, stride=(2, 1), dilation=(1, 2), dialect="keras"), Shape(1, (6, 6)), "E308", "dilation"),
    (Conv(filters=1, kernel=3, padding="causal", dialect="keras"), Shape(1, (6, 6)), "E308", "padding"),
    (DepthwiseConv(kernel=3, padding="same", stride=2, dialect="torch"), Shape(1, (6,)), "E308", "padding"),
    (DepthwiseConv(kernel=3, padding="causal", dialect="keras"), Shape(1, (6,)), "E308", "padding"),
    (SeparableConv(filters=1, kernel=3, padding="causal", dialect="keras"), Shape(1, (6,)), "E308", "padding"),
    (SeparableConv(filters=1, kernel=7), Shape(1, (6,)), "E301", "kernel"),
    (ConvTranspose(filters=1, kernel=1, stride=2), Shape(1, (6,)), "E307", ""),
    (ConvTranspose(filters=1, kernel=3, padding="same", dialect="torch"), Shape(1, (6,)), "E308", "padding"),
    (ConvTranspose(filters=1, kernel=3, stride=2, dilation=2, dialect="keras"), Shape(1, (6,)), "E308", "dilation"),
    (ConvTranspose(filters=1, kernel=3, stride=2, output_padding=2, dialect="torch"), Shape(1, (6,)), "E308", "output_padding"),
    (ConvTranspose(filters=1, kernel=3, stride=2, output_padding=2, dialect="keras"), Shape(1, (6,)), "E308", "output_padding"),
    (ConvTranspose(filters=1, kernel=3, stride=2, output_size=15), Shape(1, (6,)), "E311", "output_size"),
    (ConvTranspose(filters=1, kernel=3, stride=2, output_size=13, output_padding=0), Shape(1, (6,)), "E106", "output_padding"),
    (ConvTranspose(filters=1, kernel=1, padding=3), Shape(1, (6,)), "E311", "padding"),
])
def test_what_cannot_be_is_refused(layer, x, code, key):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert (refused.value.code, refused.value.key) == (code, key)


@pytest.mark.parametrize("layer", [
    Conv(filters=1, kernel=3, stride=2, padding="same"),
    Conv(filters=1, kernel=3, stride=2, padding="same_upper", dialect="torch"),
    Conv(filters=1, kernel=3, stride=2, dilation=2, dialect="torch"),
    Conv(filters=1, kernel=3, padding=1, dialect="keras"),
    DepthwiseConv(kernel=3, stride=2, dilation=2, dialect="keras"),
    SeparableConv(filters=1, kernel=3, stride=2, dilation=2, dialect="keras"),
    ConvTranspose(filters=1, kernel=3, output_padding=9),
])
def test_what_a_framework_takes_or_leaves_open_is_accepted(layer):
    assert layer.apply(Shape(1, (8,))).output.size[0] > 1


@given(st.sampled_from(WORDS), st.integers(1, 3), st.integers(1, 5), st.integers(1, 5))
def test_weights_do_not_depend_on_the_size(mode, rank, kernel, channels):
    conv = Conv(filters=2, kernel=kernel, padding=mode)
    small, large = (conv.apply(Shape(channels, (n,) * rank)) for n in (5, 9))

    assert small.params == large.params == 2 * (channels * kernel**rank + 1)


@pytest.mark.parametrize(("n", "more", "total"), [
    (7, {}, 2),                       # 7 outputs in steps of 1: 6 + 3 elements, 2 more than there are
    (7, {"s": 2}, 2),                 # 4 outputs: 3 · 2 + 3
    (8, {"s": 2}, 1),                 # 4 outputs: 3 · 2 + 3
    (8, {"s": 2, "d": 2}, 3),         # 4 outputs: 3 · 2 + 5
    (8, {"s": 4}, 0),                 # 2 outputs: 4 + 3, one element is left over
])  # fmt: skip
def test_how_much_padding_same_needs_for_a_kernel_of_3(n, more, total):
    assert same_total(n, 3, **more) == total
