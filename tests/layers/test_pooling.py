"""Pools: sliding, adaptive, fractional and global."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.arithmetic.fractional import FractionalWindow
from cnncalc.arithmetic.windows import AdaptiveWindow, Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.adaptive_avg_pool import AdaptiveAvgPool
from cnncalc.layers.adaptive_max_pool import AdaptiveMaxPool
from cnncalc.layers.avg_pool import AvgPool
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.fractional_max_pool import FractionalMaxPool
from cnncalc.layers.global_avg_pool import GlobalAvgPool
from cnncalc.layers.global_max_pool import GlobalMaxPool
from cnncalc.layers.lp_pool import LpPool
from cnncalc.layers.max_pool import MaxPool

ALL = [MaxPool(size=2), AvgPool(size=2), LpPool(size=2), FractionalMaxPool(size=2, output_size=2),
       AdaptiveAvgPool(size=2), AdaptiveMaxPool(size=2), GlobalAvgPool(), GlobalMaxPool()]


@pytest.mark.parametrize(("layer", "x", "output"), [
    (MaxPool(size=2), Shape(64, (56, 56)), Shape(64, (28, 28))),
    (MaxPool(size=3, stride=2, padding=1), Shape(64, (112, 112)), Shape(64, ((112 + 2 - 3) // 2 + 1,) * 2)),
    (MaxPool(size=(1, 3)), Shape(2, (4, 10)), Shape(2, (4, 3))),
    (MaxPool(size=3, stride=1, dilation=2), Shape(2, (10,)), Shape(2, (10 - 5 + 1,))),
    (MaxPool(size=3, stride=2, ceil=True), Shape(2, (8,)), Shape(2, (4,))),
    (MaxPool(size=3, stride=2, padding="same"), Shape(2, (7, 8)), Shape(2, (4, 4))),
    (AvgPool(size=2), Shape(6, (24, 24), copies=3), Shape(6, (12, 12), copies=3)),
    (AvgPool(size=4, stride=2, padding=2), Shape(1, (3, 3)), Shape(1, (2, 2))),
    (AvgPool(size=2, dialect="torch"), Shape(1, (4, 5, 6)), Shape(1, (2, 2, 3))),
    (LpPool(size=4, stride=2, p=3), Shape(2, (5,)), Shape(2, ((5 - 4) // 2 + 1,))),
    (LpPool(size=3, ceil=True), Shape(2, (4, 4, 4)), Shape(2, (2, 2, 2))),
    (AdaptiveAvgPool(size=7), Shape(512, (9, 5)), Shape(512, (7, 7))),
    (AdaptiveMaxPool(size=(None, 3)), Shape(4, (9, 5)), Shape(4, (9, 3))),
    (FractionalMaxPool(size=2, output_size=3), Shape(4, (9, 9)), Shape(4, (3, 3))),
    (FractionalMaxPool(size=1, output_ratio=0.88), Shape(2, (7, 11)), Shape(2, (6, 9))),
    (GlobalAvgPool(), Shape(2048, (7, 7)), Shape(2048)),
    (GlobalMaxPool(keep_size=True), Shape(8, (7, 5, 3)), Shape(8, (1, 1, 1))),
])
def test_channels_stay_and_sizes_shrink(layer, x, output):
    facts = layer.apply(x)

    assert facts.output == output
    assert (facts.params, facts.buffer_count, facts.macs) == (0, 0, 0)


@pytest.mark.parametrize(("layer", "x", "flops"), [
    (MaxPool(size=3, stride=2, padding=1), Shape(64, (112, 112)), 64 * 56 * 56 * 9),
    (AvgPool(size=2), Shape(6, (24, 24)), 6 * 12 * 12 * 4),
    (LpPool(size=2), Shape(6, (8,)), 6 * 4 * 2),
    (GlobalAvgPool(), Shape(2048, (7, 7)), 2048 * 49),
    (GlobalMaxPool(), Shape(2048, (7, 7)), 2048 * 49),
    (AdaptiveAvgPool(size=1), Shape(2048, (7, 7)), 2048 * 49),
    (AdaptiveAvgPool(size=4), Shape(1, (6,)), 2 + 2 + 2 + 2),
    (AdaptiveMaxPool(size=7), Shape(1, (5,)), 1 + 2 + 2 + 1 + 2 + 2 + 1),
    (FractionalMaxPool(size=2, output_size=3), Shape(4, (9, 9)), 4 * 9 * 4),
])
def test_a_pool_works_on_every_element_of_every_window(layer, x, flops):
    assert layer.apply(x).flops == flops


def test_the_last_window_of_ceil_may_stick_out():
    (window,) = MaxPool(size=3, stride=2, ceil=True).apply(Shape(1, (8,))).windows

    assert [list(window.taps(u, 8)) for u in range(4)] == [[0, 1, 2], [2, 3, 4], [4, 5, 6], [6, 7]]


@given(st.integers(1, 20), st.integers(1, 6), st.integers(1, 6), st.integers(0, 3))
def test_ceil_adds_a_window_that_starts_inside(n, k, s, p):
    window, plain = (Window(k, s, 1, (p, p), name) for name in ("ceil", "floor"))
    if 2 * p > k or plain.positions(n) < 1:
        return
    covered = (plain.positions(n) - 1) * s + k
    sticks_out = covered < n + 2 * p and plain.positions(n) * s < n + p

    assert window.positions(n) == plain.positions(n) + sticks_out


@given(st.integers(1, 30), st.integers(1, 30))
def test_adaptive_windows_cover_everything(n, t):
    window = AdaptiveWindow(t)
    reads = [list(window.taps(u, n)) for u in range(t)]

    assert {i for taps in reads for i in taps} == set(range(n))
    assert sum(map(len, reads)) == window.reads(n)


@given(st.integers(1, 30), st.integers(1, 5), st.data())
def test_random_windows_start_in_order_and_end_at_the_end(n, k, data):
    if n < k:
        return
    t = data.draw(st.integers(1, n - k + 1))
    window = FractionalWindow(k, t)
    reads = [window.taps(u, n) for u in range(t)]

    assert all(k <= len(taps) <= k + 1 for taps in reads)
    assert [taps[0] for taps in reads] == sorted({taps[0] for taps in reads})
    assert reads[-1][-1] == n - 1


@pytest.mark.parametrize(("value", "size"), [(7, (7, 7)), ([7, None], (7, 5)), ([None, None], (9, 5))])
def test_null_keeps_an_axis(value, size):
    parsed = AdaptiveAvgPool.keys["size"].kind.parse(value)

    assert AdaptiveAvgPool(size=parsed).apply(Shape(1, (9, 5))).output.size == size


@pytest.mark.parametrize("layer", [GlobalAvgPool(), GlobalMaxPool(keep_size=True)])
def test_global_pools_see_everything(layer):
    assert layer.apply(Shape(3, (4, 5))).windows == (Everything(), Everything())


@pytest.mark.parametrize(("layer", "x", "code", "key"), [
    (MaxPool(size=4), Shape(1, (3, 8)), "E301", "size"),
    (MaxPool(size=3, dilation=3), Shape(1, (6,)), "E301", "size"),
    (MaxPool(size=(2, 2)), Shape(1, (6,)), "E302", "size"),
    (MaxPool(size=2, stride=(1, 1)), Shape(1, (6,)), "E302", "stride"),
    (MaxPool(size=2, padding=2, dialect="torch"), Shape(1, (6,)), "E308", "padding"),
    (MaxPool(size=(4, 2), padding=(2, 2), dialect="torch"), Shape(1, (6, 6)), "E308", "padding"),
    (AvgPool(size=3, padding=2, dialect="torch"), Shape(1, (6,)), "E308", "padding"),
    (AvgPool(size=3, padding="causal", dialect="keras"), Shape(1, (6,)), "E308", "padding"),
    (AvgPool(size=4, stride=2, padding=2, dialect="torch"), Shape(1, (3, 3, 3)), "E308", "size"),
    (LpPool(size=3, stride=2, ceil=True, dialect="torch"), Shape(1, (2, 3, 3)), "E308", "size"),
    (AdaptiveAvgPool(size=(1, 1)), Shape(1, (6,)), "E302", "size"),
    (AdaptiveMaxPool(size=None, dialect="torch"), Shape(1, (6,)), "E308", "size"),
    (FractionalMaxPool(size=2), Shape(1, (6,)), "E106", "output_ratio"),
    (FractionalMaxPool(size=2, output_size=2, output_ratio=0.5), Shape(1, (6,)), "E106", "output_ratio"),
    (FractionalMaxPool(size=1, output_ratio=0.3), Shape(1, (3,)), "E311", "output_ratio"),
    (FractionalMaxPool(size=1, output_ratio=1, dialect="torch"), Shape(1, (3,)), "E308", "output_ratio"),
    (FractionalMaxPool(size=3, output_size=5), Shape(1, (6, 6)), "E301", "size"),
    (FractionalMaxPool(size=2, output_size=5, dialect="torch"), Shape(1, (6, 6, 6)), "E308", "size"),
])
def test_what_cannot_be_is_refused(layer, x, code, key):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert (refused.value.code, refused.value.key) == (code, key)


@pytest.mark.parametrize("layer", ALL)
@pytest.mark.parametrize("x", [Shape(9), Shape(1, (9,), form="tokens")])
def test_pools_need_a_map(layer, x):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert refused.value.code == "E303"


@pytest.mark.parametrize("layer", [
    MaxPool(size=3, padding=((2, 2),), dialect="torch"),  # a pad before the pool
    MaxPool(size=3, padding="full", dialect="torch"),
    MaxPool(size=3, padding=2),
    AvgPool(size=3, padding=1, ceil=True, dialect="keras"),
    FractionalMaxPool(size=2, output_size=5, dialect="torch"),
])
def test_what_is_arithmetically_sound_is_accepted(layer):
    assert layer.apply(Shape(1, (6,))).output.size[0] > 1
