"""What is written is what was computed."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnncalc.working.expressions import LONG
from cnncalc.working.notation import LATEX, latex_name, show_number, words
from cnncalc.working.steps import Working
from cnncalc.working.traced import (
    Real,
    Whole,
    absolute,
    erfc,
    exp,
    expm1,
    expression,
    maximum,
    sqrt,
    tanh,
    total,
)
from cnncalc.working.values import show_value
from cnncalc.working.writing import write

from .evaluator import evaluate

a, b, c = Whole.from_name("a", 7), Whole.from_name("b", 3), Whole.from_name("c", -2)
x, y = Real.from_name("x", 0.5), Real.from_name("y", -1.5)

TABLE = [
    (a + b,                "a + b",              "7 + 3",             "a + b"),
    (a - (b - c),          "a − b + c",          "7 − 3 + (−2)",      "a - b + c"),
    (a - (b + c),          "a − b − c",          "7 − 3 − (−2)",      "a - b - c"),
    (c - a,                "c − a",              "−2 − 7",            "c - a"),
    (a * (b + c),          "a·(b + c)",          "7·(3 + (−2))",      r"a \cdot \left(b + c\right)"),
    (a * b * a,            "a²·b",               "7²·3",              r"a^{2} \cdot b"),
    (c * c,                "c²",                 "(−2)²",             "c^{2}"),
    ((a - b) * (a - b),    "(a − b)²",           "(7 − 3)²",          r"\left(a - b\right)^{2}"),
    (a**3,                 "a³",                 "7³",                "a^{3}"),
    (2 ** (b + 1),         "2^(b + 1)",          "2^(3 + 1)",         "2^{b + 1}"),
    (a / b,                "a / b",              "7 / 3",             r"\frac{a}{b}"),
    ((a + b) / (a - b),    "(a + b) / (a − b)",  "(7 + 3) / (7 − 3)", r"\frac{a + b}{a - b}"),
    (1 / (1 + x),          "1 / (1 + x)",        "1 / (1 + 0.5)",     r"\frac{1}{1 + x}"),
    (a / b / c,            "a / (b·c)",          "7 / (3·(−2))",      r"\frac{a}{b \cdot c}"),
    (a / (b / x),          "a / (b / x)",        "7 / (3 / 0.5)",     r"\frac{a}{\frac{b}{x}}"),
    (a // b,               "⌊a / b⌋",            "⌊7 / 3⌋",           r"\left\lfloor \frac{a}{b} \right\rfloor"),
    (a // 7,               "a / 7",              "7 / 7",             r"\frac{a}{7}"),
    (-(-a // b),           "⌈a / b⌉",            "⌈7 / 3⌉",           r"\left\lceil \frac{a}{b} \right\rceil"),
    (-(-a // 1),           "a",                  "7",                 "a"),
    (x // 1,               "⌊x / 1⌋",            "⌊0.5 / 1⌋",         r"\left\lfloor \frac{x}{1} \right\rfloor"),
    (-a // b,              "⌊(−a) / b⌋",         "⌊(−7) / 3⌋",        r"\left\lfloor \frac{-a}{b} \right\rfloor"),
    (a % b,                "mod(a, b)",          "mod(7, 3)",         r"\operatorname{mod}\left(a, b\right)"),
    (-c,                   "−c",                 "−(−2)",             "-c"),
    (a - a,                "0",                  "0",                 "0"),
    (a + b - a,            "b",                  "3",                 "b"),
    (a + a - b,            "2·a − b",            "2·7 − 3",           r"2 \cdot a - b"),
    (a + 0,                "a",                  "7",                 "a"),
    (a * 1 + b * 0,        "a",                  "7",                 "a"),
    (a + 2 - 3,            "a − 1",              "7 − 1",             "a - 1"),
    (x * 1e308,            "x·1e308",            "0.5·1e308",         r"x \cdot \left(1 \cdot 10^{308}\right)"),
    (exp(c),               "e^c",                "e⁻²",               "e^{c}"),
    (exp(x - y),           "e^(x − y)",          "e^(0.5 − (−1.5))",  "e^{x - y}"),
    (exp(y),               "e^y",                "e^(−1.5)",          "e^{y}"),
    (exp(x) * exp(x),      "(e^x)²",             "(e^(0.5))²",        r"\left(e^{x}\right)^{2}"),
    (3 * expm1(x),         "3·(e^x − 1)",        "3·(e^(0.5) − 1)",   r"3 \cdot \left(e^{x} - 1\right)"),
    (expm1(x) + 1,         "e^x − 1 + 1",        "e^(0.5) − 1 + 1",   "e^{x} - 1 + 1"),
    (sqrt(a + b),          "√(a + b)",           "√(7 + 3)",          r"\sqrt{a + b}"),
    (sqrt(a),              "√a",                 "√7",                r"\sqrt{a}"),
    (absolute(y),          "|y|",                "|−1.5|",            r"\left| y \right|"),
    (abs(y),               "|y|",                "|−1.5|",            r"\left| y \right|"),
    (maximum(0, y),        "max(0, y)",          "max(0, −1.5)",      r"\max\left(0, y\right)"),
    (tanh(x),              "tanh(x)",            "tanh(0.5)",         r"\tanh\left(x\right)"),
    (erfc(x),              "erfc(x)",            "erfc(0.5)",         r"\operatorname{erfc}\left(x\right)"),
    (math.floor(x),        "⌊x⌋",                "⌊0.5⌋",             r"\left\lfloor x \right\rfloor"),
    (math.ceil(x),         "⌈x⌉",                "⌈0.5⌉",             r"\left\lceil x \right\rceil"),
    (total([a, b, c]),     "a + b + c",          "7 + 3 + (−2)",      "a + b + c"),
    (a - total([b, c]),    "a − b − c",          "7 − 3 − (−2)",      "a - b - c"),
]


@pytest.mark.parametrize(("value", "formula", "substituted", "latex"), TABLE, ids=[row[1] for row in TABLE])
def test_an_expression_reads_like_this(value, formula, substituted, latex):
    found = expression(value)

    assert write(found) == formula
    assert write(found, values=True) == substituted
    assert write(found, notation=LATEX) == latex


def test_a_long_sum_has_its_first_two_terms_and_its_last():
    terms = [Whole.from_name(f"x_{i}", i) for i in range(1, LONG + 2)]
    long = expression(total(terms))

    assert write(long) == f"x_1 + x_2 + … + x_{LONG + 1}"
    assert write(long, values=True) == f"1 + 2 + … + {LONG + 1}"
    assert write(long, notation=LATEX) == rf"x_{{1}} + x_{{2}} + \dots + x_{{{LONG + 1}}}"
    assert write(expression(total(terms[:LONG]))) == " + ".join(f"x_{i}" for i in range(1, LONG + 1))


def test_two_long_sums_keep_their_ellipses():
    one, other = ([Whole.from_name(f"{name}_{i}", i) for i in range(1, 10)] for name in "xy")

    assert write(expression(total(one) - total(other))) == "x_1 + x_2 + … + x_9 − y_1 − y_2 − … − y_9"


@pytest.mark.parametrize(("value", "text"), [
    (0, "0"), (-3, "−3"), (2359296, "2,359,296"), (0.1, "0.1"), (-0.0, "0"), (1e308, "1e308"), (1e-8, "1e-8".replace("-", "−")),
    (1 / 3, "0.3333333333"),
])
def test_numbers_have_their_digits_in_groups(value, text):
    assert show_number(value) == text


@pytest.mark.parametrize(("name", "latex"), [
    ("x", "x"), ("x_1", "x_{1}"), ("a_S_1_2", "a_{S,1,2}"), ("P_start", r"P_{\text{start}}"), ("α", r"\alpha"),
    ("d(A, P)", r"\text{d(A, P)}"), ("norm_K_1", r"\text{norm}_{K,1}"), ("…", r"\dots"),
])
def test_names_in_latex(name, latex):
    assert latex_name(name) == latex


def test_signs_in_words_are_mathematics():
    assert words("least ≤ τ & more") == r"\text{least } \le \text{ } \tau \text{ } \& \text{ more}"


@pytest.mark.parametrize(("value", "text"), [
    (True, "true"), (None, ""), ("cat", "cat"), ([1, 2], "[1, 2]"), ([[1, -2], [3, 4]], "[[1, −2], [3, 4]]"),
    (list(range(100)), "[0, 1, …, 99]"), ({"a": 1, "b": [2]}, "a 1, b [2]"),
])
def test_values_in_words(value, text):
    assert show_value(value) == text


# The text equals the number -----------------------------------------------------------------------

NAMES = "abcdfghkmn"


@st.composite
def formulas(draw, operations):
    """A computation: traced numbers, and the same in fractions, some of whose parts have names."""
    working = Working()
    count = draw(st.integers(1, 4))
    numbers = st.integers(-12, 12)
    leaves = []
    for name in NAMES[:count]:
        value = draw(numbers)
        leaves.append((working.add_given(name, value), Fraction(value)))
    known = list(leaves)
    for step in range(draw(st.integers(1, 8))):
        constant = draw(numbers)
        first, second = (draw(st.sampled_from([*known, (constant, Fraction(constant))])) for _ in range(2))
        operation = draw(st.sampled_from(operations))
        assume(operation not in DIVISIONS or second[1] != 0)
        made = tuple(OPERATIONS[operation](*pair) for pair in zip(first, second, strict=True))
        assume(abs(made[1]) < 2**40)
        if draw(st.booleans()):
            made = (working.let(f"{NAMES[-1]}{'pqrstuvw'[step]}", made[0]), made[1])
        known.append(made)
    working.let("result", known[-1][0], kept=True)
    return working, known[-1][1]


OPERATIONS = {
    "+": lambda p, q: p + q,
    "−": lambda p, q: p - q,
    "·": lambda p, q: p * q,
    "sum": lambda p, q: total([p, q, p]) if isinstance(p, int | float) and isinstance(q, int | float) else p + q + p,
    "negate": lambda p, q: -p,
    "//": lambda p, q: p // q,
    "%": lambda p, q: p % q,
    "ceil": lambda p, q: -(-p // q),
    "/": lambda p, q: p / q,
    "²": lambda p, q: p**2,
}
DIVISIONS = ("//", "%", "ceil", "/")
WHOLE = [operation for operation in OPERATIONS if operation != "/"]
REAL = ["+", "−", "·", "sum", "negate", "/", "²"]


def check(working, result):
    """Every step's formula, and the same with numbers, comes to the step's value; in LaTeX as well."""
    values = {step.name: Fraction(step.value) for step in working.givens}
    for step in working.steps:
        for latex in (False, True):
            stages = step.latex_stages() if latex else step.stages()
            named = {(latex_name(name) if latex else name): value for name, value in values.items()}
            named = {name.replace(r"\text{", "").replace("}", ""): value for name, value in named.items()}
            for stage in stages[1:]:
                text = stage.replace(r"\text", "") if latex else stage
                for name in named:
                    text = text.replace(f"{{{name}}}", name) if latex and len(name) > 1 else text
                assert math.isclose(evaluate(text, named, latex=latex), step.value, rel_tol=1e-8, abs_tol=1e-8), stage
        values[step.name] = Fraction(step.value)
    assert math.isclose(result, working.steps[-1].value, rel_tol=1e-8, abs_tol=1e-8)


@settings(max_examples=400, deadline=None)
@given(formulas(WHOLE))
@pytest.mark.slow
def test_the_text_of_whole_numbers_comes_to_the_number(made):
    check(*made)


@settings(max_examples=400, deadline=None)
@given(formulas(REAL))
@pytest.mark.slow
def test_the_text_of_real_numbers_comes_to_the_number(made):
    check(*made)
