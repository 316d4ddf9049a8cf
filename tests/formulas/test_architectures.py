"""Residual connections, and what 1×1 and depthwise separable convolutions save."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc import calculate
from cnncalc.errors import UsageError


@pytest.mark.parametrize(("a", "z", "activation", "value"), [
    ([1, 2],    [-3, 0.5],  "relu",       [0, 2.5]),
    ([1, 2],    [-3, 0.5],  "none",       [-2, 2.5]),
    ([1, 2],    [-3, 0.5],  "leaky-relu", [-0.02, 2.5]),
    ([[1], [0]], [[0], [0]], "tanh",      [[math.tanh(1)], [0]]),
    (1,         1,          "sigmoid",    1 / (1 + math.exp(-2))),
    (1,         -2,         "elu",        math.expm1(-1)),
    (1,         0,          "gelu",       (1 + math.erf(1 / math.sqrt(2))) / 2),
])
def test_residuals_by_hand(a, z, activation, value):
    assert calculate("residual", a=a, z=z, activation=activation).value == value


@pytest.mark.parametrize("activation", ["relu", "leaky-relu", "elu", "selu", "gelu", "silu", "sigmoid", "tanh"])
def test_the_activation_is_that_of_calc(activation):
    found = calculate("residual", a=[1, -2, 0.5], z=[0.25, 1, -3], activation=activation).value

    assert found == calculate(activation, z=[1.25, -1, -2.5]).value


def test_the_steps_of_a_residual():
    found = calculate("residual", a=[1, 2], z=[-3, 0.5], activation="leaky-relu")

    assert [step.line() for step in found.working] == [
        "out_1 = s·(a_1 + z_1) = 0.01·(1 + (−3)) = −0.02",
        "out_2 = a_2 + z_2 = 2 + 0.5 = 2.5",
    ]


@pytest.mark.parametrize(("a", "z", "message"), [
    ([1, 2], [1, 2, 3], "`z` has the shape 3, `a` 2"),
    ([1, 2], 3, "`z` is a number, `a` has the shape 2"),
    (3, [[1, 2]], "`z` has the shape 1×2, `a` is a number"),
])  # fmt: skip
def test_a_shortcut_of_another_shape_is_refused(a, z, message):
    with pytest.raises(UsageError) as refused:
        calculate("residual", a=a, z=z)
    assert str(refused.value) == message


def test_the_inception_example():
    found = calculate("mac-saving", input=[28, 28, 192], filters=32, kernel=5, bottleneck=16)

    assert found.value == {"direct": 120_422_400, "instead": 12_443_648, "ratio": 12_443_648 / 120_422_400}
    assert [step.line() for step in found.working] == [
        "direct = K·H·W·C·F² = 32·28·28·192·5² = 120,422,400 MACs",
        "narrow = N·H·W·C = 16·28·28·192 = 2,408,448 MACs",
        "wide = K·H·W·N·F² = 32·28·28·16·5² = 10,035,200 MACs",
        "through = narrow + wide = 2,408,448 + 10,035,200 = 12,443,648 MACs",
        "ratio = through / direct = 12,443,648 / 120,422,400 = 0.1033333333",
    ]


def test_a_separable_convolution():
    found = calculate("mac-saving", input=(6, 6, 3), filters=5, kernel=3, separable=True)

    assert found.value == {"direct": 5 * 36 * 27, "instead": 3 * 36 * (9 + 5), "ratio": 1512 / 4860}
    assert found.working[1].line() == "separable = C·H·W·(F² + K) = 3·6·6·(3² + 5) = 1,512 MACs"


@settings(max_examples=60, deadline=None)
@given(*[st.integers(1, 64)] * 4, st.integers(1, 11))
def test_the_ratios_of_the_textbook(height, width, channels, filters, kernel):
    inputs = {"input": [height, width, channels], "filters": filters, "kernel": kernel}
    separable = calculate("mac-saving", **inputs, separable=True).value
    narrow = calculate("mac-saving", **inputs, bottleneck=7).value

    assert math.isclose(separable["ratio"], 1 / filters + 1 / kernel**2, rel_tol=1e-14)
    assert separable["direct"] == narrow["direct"] == height * width * channels * filters * kernel**2
    assert narrow["instead"] == height * width * 7 * (channels + filters * kernel**2)


@pytest.mark.parametrize(("inputs", "message"), [
    ({}, "mac-saving needs either `bottleneck` or `separable`"),
    ({"bottleneck": 4, "separable": True}, "mac-saving needs either `bottleneck` or `separable`"),
    ({"bottleneck": 0}, "`bottleneck` must be at least 1, got 0"),
    ({"separable": True, "input": [28, 28]}, "`input` must be 3 whole numbers, got [28, 28]"),
    ({"separable": True, "input": [28, 28, 1.5]}, "`input[2]` must be a whole number, got 1.5"),
])
def test_what_does_not_go_together_is_refused(inputs, message):
    with pytest.raises(UsageError) as refused:
        calculate("mac-saving", **{"input": [28, 28, 192], "filters": 32, "kernel": 5, **inputs})
    assert refused.value.diagnostics[0].message == message
