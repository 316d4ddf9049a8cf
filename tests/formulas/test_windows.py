"""Output sizes, padding, parameters, MACs and receptive fields by the calculator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc import calculate
from cnncalc.calculator.formulas.receptive_field import window
from cnncalc.errors import UsageError

# Single values that a person can check ------------------------------------------------------------


@pytest.mark.parametrize(("name", "inputs", "value"), [
    ("conv", {"input": 224, "kernel": 7, "stride": 2, "padding": 3}, 112),
    ("conv", {"input": 5, "kernel": 3}, 3),
    ("conv", {"input": 5, "kernel": 3, "padding": "same"}, 5),
    ("conv", {"input": 5, "kernel": 3, "padding": "full"}, 7),
    ("conv", {"input": 5, "kernel": 3, "padding": "causal"}, 5),
    ("conv", {"input": 7, "kernel": 3, "dilation": 2}, 3),
    ("conv", {"input": [32, 16], "kernel": [3, 5], "stride": [1, 2]}, [30, 6]),
    ("conv", {"input": [8, 8, 8], "kernel": 3, "stride": 2, "padding": 1}, [4, 4, 4]),
    ("conv", {"input": 6, "kernel": 2, "padding": [[1, 2]]}, 8),
    ("conv", {"input": 9, "kernel_size": 3, "strides": 2, "dilation_rate": 2}, 3),
    ("pool", {"input": 112, "kernel": 3, "stride": 2, "padding": 1}, 56),
    ("pool", {"input": 7, "kernel": 2}, 3),
    ("pool", {"input": 7, "kernel": 2, "ceil": True}, 4),
    ("pool", {"input": 7, "kernel": 2, "mode": "avg"}, 3),
    ("pool", {"input": [7, 9], "kernel": 3, "stride": 2, "padding": "same"}, [4, 5]),
    ("conv-transpose", {"input": 16, "kernel": 4, "stride": 2, "padding": 1}, 32),
    ("conv_transpose", {"input": 7, "kernel": 3, "stride": 2, "padding": "same", "dialect": "keras"}, 14),
    ("conv-transpose", {"input": 4, "kernel": 3, "stride": 2, "output_padding": 1, "padding": 1}, 8),
    ("padding", {"mode": "valid", "input": 9, "kernel": 4}, {"start": 0, "end": 0}),
    ("padding", {"mode": "same", "input": 224, "kernel": 7, "stride": 2}, {"start": 2, "end": 3}),
    ("padding", {"mode": "same", "input": 5, "kernel": 4}, {"start": 1, "end": 2}),
    ("padding", {"mode": "same_lower", "input": 5, "kernel": 4}, {"start": 2, "end": 1}),
    ("padding", {"mode": "full", "input": 5, "kernel": 3}, {"start": 2, "end": 2}),
    ("padding", {"mode": "half", "input": 5, "kernel": 3, "dilation": 2}, {"start": 2, "end": 2}),
    ("padding", {"mode": "causal", "input": 5, "kernel": 3}, {"start": 2, "end": 0}),
    ("params conv", {"channels": 3, "filters": 64, "kernel": 7}, 9_472),
    ("params conv", {"in_channels": 3, "out_channels": 64, "kernel_size": 7, "bias": False}, 9_408),
    ("params depthwise", {"channels": 32, "kernel": 3, "bias": False}, 288),
    ("params separable", {"channels": 32, "filters": 64, "kernel": 3, "bias": False}, 2_336),
    ("params dense", {"features": 2048, "units": 1000}, 2_049_000),
    ("params embedding", {"vocab": 1000, "dim": 64}, 64_000),
    ("params simple-rnn", {"features": 28, "units": 64, "dialect": "keras"}, 5_952),
    ("params lstm", {"features": 28, "units": 64, "dialect": "keras"}, 23_808),
    ("params lstm", {"features": 28, "units": 64, "dialect": "torch"}, 24_064),
    ("params gru", {"features": 28, "units": 64, "dialect": "torch"}, 18_048),
    ("params attention", {"channels": 64, "heads": 8, "dialect": "torch"}, 16_640),
    ("params batch-norm", {"channels": 64}, 128),
    ("params relu", {"channels": 64}, 0),
    ("macs conv", {"input": [224, 224], "channels": 3, "filters": 64, "kernel": 7, "stride": 2, "padding": 3}, 118_013_952),
    ("macs depthwise", {"input": [112, 112], "channels": 32, "kernel": 3, "padding": "same"}, 3_612_672),
    ("macs separable", {"input": [8, 8], "channels": 4, "filters": 8, "kernel": 3, "padding": "same"}, 64 * 4 * 9 + 64 * 32),
    ("macs dense", {"features": 2048, "units": 1000}, 2_048_000),
    ("macs lstm", {"input": 10, "features": 28, "units": 64, "dialect": "torch"}, 10 * 4 * 64 * (28 + 64)),
    ("macs attention", {"input": 10, "channels": 64, "heads": 8, "dialect": "torch"}, 4 * 10 * 64 * 64 + 2 * 100 * 64),
    ("macs batch-norm", {"input": 10, "channels": 64}, 0),
    ("receptive-field", {"layers": "k3s1,k3s2d2,p2s2"}, {"size": 9, "jump": 4, "start": 0, "centre": 4.0}),
    ("receptive-field", {"layers": ["k7s2a3", "p3s2a1"]}, {"size": 11, "jump": 4, "start": -5, "centre": 0.0}),
    ("receptive-field", {"layers": "k7s2,p3s2", "padding": "half"}, {"size": 11, "jump": 4, "start": -5, "centre": 0.0}),
])  # fmt: skip
def test_values(name, inputs, value):
    assert calculate(name, **inputs).value == value


def test_the_size_of_a_convolution_with_channels_comes_with_params_and_macs():
    found = calculate("conv", input=[32, 32], channels=3, filters=16, kernel=3)
    steps = {step.name: step.value for step in found.working}
    assert found.value == [30, 30]
    assert steps["params"] == 448
    assert steps["MACs"] == 16 * 30 * 30 * 27


def test_what_is_dropped_is_said():
    found = calculate("conv", input=224, kernel=2, stride=5)
    assert [step.line() for step in found.working] == [
        "O = ⌊(I − F) / S⌋ + 1 = ⌊(224 − 2) / 5⌋ + 1 = 45",
        "dropped = I − (O − 1)·S − F = 224 − (45 − 1)·5 − 2 = 2",
    ]


# Properties ---------------------------------------------------------------------------------------

WINDOWS = st.tuples(st.integers(1, 9), st.integers(1, 4), st.integers(1, 4), st.integers(0, 5))


@given(st.integers(1, 200), WINDOWS)
def test_a_window_stops_as_often_as_it_fits(n, drawn):
    kernel, stride, dilation, padding = drawn
    places = [u for u in range(n + 2 * padding) if u * stride + (kernel - 1) * dilation < n + 2 * padding]
    inputs = {"input": n, "kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}
    if places:
        assert calculate("conv", **inputs).value == len(places)
    else:
        with pytest.raises(cnncalc.UsageError, match="does not fit"):
            calculate("conv", **inputs)


@given(st.lists(WINDOWS, min_size=1, max_size=6))
def test_a_field_is_what_brute_force_reads(drawn):
    words = [f"k{k}s{s}d{d}a{p}" for k, s, d, p in drawn]
    reads = {0}
    for place, word in reversed(list(enumerate(words))):
        one = window(word, place)
        reads = {u * one.stride - one.padding[0] + t * one.dilation for u in reads for t in range(one.kernel)}
    found = calculate("receptive-field", layers=words).value
    assert (found["start"], found["size"]) == (min(reads), max(reads) - min(reads) + 1)
    assert found["centre"] == (min(reads) + max(reads)) / 2


@pytest.mark.parametrize(("kind", "kernel", "params"), [
    ("conv", 3, 4 * 3 * 9 + 4),
    ("conv", (3, 3, 3), 4 * 3 * 27 + 4),
    ("conv-lstm", 3, 16 * 3 * 9 + 16 * 4 * 9 + 16),
    ("conv-lstm", (5,), 16 * 3 * 5 + 16 * 4 * 5 + 16),
    ("conv-lstm", (3, 5), 16 * 3 * 15 + 16 * 4 * 15 + 16),
    ("conv-lstm", (3, 3, 3), 16 * 3 * 27 + 16 * 4 * 27 + 16),
])  # fmt: skip
def test_a_kernel_says_how_many_axes_there_are_or_it_is_two(kind, kernel, params):
    assert calculate(f"params {kind}", channels=3, filters=4, kernel=kernel).value == params


def test_where_frameworks_differ_python_names_the_parameter():
    with pytest.raises(UsageError) as refused:
        calculate("params lstm", features=3, units=4)

    assert refused.value.diagnostics[0].help == "say `dialect` keras or `dialect` torch"


def test_groups_alone_change_no_size():
    assert calculate("conv", input=8, kernel=3, groups=4).value == 6


# What is wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "message"), [
    ("conv --input 3 --kernel 7",
     "kernel 7 does not fit: the input has 3 (a smaller kernel, more padding, or a larger input)"),
    ("conv --input 8,3 --kernel 7",
     "kernel 7 does not fit: the input has 3 along axis W (a smaller kernel, more padding, or a larger input)"),
    ("params lstm --features 3 --units 4",
     "the frameworks differ here: Keras 128 params, PyTorch 144 params (say --dialect keras or --dialect torch)"),
    ("conv --kernel 7", "conv needs --input (for example: cnncalc calc conv --input 224 --kernel 7 --stride 2 --padding 3)"),
    ("conv --input 0 --kernel 7", "--input must be at least 1, got 0"),
    ("conv --input 8 --kernel three", "--kernel must be a whole number, got `three` (write 3)"),
    ("conv --input 8,8 --kernel 3,3,3", "`kernel` has 3 axes, the input has 2 (write one number for each of the 2, or one for all)"),
    ("conv --input 8 --kernel 3 --padding smae",
     "--padding must be one of valid, same, full, half, causal, same_upper, same_lower, or a whole number, got `smae` (did you mean `same`?)"),
    ("pool --input 8 --kernel 3 --mode avg --dilation 2", "an average pooling has no dilation"),
    ("conv --input 8 --kernel 3 --channels 4", "--filters is needed with --channels: parameters and MACs depend on both"),
    ("conv --input 8 --kernel 3 --filters 4", "--channels is needed with --filters: parameters and MACs depend on both"),
    ("params conv --filters 8 --kernel 3", "--channels is needed"),
    ("params", None),
    ("params convv", "`params` knows no `convv` (did you mean `conv`?)"),
    ("macs conv --channels 3 --filters 8 --kernel 3", "--input is needed: the number depends on the size"),
    ("macs relu --channels 3 --input 1,2,3,4,5", "--input takes one to four axes, got 5"),
    ("receptive-field k3,x3",
     "--layers[1] must be layers such as k3s1,k3s2d2,p2s2 (kernel, stride, dilation, a for padding), got `x3`"),
    ("receptive-field k3s0", "--layers[0] has a kernel, stride or dilation of 0: `k3s0`"),
    ("receptive-field k99999999999999999999", "--layers[0] is larger than 2^53: `k99999999999999999999`"),
    ("padding --mode same --input 8 --kernel 3 9", "--mode is given twice: same and 9"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(arguments, message, cnncalc):
    code, out, err = cnncalc("calc", *arguments.split())
    if message is None:
        assert code == 0
        assert "params conv\n" in out
        return
    assert (code, out, err) == (2, "", f"cnncalc: {message}\n")
