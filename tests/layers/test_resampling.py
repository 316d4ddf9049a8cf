"""Resampling: by a factor, to a size, and positions into channels and back."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.arithmetic.resampling import Resampling
from cnncalc.arithmetic.windows import AdaptiveWindow
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Bad
from cnncalc.layers.base.resampling import MODE, SCALE, fraction
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.channel_shuffle import ChannelShuffle
from cnncalc.layers.depth_to_space import DepthToSpace
from cnncalc.layers.pixel_shuffle import PixelShuffle
from cnncalc.layers.pixel_unshuffle import PixelUnshuffle
from cnncalc.layers.resize import Resize
from cnncalc.layers.space_to_depth import SpaceToDepth
from cnncalc.layers.upsample import Upsample


def reads(window, n):
    return [list(window.taps(u, n)) for u in range(window.positions(n))]


@pytest.mark.parametrize(("layer", "x", "output", "flops"), [
    (Upsample(scale=2), Shape(256, (13, 13)), Shape(256, (26, 26)), 0),
    (Upsample(scale=(1, 3)), Shape(2, (4, 5)), Shape(2, (4, 15)), 0),
    (Upsample(scale=0.29), Shape(1, (100,)), Shape(1, (28,)), 0),  # 100 × 0.29 = 28.999999999999996
    (Upsample(scale=1.5, mode="linear"), Shape(3, (5,)), Shape(3, (7,)), 3 * 7 * 2),
    (Upsample(scale=2, mode="bilinear"), Shape(3, (5, 5)), Shape(3, (10, 10)), 3 * 100 * 4),
    (Upsample(scale=2, mode="trilinear"), Shape(1, (2, 2, 2)), Shape(1, (4, 4, 4)), 64 * 8),
    (Upsample(scale=2, mode="bicubic"), Shape(3, (5, 5)), Shape(3, (10, 10)), 3 * 100 * 16),
    (Upsample(scale=2, mode="lanczos3"), Shape(3, (5, 5)), Shape(3, (10, 10)), 3 * 100 * 36),
    (Upsample(scale=2, mode="area"), Shape(3, (5,)), Shape(3, (10,)), 3 * 10),
    (Resize(size=(128, 96)), Shape(3, (480, 640)), Shape(3, (128, 96)), 3 * 128 * 96 * 4),
    (Resize(size=4, mode="area"), Shape(1, (6,)), Shape(1, (4,)), 4 * 2),
    (Resize(size=20, mode="nearest"), Shape(3, (10,), copies=2), Shape(3, (20,), copies=2), 0),
    (PixelShuffle(factor=2), Shape(12, (5, 6)), Shape(3, (10, 12)), 0),
    (DepthToSpace(factor=3), Shape(27, (2, 2, 2)), Shape(1, (6, 6, 6)), 0),
    (PixelUnshuffle(factor=2), Shape(3, (10, 12)), Shape(12, (5, 6)), 0),
    (SpaceToDepth(factor=4), Shape(2, (8,)), Shape(8, (2,)), 0),
    (ChannelShuffle(groups=3), Shape(12, (5, 5)), Shape(12, (5, 5)), 0),
])
def test_sizes_and_work(layer, x, output, flops):
    facts = layer.apply(x)

    assert facts.output == output
    assert facts.flops == flops
    assert (facts.params, facts.buffer_count, facts.macs) == (0, 0, 0)


@pytest.mark.parametrize(("layer", "expected"), [
    (Upsample(scale=2), [[0], [0], [1], [1], [2], [2]]),
    (Upsample(scale=2, mode="linear"), [[0], [0, 1], [0, 1], [1, 2], [1, 2], [2]]),
    (Upsample(scale=2, mode="linear", align_corners=True), [[0], [0, 1], [0, 1], [1, 2], [1, 2], [2]]),
    (Resize(size=5, align_corners=True), [[0], [0, 1], [1], [1, 2], [2]]),  # every other on an input
    (Resize(size=1, align_corners=True), [[0]]),
    (Resize(size=3), [[0], [1], [2]]),
    (Resize(size=6, mode="cubic"), [[0, 1], [0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 1, 2], [1, 2]]),
    (Resize(size=2, mode="nearest", dialect="torch"), [[0], [1]]),
    (Resize(size=2, mode="nearest", dialect="keras"), [[0], [2]]),
    (Resize(size=2, mode="nearest_exact"), [[0], [2]]),
    (Upsample(scale=0.7, mode="nearest"), [[0], [1]]),
    (PixelShuffle(factor=2), [[0], [0], [1], [1], [2], [2]]),
    (PixelUnshuffle(factor=3), [[0, 1, 2]]),
])
def test_what_the_outputs_of_three_elements_read(layer, expected):
    (window,) = layer.apply(Shape(8, (3,))).windows

    assert reads(window, 3) == expected


def test_a_factor_places_the_outputs_not_the_sizes():
    by_factor = Upsample(scale=1.3).apply(Shape(1, (5,))).windows[0]
    by_size = Resize(size=6, mode="nearest", dialect="torch").apply(Shape(1, (5,))).windows[0]

    assert reads(by_factor, 5) == [[floor(u / 1.3)] for u in range(6)]
    assert reads(by_size, 5) == [[u * 5 // 6] for u in range(6)]
    assert (list(by_factor.taps(5, 5)), list(by_size.taps(5, 5))) == ([3], [4])


@pytest.mark.parametrize(("number", "meant"), [
    (0.29, Fraction(29, 100)), (1 / 3, Fraction(1, 3)), (2.5, Fraction(5, 2)),
    (2**0.5, Fraction(2**0.5)), (1e-7, Fraction(1e-7)),
])
def test_a_factor_is_the_fraction_that_was_meant(number, meant):
    assert fraction(number) == meant


def test_a_tiny_factor_of_a_large_map():
    (window,) = Upsample(scale=1e-7).apply(Shape(1, (10**8,))).windows

    assert reads(window, 10**8) == [[u * 10**7] for u in range(9)] + [[9 * 10**7]]


@given(st.integers(1, 20), st.integers(1, 40), st.sampled_from(["linear", "cubic", "lanczos3"]), st.booleans())
def test_interpolation_reads_neighbours_inside(n, t, mode, align_corners):
    for u, taps in enumerate(reads(Resampling(n, t, mode, align_corners), n)):
        place = Fraction(u * (n - 1), max(t - 1, 1)) if align_corners else Fraction((2 * u + 1) * n, 2 * t) - Fraction(1, 2)
        width = {"linear": 1, "cubic": 2, "lanczos3": 3}[mode]
        weighted = [i for i in range(-width, n + width) if abs(i - place) < width and (i == place or place % 1)]

        assert taps == sorted({min(max(i, 0), n - 1) for i in weighted})


@given(st.integers(1, 12), st.integers(1, 5))
def test_whole_factors_repeat(n, factor):
    repeated = [[u // factor] for u in range(n * factor)]

    for layer in (Upsample(scale=factor), Resize(size=n * factor, mode="nearest"),
                  Upsample(scale=factor, mode="nearest_exact"), Upsample(scale=factor, mode="area")):
        assert reads(layer.apply(Shape(1, (n,))).windows[0], n) == repeated


def test_area_averages_what_an_output_covers():
    assert Resize(size=4, mode="area").apply(Shape(1, (6,))).windows == (AdaptiveWindow(4),)


def test_channels_are_shuffled_in_place():
    assert ChannelShuffle(groups=2).apply(Shape(4, (3, 3))).windows == ()
    assert ChannelShuffle(groups=2).apply(Shape(4)).output == Shape(4)


@pytest.mark.parametrize(("layer", "x", "code", "key"), [
    (Upsample(scale=0.1), Shape(1, (5,)), "E311", "scale"),
    (Upsample(scale=1.5, dialect="keras"), Shape(1, (5,)), "E308", "scale"),
    (Upsample(scale=(2, 2)), Shape(1, (5,)), "E302", "scale"),
    (Upsample(scale=2, mode="bilinear"), Shape(1, (5,)), "E302", "mode"),
    (Upsample(scale=2, mode="trilinear"), Shape(1, (5, 5)), "E302", "mode"),
    (Upsample(scale=2, mode="cubic", dialect="torch"), Shape(1, (5,)), "E308", "mode"),
    (Upsample(scale=2, align_corners=True, dialect="torch"), Shape(1, (5,)), "E308", "align_corners"),
    (Resize(size=2, mode="nearest"), Shape(1, (5,)), "E307", ""),
    (Resize(size=(2, 2)), Shape(1, (5,)), "E302", "size"),
    (Resize(size=2**40), Shape(1, (5, 5)), "E309", ""),
    (PixelShuffle(factor=2), Shape(6, (5, 5)), "E304", "factor"),
    (DepthToSpace(factor=2), Shape(4, (5, 5, 5)), "E304", "factor"),
    (PixelShuffle(factor=2, dialect="torch"), Shape(8, (5,)), "E308", ""),
    (PixelUnshuffle(factor=2), Shape(6, (4, 5)), "E311", "factor"),
    (SpaceToDepth(factor=2, dialect="torch"), Shape(6, (4, 4, 4)), "E308", ""),
    (ChannelShuffle(groups=3), Shape(10, (4, 4)), "E304", "groups"),
])
def test_what_cannot_be_is_refused(layer, x, code, key):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert (refused.value.code, refused.value.key) == (code, key)


@pytest.mark.parametrize("layer", [
    Upsample(scale=2), Resize(size=2), PixelShuffle(factor=1), DepthToSpace(factor=1),
    PixelUnshuffle(factor=1, dialect="torch"), SpaceToDepth(factor=1),
])
@pytest.mark.parametrize("x", [Shape(9), Shape(1, (9,), form="tokens")])
def test_resampling_needs_a_map(layer, x):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert refused.value.code == "E303"


@pytest.mark.parametrize(("given", "parsed"), [(2, 2), (2.0, 2), (0.5, 0.5)])
def test_whole_factors_are_integers(given, parsed):
    assert SCALE.parse(given) == parsed
    assert type(SCALE.parse(given)) is type(parsed)


@pytest.mark.parametrize("value", [0, -1, "2", True, None])
def test_a_factor_is_a_number_above_zero(value):
    with pytest.raises(Bad):
        SCALE.parse(value)


def test_modes_may_be_written_as_in_pytorch():
    assert MODE.parse("nearest-exact") == "nearest_exact"
    with pytest.raises(Bad, match="must be one of nearest, linear, cubic"):
        MODE.parse("sinc")


@pytest.mark.parametrize(("mode", "first", "last"), [("lanczos5", -4, 5), ("lanczos3", -2, 3), ("cubic", -1, 2), ("linear", 0, 1)])
def test_how_far_an_interpolation_reaches(mode, first, last):
    """Output 41 of 80 lies a quarter behind input 20 of 40, and reads on both sides of it."""
    taps = list(Resampling(40, 80, mode).taps(41, 40))

    assert (taps[0], taps[-1]) == (20 + first, 20 + last)
