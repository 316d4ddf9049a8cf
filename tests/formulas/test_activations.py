"""Activations: values a person can check, the frameworks' at the ends of the floats, and properties."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc import calculate
from cnncalc.errors import SpecError, UsageError
from cnncalc.working import traced

E = math.e
TRUTH = json.loads((Path(__file__).parent / "truth" / "activations.json").read_text(encoding="utf-8"))

TABLE = [
    ("relu",                        [-1, 2],    [0, 2]),
    ("relu",                        -3,         0),
    ("relu",                        0.5,        0.5),
    ("relu",                        [[1, -2], [-3, 4]], [[1, 0], [0, 4]]),
    ("leaky-relu",                  [-1, 2],    [-0.01, 2]),
    ("leaky-relu --slope 0.3",      [-1, 2],    [-0.3, 2]),
    ("leaky-relu --slope 2",        [-1, 2],    [-2, 2]),
    ("elu",                         [-1, 2],    [1 / E - 1, 2]),
    ("elu --alpha 2",               [-1, 2],    [2 * (1 / E - 1), 2]),
    ("selu",                        [-1, 2],    [1.0507009873554805 * 1.6732632423543772 * (1 / E - 1), 2 * 1.0507009873554805]),
    ("gelu",                        [-1, 1],    [-0.15865525393145707, 0.8413447460685429]),  # Φ(±1)
    ("gelu --approximate tanh",     [0, 1],     [0, (1 + math.tanh(math.sqrt(2 / math.pi) * 1.044715)) / 2]),
    ("silu",                        [0, 1],     [0, E / (1 + E)]),
    ("sigmoid",                     [0, 1, -1], [0.5, E / (1 + E), 1 / (1 + E)]),
    ("tanh",                        [0, 1],     [0, (E**2 - 1) / (E**2 + 1)]),
    ("softmax",                     [1, 1],     [0.5, 0.5]),
    ("softmax",                     [[0, math.log(3)], [5, 5]], [[0.25, 0.75], [0.5, 0.5]]),
    ("softmax",                     7,          1),
]


def run(call, z):
    """The value of a formula with options as they are typed."""
    name, *options = call.split()
    pairs = zip(options[::2], options[1::2], strict=True)
    return calculate(name, z=z, **{key[2:]: float(v) if v[0].isdigit() else v for key, v in pairs}).value


def nearly(value, expected, tolerance):
    if isinstance(expected, list):
        return len(value) == len(expected) and all(nearly(v, e, tolerance) for v, e in zip(value, expected, strict=True))
    return math.isclose(value, expected, rel_tol=tolerance, abs_tol=SMALLEST)


SMALLEST = 1e-320
"""Below 1e-307 floats lose digits, and a product with e^z those that e^z has lost."""


@pytest.mark.parametrize(("call", "z", "expected"), TABLE)
def test_values_that_can_be_checked_by_hand(call, z, expected):
    assert nearly(run(call, z), expected, 1e-15)


# What libm and the forms used here may differ by. The power of a rounded number has its error times
# the exponent, which is up to 745: ELU's and tanh's arguments are exact, GELU's are not.
TOLERANCES = {"gelu": 4e-13, "gelu tanh": 4e-13, "sigmoid": 4e-16, "silu": 4e-16}
CALLS = {"leaky-relu 0.01": "leaky-relu", "leaky-relu 0.2": "leaky-relu --slope 0.2", "leaky-relu 0.3": "leaky-relu --slope 0.3",
         "elu 1": "elu", "elu 0.5": "elu --alpha 0.5", "gelu tanh": "gelu --approximate tanh"}


@pytest.mark.parametrize("name", TRUTH["values"])
def test_recorded_values_to_the_ends_of_the_floats(name):
    found = run(CALLS.get(name, name), TRUTH["grid"])

    for z, value, exact in zip(TRUTH["grid"], found, TRUTH["values"][name]["exact"], strict=True):
        assert nearly(value, exact, TOLERANCES.get(name, 5e-16)), z


@pytest.mark.parametrize("package", ["torch", "keras"])
@pytest.mark.parametrize("name", TRUTH["values"])
def test_the_frameworks_agree_where_they_compute_in_double_precision(name, package):
    if (name, package) == ("tanh", "keras"):
        package = "torch"  # Keras on JAX computes tanh in single precision
    found = run(CALLS.get(name, name), TRUTH["grid"])

    for z, value, theirs in zip(TRUTH["grid"], found, TRUTH["values"][name][package], strict=True):
        # They compute 1 + erf and 1 + tanh, which cancel for negative numbers: they agree absolutely.
        assert theirs is None or math.isclose(value, theirs, rel_tol=1e-14, abs_tol=1e-15), z


def vectors():
    long = [((37 * i) % 1000) / 50 - 10 for i in range(1000)]
    return [long if vector is None else vector for vector in TRUTH["vectors"]]


@pytest.mark.parametrize("package", ["exact", "torch", "keras"])
def test_softmax_of_recorded_vectors(package):
    for vector, theirs in zip(vectors(), TRUTH["softmax"][package], strict=True):
        found = calculate("softmax", z=vector).value
        for value, expected in zip(found, theirs, strict=True):
            # A difference of −700 has a power with an error of 700 half units in the last place.
            assert math.isclose(value, expected, rel_tol=2e-15, abs_tol=1e-307)


FUNCTIONS = ["relu", "leaky-relu", "elu", "selu", "gelu", "gelu --approximate tanh", "silu", "sigmoid", "tanh"]
LIMITS = {"leaky-relu": (-1e306, 1e308), "elu": (-1, 1e308), "selu": (-1.7580993408473766, 1.0507009873554805e308),
          "sigmoid": (0, 1), "tanh": (-1, 1)}


@pytest.mark.parametrize("call", FUNCTIONS)
def test_the_limits_are_right_and_nothing_overflows_on_the_way(call):
    low, high = LIMITS.get(call, (0, 1e308))
    name, *options = call.replace("--", "").split()
    result = calculate(name, z=[-1e308, 1e308], **dict([options] if options else []))

    assert nearly(result.value, [low, high], 1e-15)
    assert not any(word in f"{step.formula} {step.substituted} {step.shown}" for step in result.working for word in ("inf", "nan", "e^(1e308)"))


FLOATS = st.floats(-1e308, 1e308)
LISTS = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)


@pytest.mark.parametrize("call", ["relu", "leaky-relu", "elu", "selu", "sigmoid", "tanh"])
@settings(max_examples=60, deadline=None)
@given(first=FLOATS, second=FLOATS)
def test_they_never_fall(call, first, second):
    low, high = sorted([first, second])
    below, above = run(call, [low, high])

    # Neighbouring floats may be off by the last digit.
    assert below <= above or math.isclose(below, above, rel_tol=1e-15)


@settings(max_examples=100, deadline=None)
@given(LISTS)
def test_softmax_sums_to_one(z):
    value = calculate("softmax", z=z).value

    assert math.isclose(math.fsum(value), 1, rel_tol=1e-14)
    assert all(0 <= p <= 1 for p in value)


@settings(max_examples=100, deadline=None)
@given(LISTS)
def test_softmax_keeps_the_order(z):
    value = calculate("softmax", z=z).value

    assert all(value[i] <= value[j] for i in range(len(z)) for j in range(len(z)) if z[i] <= z[j])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=12), st.integers(-(2**40), 2**40))
def test_softmax_is_the_same_when_all_are_shifted(z, shift):
    assert calculate("softmax", z=z).value == calculate("softmax", z=[x + shift for x in z]).value


@settings(max_examples=100, deadline=None)
@given(FLOATS)
def test_sigmoids_of_opposite_numbers_sum_to_one(z):
    assert math.isclose(run("sigmoid", z) + run("sigmoid", -z), 1, rel_tol=1e-15)


# The cheat sheet's ELU ----------------------------------------------------------------------------


@pytest.mark.parametrize(("alpha", "z", "sheet"), [
    (1,   -1,   None),              # right
    (1,   2,    E**2 - 1),          # α = 1: wrong for all z > 0
    (0.5, -3,   None),              # α < 1: right up to where the two cross, at z = 1.2564…
    (0.5, 1.25, None),
    (0.5, 1.26, (math.exp(1.26) - 1) / 2),
    (2,   -0.5, -0.5),              # α > 1: z itself between the crossing at −1.5936… and 0
    (2,   -1.59, -1.59),
    (2,   -1.6, None),
    (2,   0.5,  2 * (math.exp(0.5) - 1)),
    (0,   3,    None),
    (0,   1e308, None),
    (1e-300, 710, math.exp(710 - 300 * math.log(10))),  # e^710 alone is beyond the floats
])
def test_the_working_has_the_sheets_value_where_it_is_another(alpha, z, sheet):
    result = calculate("elu", z=z, alpha=alpha)
    found = [step.value for step in result.working if step.name == "sheet"]

    assert found == ([] if sheet is None else [pytest.approx(sheet, rel=1e-12)])
    assert ("instead of" in result.section().notes[-1]) == (sheet is not None)


def test_the_sheets_elu_overflows_where_elu_does_not():
    result = calculate("elu", z=[1e308, -1])

    assert result.section().notes == [
        "the cheat sheet's max(α·(e^z − 1), z) is another function: more than a 64-bit float holds instead of 1e308 at z = 1e308"
    ]


# Steps and refusals -------------------------------------------------------------------------------


def test_every_element_has_its_step():
    result = calculate("relu", z=[[-1, 2], [3, -4]])

    assert [step.line() for step in result.working] == [
        "g_1_1 = max(0, z_1_1) = max(0, −1) = 0",
        "g_1_2 = max(0, z_1_2) = max(0, 2) = 2",
        "g_2_1 = max(0, z_2_1) = max(0, 3) = 3",
        "g_2_2 = max(0, z_2_2) = max(0, −4) = 0",
    ]


def test_softmax_subtracts_the_largest():
    assert [step.line() for step in calculate("softmax", z=[1000, 1000]).working] == [
        "m = max(z_1, z_2) = max(1,000, 1,000) = 1,000",
        "t_1 = e^(z_1 − m) = e^(1,000 − 1,000) = 1",
        "t_2 = e^(z_2 − m) = e^(1,000 − 1,000) = 1",
        "S = t_1 + t_2 = 1 + 1 = 2",
        "p_1 = t_1 / S = 1 / 2 = 0.5",
        "p_2 = t_2 / S = 1 / 2 = 0.5",
    ]


def test_of_very_many_numbers_the_first_have_steps():
    result = calculate("relu", z=list(range(10_005)))

    assert len(result.value) == 10_005
    assert len(result.working) == 10_000
    assert result.section().notes == ["5 more numbers g are computed in the same way"]
    assert result.section().result == "[0, 1, …, 10004] (10,005 numbers: --format json has all)"


@pytest.mark.parametrize("question", [
    ("softmax",), ("elu",), ("selu",), ("gelu",), ("gelu", {"approximate": "tanh"}), ("leaky-relu",), ("sigmoid",),
    ("silu",), ("tanh",), ("residual", {"activation": "gelu"}), ("residual", {"activation": "none"}),
])  # fmt: skip
def test_numbers_without_steps_leave_no_memory_behind(question, monkeypatch):
    """So the working of a million numbers is hardly more than their value."""
    made, remember, (name, *more) = [], traced.remember, question

    def count_and_remember(*operands, **named):
        made.append(1)
        return remember(*operands, **named)

    monkeypatch.setattr(traced, "remember", count_and_remember)
    counts = []
    for count in (12_000, 24_000):
        numbers = [(-1) ** i * (i % 7) / 2 for i in range(count)]
        result = calculate(name, numbers, **{"z": numbers} if name == "residual" else {}, **(more or [{}])[0])
        made.clear()
        assert result.working
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_of_very_many_rows_the_first_have_steps():
    rows = [[0.0, i % 3] for i in range(6_000)]
    result = calculate("softmax", z=rows)

    assert result.section().notes == ["1,001 more rows are computed in the same way"]
    assert result.working[-1].line() == "p_4999_2 = t_4999_2 / S_4999 = 1 / 2 = 0.5"
    assert result.value[5_999] == calculate("softmax", z=rows[5_999]).value
    assert calculate("softmax", z=[[1, 2]] * 5_000).section().notes == ["1 more row is computed in the same way"]


@pytest.mark.parametrize(("z", "message"), [
    ("abc", "`z` must be a number, got `abc`"),
    (float("nan"), "`z` must be a finite number, got NaN"),
    (float("inf"), "`z` must be a finite number, got inf"),
    (True, "`z` must be a number, got true"),
    ([1, float("nan")], "`z[1]` must be a finite number, got NaN"),
    ([1, "x"], "`z[1]` must be a number, got `x`"),
    ([[1, 2], [3]], "`z[1]` is ragged: it has 1 entry where the first has 2"),
    ([[1, 2], 3], "`z[1]` is a number where the first entry is a list"),
    ([], "`z` is empty"),
    ([2**60], "`z[0]` is an integer larger than 2^53; write it as a float, such as 1e20"),
])
@pytest.mark.parametrize("name", ["relu", "softmax"])
def test_what_is_no_number_is_refused(name, z, message):
    with pytest.raises((UsageError, SpecError)) as refused:
        calculate(name, z=z)
    assert str(refused.value) == message


def test_selu_beyond_the_largest_float_is_refused():
    with pytest.raises(UsageError, match="is no number that a 64-bit float holds"):
        calculate("selu", z=1.79e308)


@pytest.mark.parametrize(("name", "text", "message"), [
    ("z.json", "", "{path} is empty"),
    ("z.json", "[1,\nNaN]", "{path}:2: NaN is no number"),
    ("z.json", "[1, 2", "{path}:1: not JSON: Expecting ',' delimiter"),
    ("z.json", "[[1, 2],\n [3]]", "{path}:2: `z[1]` is ragged: it has 1 entry where the first has 2"),
    ("z.csv", "1,2\n3,x\n", "{path}:2: `z[1][1]` must be a number, got `x`"),
])
def test_a_fault_in_a_file_is_told_with_its_line(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        calculate("relu", z=str(path))
    assert str(refused.value) == message.format(path=path)


def test_files_are_read(tmp_path):
    (tmp_path / "z.json").write_text("[[-1, 2.5]]", encoding="utf-8")
    (tmp_path / "z.csv").write_text("-1\n2.5\n", encoding="utf-8")

    assert calculate("relu", z=str(tmp_path / "z.json")).value == [[0, 2.5]]
    assert calculate("relu", z=tmp_path / "z.csv").value == [0, 2.5]
