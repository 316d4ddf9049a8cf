"""Signals cut into frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.arithmetic.moving import Moved
from cnncalc.arithmetic.windows import BorderedWindow, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.mel_spectrogram import MelSpectrogram
from cnncalc.layers.stft import Stft
from cnncalc.receptive_field.exact import find_seen, project_element
from cnncalc.receptive_field.size_free import views

SECOND = Shape(1, (16000,))


@pytest.mark.parametrize(("keys", "output"), [
    ({}, (1, (201, 1 + 16000 // 160))),
    ({"center": False}, (1, (201, 1 + (16000 - 400) // 160))),
    ({"complex": True}, (2, (201, 101))),
    ({"onesided": False}, (1, (400, 101))),
    ({"bins": "channels"}, (201, (101,))),
    ({"bins": "channels", "complex": True}, (402, (101,))),
    ({"window": 320}, (1, (201, 101))),
])  # fmt: skip
def test_frames_and_bins(keys, output):
    facts = Stft(n_fft=400, hop=160, dialect="torch", **keys).apply(SECOND)

    assert facts.output == Shape(*output)
    assert (facts.params, facts.buffer_count) == (0, 0)
    # How the transform is computed is its own affair.
    assert (facts.macs, facts.flops) == (0, None)


def test_keras_has_the_bins_behind_the_frames():
    facts = Stft(n_fft=400, hop=160, dialect="keras").apply(SECOND)

    assert facts.output == Shape(1, (101, 201))
    assert facts.windows[0].to == 0


def test_without_a_dialect_the_order_of_the_axes_is_pointed_out():
    with pytest.raises(Refusal, match="Keras output 1×101×201, PyTorch output 1×201×101"):
        Stft(n_fft=400, hop=160).apply(SECOND)


def test_mel_filters_are_a_product():
    facts = MelSpectrogram(n_fft=400, hop=160, mels=64, dialect="torch").apply(Shape(2, (16000,)))

    assert facts.output == Shape(2, (64, 101))
    assert facts.macs == 2 * 101 * 201 * 64
    assert facts.buffers == {"window": (400,), "filters": (201, 64)}


def test_keras_computes_the_filters_anew():
    facts = MelSpectrogram(n_fft=400, hop=160, dialect="keras").apply(SECOND)

    assert (facts.output, facts.buffer_count, facts.macs) == (Shape(1, (128, 101)), 0, 101 * 201 * 128)
    with pytest.raises(Refusal, match="Keras 0 buffers, PyTorch 26,128 buffers"):
        MelSpectrogram(n_fft=400, hop=160).apply(SECOND)


def test_cepstral_coefficients_are_another_one():
    facts = MelSpectrogram(n_fft=400, hop=160, mels=64, mfcc=13, bins="channels", dialect="torch").apply(SECOND)

    assert facts.output == Shape(13, (101,))
    assert facts.macs == 101 * (201 * 64 + 64 * 13)
    assert facts.buffers["cosines"] == (64, 13)


@pytest.mark.parametrize(("layer", "x", "code", "message"), [
    (Stft(n_fft=8, hop=2, window=9), Shape(1, (20,)), "E311", "a window of 9 is longer than the 8"),
    (Stft(n_fft=8, hop=2), Shape(1, (4,)), "E311", "an axis of 4 reflects at most 3 elements, not 4"),
    (Stft(n_fft=8, hop=2, center=False), Shape(1, (7,)), "E301", "n_fft 8 does not fit: the input has 7"),
    (Stft(n_fft=8, hop=2), Shape(1, (9, 9)), "E302", "stft needs a signal of one axis, the input has 2"),
    (MelSpectrogram(n_fft=8, hop=2, mels=4, mfcc=5), Shape(1, (20,)), "E311", "4 mel bins give at most as many"),
    (MelSpectrogram(n_fft=8, hop=2), Shape(20), "E303", "mel_spectrogram needs a map"),
])  # fmt: skip
def test_no_spectrum(layer, x, code, message):
    with pytest.raises(Refusal) as refused:
        type(layer)(**layer.chosen_keys(), dialect="torch").apply(x)

    assert refused.value.code == code
    assert message in refused.value.message


def test_the_middle_of_a_frame_is_read_and_the_rest_is_not():
    # Of 8 elements the 4 in the middle: 2 before and 2 behind are multiplied by zero.
    (window,) = Stft(n_fft=8, hop=3, window=4, center=False, bins="channels").apply(Shape(1, (14,))).windows

    assert window == Window(4, 3, padding=(-2, -2), rule="explicit")
    assert [list(window.taps(u, 14)) for u in range(3)] == [[2, 3, 4, 5], [5, 6, 7, 8], [8, 9, 10, 11]]


def test_a_centred_frame_is_mirrored_at_the_ends():
    (window,) = Stft(n_fft=4, hop=2, bins="channels").apply(Shape(1, (6,))).windows

    assert isinstance(window, BorderedWindow)
    assert [list(window.taps(u, 6)) for u in range(4)] == [[0, 1, 2], [0, 1, 2, 3], [2, 3, 4, 5], [3, 4, 5]]


SPEC = """\
dialect: {dialect}
input: {{channels: 1, size: [40]}}
layers:
- stft: {{n_fft: 8, hop: 4, name: s}}
- conv: {{filters: 2, kernel: [{kernel}], name: c}}
"""


@pytest.mark.parametrize(("dialect", "kernel", "time"), [("torch", "1, 3", 1), ("keras", "3, 1", 0)])
def test_time_goes_on_along_the_axis_of_the_frames(dialect, kernel, time):
    network = cnncalc.loads(SPEC.format(dialect=dialect, kernel=kernel))
    place = [2, 3]
    place[time] = 4
    (view,) = views(network)[2]["input"]

    assert (view.along, view.field.size, view.field.stride) == (time, 8 + 2 * 4, 4)
    # Frames 4, 5 and 6 begin 4 before elements 16, 20 and 24.
    assert find_seen(network, 2, place)["input"].box == ((12, 27),)
    assert view.field.bounds(4) == (12, 27)


def test_the_field_of_a_frame_is_derived(cnncalc):
    ran = cnncalc("summary", "-", "--explain", "s", stdin=SPEC.format(dialect="torch", kernel="1, 3"))

    assert "R_1 = R_0 + (F_1 − 1)·j_0 = 1 + (8 − 1)·1 = 8   (s: F_1 = 8, S_1 = 4, P_1 = 4)" in ran.out
    assert "output = C×O_1×O_2 = 1×5×11" in ran.out


@pytest.mark.parametrize(("dialect", "kernel", "time"), [("torch", "1, 3", 1), ("keras", "3, 1", 0)])
def test_an_element_is_seen_by_the_frames_around_it_in_every_bin(dialect, kernel, time):
    network = cnncalc.loads(SPEC.format(dialect=dialect, kernel=kernel))
    reached = project_element(network, "input", (0,))[1]

    # Element 0 is read by frame 0 and, 4 before element 4, by frame 1.
    frames = {place for lead, bits in reached.items() for place in
              ([u for u in range(bits.bit_length()) if bits >> u & 1] if time else lead)}  # fmt: skip
    assert frames == {0, 1}
    assert sum(bits.bit_count() for bits in reached.values()) == 2 * 5


@given(st.integers(1, 60), st.integers(1, 16), st.integers(1, 6), st.data())
def test_frames_are_windows_of_the_padded_signal(length, n_fft, hop, data):
    window = data.draw(st.integers(1, n_fft))
    pad = n_fft // 2
    layer = Stft(n_fft=n_fft, hop=hop, window=window, pad_mode="replicate", bins="channels")
    if length + 2 * pad < n_fft:
        return
    facts = layer.apply(Shape(1, (length,)))
    (read,) = facts.windows

    assert facts.output.size == (1 + (length + 2 * pad - n_fft) // hop,) == (read.positions(length),)
    for u in range(facts.output.size[0]):
        start = u * hop - pad + (n_fft - window) // 2
        places = {min(max(i, 0), length - 1) for i in range(start, start + window)}
        assert list(read.taps(u, length)) == sorted(places)


def test_a_window_along_another_axis_answers_as_the_window_does():
    window = Window(3, 2, padding=(1, 1))
    placed = Moved(1, window)

    assert placed.positions(9) == window.positions(9)
    assert list(placed.taps(1, 9)) == list(window.taps(1, 9)) == list(placed.reach(1, 9))
    assert placed.period(9) == (1, 2)
