"""Layers that count nothing, tensors that depend on nothing, and what is around a map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.arithmetic.resampling import Border
from cnncalc.arithmetic.windows import BorderedWindow, Window
from cnncalc.cost.training import backward_flops
from cnncalc.errors import Refusal, SpecError
from cnncalc.layers.base.margins import SIDE
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.conv import Conv
from cnncalc.layers.coordinates import Coordinates
from cnncalc.layers.depthwise_conv import DepthwiseConv
from cnncalc.layers.dequantize import Dequantize
from cnncalc.layers.masking import Masking
from cnncalc.layers.pad import Pad
from cnncalc.layers.quantize import Quantize
from cnncalc.layers.yolo_head import YoloHead
from cnncalc.receptive_field.exact import find_seen
from cnncalc.receptive_field.size_free import views
from cnncalc.work import TooMuch


@pytest.mark.parametrize("layer", [Masking(), Masking(value=1), Quantize(), Quantize(scale=0.1, zero_point=3), Dequantize()])
@pytest.mark.parametrize("x", [Shape(3, (8, 8)), Shape(10), Shape(8, (20,), copies=2)])
def test_a_stub_changes_nothing(layer, x):
    facts = layer.apply(x)

    assert (facts.output, facts.params, facts.flops, facts.windows) == (x, 0, 0, ())
    assert layer.storage == "view"


# Coordinates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "size", "channels"), [
    ({}, (9,), 1), ({}, (9, 9), 2), ({}, (9, 9, 9), 3), ({"radius": True}, (9, 9), 3), ({"channels": 5}, (9, 9), 5),
])  # fmt: skip
def test_there_is_a_coordinate_per_axis(keys, size, channels):
    assert Coordinates(**keys).apply(Shape(64, size)).output == Shape(channels, size)


def test_coordinates_are_said_once():
    with pytest.raises(Refusal, match="`channels` says it all"):
        Coordinates(channels=3, radius=True).apply(Shape(1, (9, 9)))


COORDINATES = """\
input: {channels: 3, size: [16, 16]}
layers:
- conv: {filters: 4, kernel: 3, padding: 1, name: first}
- coordinates: {name: xy}
- conv: {filters: 4, kernel: 3, padding: 1, name: of_places}
- concat: [first, of_places]
- conv: {filters: 2, kernel: 3, padding: 1, name: last}
"""


def test_what_depends_on_nothing_sees_nothing():
    network = cnncalc.loads(COORDINATES)
    first, xy, places, both, last = (views(network)[i] for i in range(1, 6))

    assert (xy, places) == ({}, {})
    assert first["input"] == both["input"]
    assert [view.field.size for view in last["input"]] == [5, 5]
    assert find_seen(network, 3, (4, 4)) == {}
    assert find_seen(network, 5, (4, 4))["input"].box == ((2, 6), (2, 6))


def test_a_constant_is_no_blind_unit(cnncalc):
    assert "blind" not in cnncalc("receptive-field", "-", stdin=COORDINATES).out


def test_no_gradient_passes_through_what_depends_on_nothing():
    network = cnncalc.loads(COORDINATES)
    forward = [node.facts.flops for node in network.nodes]
    backward = backward_flops(network)

    assert backward[2] == 0
    # The gradient of the weights alone, where one of the input would be as much again.
    assert backward[3] == forward[3]
    assert backward[5] == 2 * forward[5] - network.nodes[5].facts.work["add"]


def test_the_size_of_a_map_is_all_that_keeps_it(cnncalc):
    ran = cnncalc("memory", "-", stdin=COORDINATES)

    # Alive while the coordinates are written: `first`, which the concat reads, and themselves.
    assert "xy         coordinates  2×16×16           2.00 KiB  6.00 KiB" in ran.out


# Around a map -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("layer", "inputs", "output"), [
    (Pad(channels=(8, 8)), [Shape(16, (16, 16))], Shape(32, (16, 16))),
    (Pad(channels=4), [Shape(16)], Shape(24)),
    (Pad(channels=(-3, 1)), [Shape(16, (9,))], Shape(14, (9,))),
    (Pad(channels=(0, 1), amount=1), [Shape(3, (4, 5, 6))], Shape(4, (6, 7, 8))),
    (Pad(size=9), [Shape(3, (4, 5))], Shape(3, (9, 9))),
    (Pad(size=(9, 3)), [Shape(3, (4, 5))], Shape(3, (9, 3))),
    (Pad(like="a"), [Shape(3, (4, 5)), Shape(1, (7, 7))], Shape(3, (7, 7))),
    (Pad(like="a", channels=1), [Shape(3, (4, 5)), Shape(1, (7, 7))], Shape(5, (7, 7))),
    (Pad(size=9, mode="circular"), [Shape(3, (5,))], Shape(3, (9,))),
])
def test_a_pad_adds_channels_or_reaches_a_size(layer, inputs, output):
    assert layer.apply(*inputs).output == output


@pytest.mark.parametrize(("keys", "sides"), [
    ({}, (2, 3)), ({"offset": 0}, (0, 5)), ({"offset": 5}, (5, 0)),
])  # fmt: skip
def test_half_of_what_is_missing_is_before(keys, sides):
    (window,) = Pad(size=9, **keys).apply(Shape(1, (4,))).windows

    assert window == Window(padding=sides, rule="explicit")


def test_like_gives_its_size_alone():
    layer = Pad(like="a")
    inputs = [Shape(3, (4, 5)), Shape(1, (7, 7))]

    assert layer.reads_of_all(inputs, layer.apply(*inputs))[1] is None


@pytest.mark.parametrize(("layer", "inputs", "code", "message"), [
    (Pad(), [Shape(1, (4,))], "E106", "`pad` needs one of `amount`, `size` and `like`, or `channels`"),
    (Pad(amount=1, size=9), [Shape(1, (4,))], "E106", "`pad` needs one of"),
    (Pad(amount=1, offset=1), [Shape(1, (4,))], "E106", "`offset` goes with `size` or `like`"),
    (Pad(channels=1, offset=1), [Shape(1, (4,))], "E106", "`offset` goes with `size` or `like`"),
    (Pad(channels=1, mode="reflect"), [Shape(1, (4,))], "E106", "`mode: reflect` is for sizes"),
    (Pad(channels=(-2, -2)), [Shape(4, (4,))], "E311", "nothing is left of 4 channels with [-2, -2]"),
    (Pad(channels=(-5, 9)), [Shape(4, (4,))], "E311", "nothing is left of 4 channels with [-5, 9]"),
    (Pad(channels=1), [Shape(1, (4,), form="tokens")], "E303", "token ids"),
    (Pad(amount=1), [Shape(4)], "E303", "pad needs a map"),
    (Pad(like="a"), [Shape(1, (4,)), Shape(1, (4, 4))], "E302", "`like` has 2 axes, the input has 1"),
    (Pad(size=20, mode="reflect"), [Shape(1, (4,))], "E311", "an axis of 4 reflects at most 3 elements, not 8"),
])
def test_a_pad_that_says_too_little_or_too_much(layer, inputs, code, message):
    with pytest.raises(Refusal) as refused:
        layer.apply(*inputs)

    assert refused.value.code == code
    assert message in refused.value.message


@pytest.mark.parametrize(("value", "parsed"), [(3, 3), ([1, 2], (1, 2)), ([-1, 0], (-1, 0))])
def test_one_axis_has_a_number_or_a_pair(value, parsed):
    assert SIDE.parse(value) == parsed


@pytest.mark.parametrize("kind", [Conv, DepthwiseConv])
@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_what_is_around_a_map_changes_no_count(kind, mode):
    keys = {"kernel": 7, "padding": 3} | ({"filters": 64} if kind is Conv else {})
    x = Shape(3, (256, 256))
    plain, found = kind(**keys).apply(x), kind(**keys, padding_mode=mode).apply(x)

    assert found.replace(windows=()).__slots__
    assert (found.output, found.weights, found.macs, found.work) == (
        plain.output, plain.weights, plain.macs, plain.work)  # fmt: skip
    assert all(window.mode == mode for window in found.windows)


def test_without_padding_there_is_nothing_around_a_map():
    assert Conv(filters=1, kernel=3, padding_mode="reflect").apply(Shape(1, (9,))).windows == (Window(3, rule="valid"),)


@pytest.mark.parametrize(("given", "message"), [
    ("conv: {filters: 1, kernel: 7, padding: 3, padding_mode: reflect}", "an axis of 3 reflects at most 2 elements, not 3"),
    ("conv: {filters: 1, kernel: 9, padding: 4, padding_mode: circular}", "an axis of 3 goes round once, 4 are more"),
    ("conv: {filters: 1, kernel: 3, padding: reflect}", "`padding_mode: reflect` of a conv"),
    ("conv_transpose: {filters: 1, kernel: 3, padding_mode: reflect}", "must be one of zeros, got `reflect`"),
])  # fmt: skip
def test_what_is_around_a_map_must_be_possible(given, message):
    with pytest.raises(SpecError) as caught:
        cnncalc.loads(f"input: {{channels: 1, size: [3]}}\nlayers:\n- {given}")

    (finding,) = caught.value.diagnostics
    assert message in f"{finding.message} {finding.help}"


@pytest.mark.parametrize(("dialect", "reason"), [
    ("keras", "its convolutions are padded with zeros"), ("caffe", "its Convolution is padded with zeros"),
])  # fmt: skip
def test_frameworks_that_pad_with_zeros_alone(dialect, reason):
    with pytest.raises(Refusal, match=reason):
        Conv(filters=1, kernel=3, padding=1, padding_mode="reflect", dialect=dialect).apply(Shape(1, (9, 9)))


@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 3), st.integers(1, 3), st.data())
def test_a_window_over_a_border_reads_what_the_border_copies(n, kernel, stride, dilation, data):
    mode = data.draw(st.sampled_from(["reflect", "replicate", "circular"]))
    most = {"reflect": n - 1, "replicate": 20, "circular": n}[mode]
    sides = data.draw(st.tuples(st.integers(0, most), st.integers(0, most)))
    border, plain = Border(sides, mode), Window(kernel, stride, dilation)
    window = BorderedWindow(kernel, stride, dilation, sides, mode=mode)
    padded = border.positions(n)

    assert (window.positions(n), window.extent) == (plain.positions(padded), plain.extent)
    for u in range(window.positions(n)):
        copied = {border.taps(place, n)[0] for place in plain.taps(u, padded)}
        assert list(window.taps(u, n)) == sorted(copied)
    if window.positions(n) > 0:
        read = {i for u in range(window.positions(n)) for i in window.taps(u, n)}
        # A circle begins with the last elements, which are not left over then.
        last = n - sides[0]
        assert mode != "circular" or read.isdisjoint(range(last - window.count_dropped(n), last))


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_a_window_of_any_length_is_read_at_once(mode):
    n, kernel = 10**12, 10**12 - 1
    window = BorderedWindow(kernel, padding=(kernel // 2, kernel // 2), mode=mode)

    if mode == "circular":
        with pytest.raises(TooMuch, match="more than 65,536 places beyond the ends"):
            window.taps(0, n)
        assert window._replace(kernel=n + 1).taps(0, n) == range(n)
    else:
        assert window.taps(0, n) == range(n // 2)
    with pytest.raises(TooMuch):
        window._replace(dilation=2).taps(0, n)


@pytest.mark.parametrize(("window", "n", "dropped"), [
    (BorderedWindow(2, 2, padding=(0, 0)), 7, 1),
    (BorderedWindow(3, 4, padding=(1, 0)), 9, 3),
    (BorderedWindow(3, 4, padding=(1, 0), mode="circular"), 9, 2),
])
def test_elements_that_no_window_over_a_border_reaches(window, n, dropped):
    assert window.count_dropped(n) == dropped


# Heads --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "channels"), [
    ({"anchors": 1, "classes": 80, "bins": 16, "objectness": False}, 4 * 16 + 80),
    ({"anchors": 1, "classes": 80}, 85),
    ({"anchors": 1, "classes": 80, "objectness": False}, 84),
    ({"anchors": 3, "classes": 80, "bins": 8}, 3 * (4 * 8 + 1 + 80)),
    ({"anchors": 2, "classes": 20, "shared": True}, 2 * 5 + 20),
    ({"anchors": 2, "classes": 20, "shared": True, "bins": 4, "objectness": False}, 2 * 16 + 20),
])
def test_a_side_of_a_box_may_be_a_distribution(keys, channels):
    layer = YoloHead(**keys)

    assert layer.apply(Shape(channels, (8, 8))).output == Shape(channels, (8, 8))
    with pytest.raises(Refusal, match=f"are {channels} channels"):
        layer.apply(Shape(channels + 1, (8, 8)))


@pytest.mark.parametrize(("keys", "message", "fix"), [
    ({}, "1 anchors × (5 + 80 classes) are 85 channels, the input has 144",
     "give the conv before it `filters: 85`, or the head `bins: 16, objectness: false` if its boxes are distributions"),
    ({"bins": 8}, "1 anchors × (4·8 + 1 + 80 classes) are 113 channels", "give the conv before it `filters: 113`"),
    ({"objectness": False}, "1 anchors × (4 + 80 classes) are 84 channels", "give the conv before it `filters: 84`"),
    ({"shared": True, "bins": 8}, "1 anchors × (4·8 + 1) + 80 classes are 113 channels", "`filters: 113`"),
])  # fmt: skip
def test_the_fix_for_a_head_is_told(keys, message, fix):
    with pytest.raises(Refusal) as refused:
        YoloHead(anchors=1, classes=80, **keys).apply(Shape(144, (80, 80)))

    assert message in refused.value.message
    assert refused.value.help.endswith(fix) or fix == "`filters: 113`"


@pytest.mark.parametrize(("word", "kind"), [
    ("unpool", "max_unpool"), ("MaxUnpool2d", "max_unpool"), ("DeformConv2d", "deform_conv"), ("dcn", "deform_conv"),
    ("LocallyConnected2D", "locally_connected"), ("QuantStub", "quantize"), ("dequant_stub", "dequantize"),
    ("F.grid_sample", "grid_sample"), ("CondConv2d", "cond_conv"), ("Masking", "masking"), ("BlurPool2d", "blur_pool"),
    ("AddCoords", "coordinates"), ("MFCC", "mel_spectrogram"), ("fft_conv", "conv"),
])  # fmt: skip
def test_what_others_call_a_kind_leads_to_it(word, kind):
    with pytest.raises(SpecError) as caught:
        cnncalc.loads(f"input: {{channels: 1, size: [9, 9]}}\nlayers:\n- {word}: {{size: 2}}")

    assert caught.value.diagnostics[0].help == f"`{word}` is called `{kind}` here"
