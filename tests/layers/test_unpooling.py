"""Pools turned round, and pools by a fixed filter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.arithmetic.windows import Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.blur_pool import BlurPool
from cnncalc.layers.max_pool import MaxPool
from cnncalc.layers.max_unpool import MaxUnpool


@pytest.mark.parametrize(("layer", "x", "size"), [
    (MaxUnpool(size=2), Shape(3, (67, 120)), (134, 240)),
    (MaxUnpool(size=2, output_size=(135, 240)), Shape(3, (67, 120)), (135, 240)),
    (MaxUnpool(size=3, stride=2, padding=1), Shape(3, (5,)), (9,)),
    (MaxUnpool(size=3, stride=2, padding=1, output_size=10), Shape(3, (5,)), (10,)),
    (MaxUnpool(size=(2, 3, 1), stride=(2, 1, 3)), Shape(3, (2, 2, 2)), (4, 4, 4)),
])
def test_the_size_of_what_a_pool_read(layer, x, size):
    facts = layer.apply(x)

    assert facts.output == x._replace(size=size)
    assert (facts.params, facts.macs, facts.flops) == (0, 0, 0)


def test_like_is_the_size_of_the_map_and_nothing_else_of_it():
    layer = MaxUnpool(size=2, like="p2")
    inputs = [Shape(3, (67, 120)), Shape(8, (135, 240))]
    facts = layer.apply(*inputs)

    assert facts.output == Shape(3, (135, 240))
    assert layer.reads_of_all(inputs, facts) == [facts.windows, None]


@given(st.integers(1, 30), st.integers(1, 4), st.integers(1, 5), st.data())
def test_an_output_reads_the_windows_that_it_lies_in(n, size, stride, data):
    padding = data.draw(st.integers(0, size // 2))
    if n + 2 * padding < size:
        return
    keys = {"size": size, "stride": stride, "padding": padding}
    pool = MaxPool(**keys).apply(Shape(1, (n,)))
    (pooled,) = pool.output.size
    (window,) = MaxUnpool(**keys, output_size=n).apply(pool.output).windows

    for place in range(n):
        inside = [u for u in range(pooled) if place in pool.windows[0].taps(u, n)]
        assert list(window.taps(place, pooled)) == inside


@pytest.mark.parametrize(("layer", "others", "code", "message"), [
    (MaxUnpool(size=2, output_size=12), [], "E311",
     "5 windows of 2 with stride 2 and padding 0 do not come from 12: sizes range from 9 to 11"),
    (MaxUnpool(size=2, output_size=8), [], "E311", "sizes range from 9 to 11"),
    (MaxUnpool(size=2, like="a"), [Shape(1, (20, 20))], "E311", "do not come from 20: sizes range from 9 to 11"),
    (MaxUnpool(size=2, like="a"), [Shape(1, (10,))], "E302", "`like` has 1 axes, the input has 2"),
    (MaxUnpool(size=2, like="a", output_size=10), [Shape(1, (10, 10))], "E106", "exclude each other"),
    (MaxUnpool(size=2, padding=6), [], "E311", "nothing is left of 5 windows of 2 with stride 2 without 6"),
    (MaxUnpool(size=(2, 2, 2)), [], "E302", "`size` has 3 axes, the input has 2"),
])  # fmt: skip
def test_sizes_that_no_pool_has_read(layer, others, code, message):
    with pytest.raises(Refusal) as refused:
        layer.apply(Shape(1, (5, 5)), *others)

    assert refused.value.code == code
    assert message in refused.value.message


@pytest.mark.parametrize(("layer", "x", "size"), [
    (BlurPool(), Shape(8, (16, 17)), (8, 9)),
    (BlurPool(size=4), Shape(8, (16, 17)), (8, 9)),
    (BlurPool(size=5, stride=1), Shape(8, (16,)), (16,)),
    (BlurPool(size=7, stride=3), Shape(8, (16, 16, 16)), (6, 6, 6)),
    (BlurPool(size=1), Shape(8, (7,)), (4,)),
    (BlurPool(size=4, padding=2), Shape(8, (16, 16)), (9, 9)),          # timm
    (BlurPool(size=3, mode="zeros"), Shape(8, (1, 1)), (1, 1)),         # kornia
])  # fmt: skip
def test_a_blur_has_buffers_and_no_parameters(layer, x, size):
    facts = layer.apply(x)
    taps = layer.size**x.rank

    assert facts.output == x._replace(size=size)
    assert (facts.params, facts.buffer_count, facts.macs) == (0, 8 * taps, 8 * taps * facts.output.elements // 8)


def test_a_blur_mirrors_the_map_at_its_ends():
    (window,) = BlurPool(size=5).apply(Shape(1, (6,))).windows

    assert [list(window.taps(u, 6)) for u in range(3)] == [[0, 1, 2], [0, 1, 2, 3, 4], [2, 3, 4, 5]]


def test_a_blur_without_padding_is_a_plain_window():
    assert BlurPool(padding=0).apply(Shape(1, (5,))).windows == (Window(3, 2, rule="explicit"),)


@pytest.mark.parametrize(("layer", "x", "code", "message"), [
    (BlurPool(size=5), Shape(1, (2, 8)), "E311", "an axis of 2 reflects at most 1 elements, not 2"),
    (BlurPool(size=5, padding=0), Shape(1, (4, 8)), "E301", "size 5 does not fit: the input has 4 along axis H"),
    (BlurPool(), Shape(6), "E303", "blur_pool needs a map"),
])
def test_a_blur_that_does_not_fit(layer, x, code, message):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)

    assert refused.value.code == code
    assert message in refused.value.message
