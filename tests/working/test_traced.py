"""Numbers that remember compute what plain ones do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.working import traced
from cnncalc.working.traced import (
    Real,
    Whole,
    add_up,
    expression,
    is_traced,
    plain_value,
    rename,
    total,
)

OPERATORS = {
    "+": lambda p, q: p + q, "-": lambda p, q: p - q, "*": lambda p, q: p * q, "/": lambda p, q: p / q,
    "//": lambda p, q: p // q, "%": lambda p, q: p % q, "divmod": divmod,
}
NUMBERS = st.one_of(st.integers(-50, 50), st.floats(-50, 50))


@pytest.mark.parametrize("operator", OPERATORS)
@given(first=NUMBERS, second=NUMBERS.filter(bool))
def test_an_operation_gives_what_it_gives_for_plain_numbers(operator, first, second):
    compute = OPERATORS[operator]
    expected = compute(first, second)

    for p, q in ((rename("p", first), second), (rename("p", first), rename("q", second)), (first, rename("q", second))):
        assert compute(p, q) == expected
        assert type(plain_value(compute(p, q)) if operator != "divmod" else 0) is type(expected if operator != "divmod" else 0)


@given(NUMBERS)
def test_signs_and_rounding(value):
    x = rename("x", value)

    assert (-x, abs(x), math.floor(x), math.ceil(x)) == (-value, abs(value), math.floor(value), math.ceil(value))
    assert all(map(is_traced, (-x, abs(x), math.floor(x), math.ceil(x))))


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "tanh", "erf", "erfc", "expm1", "atan", "absolute"])
@given(value=st.floats(0.01, 20))
def test_a_function_is_that_of_math(name, value):
    function = getattr(traced, name)
    plain = function(value)

    assert type(plain) is float
    assert function(Real.from_name("x", value)) == plain
    assert plain == getattr(math, {"absolute": "fabs"}.get(name, name))(value)


def test_what_a_plain_0_or_1_does_not_change_stays_what_it_is():
    a, x = Whole.from_name("a", 7), Real.from_name("x", 2.5)

    assert all(same is a for same in (a + 0, 0 + a, a - 0, a * 1, 1 * a, a // 1))
    assert all(same is x for same in (x + 0, x * 1))
    assert x // 1 == 2
    assert repr(expression(x // 1)) == "floor_divide(x, 1)"
    assert repr(expression(1 - a)) == "subtract(1, a)"


def test_what_is_no_number_is_refused_as_by_plain_numbers():
    a = Whole.from_name("a", 7)

    for compute in (lambda: a + "x", lambda: "x" - a, lambda: a // None):
        with pytest.raises(TypeError):
            compute()


def test_comparisons_and_copies_are_plain():
    a = Whole.from_name("a", 7)

    assert type(a < 8) is bool
    assert a.__copy__() is a
    assert {a: 1}[7] == 1
    assert not is_traced(7, 2.5)


@given(st.lists(st.floats(-1e300, 1e300)))
def test_a_sum_is_rounded_once(numbers):
    assert add_up(numbers) == (math.fsum(numbers) if numbers else 0)


@pytest.mark.parametrize(("numbers", "expected"), [
    ([], 0),
    ([2**60, 1], 2**60 + 1),
    ([0.1] * 10, 1.0),
    ([1e308, 1e308, -1e308], 1e308),
    ([1e308, 1e308], math.inf),
    ([-1e308, -1e308], -math.inf),
    ([math.inf, 1], math.inf),
    ([True, 2], 3),
])
def test_sums_at_the_ends(numbers, expected):
    assert add_up(numbers) == expected


def test_a_sum_of_opposite_infinities_is_no_number():
    assert math.isnan(add_up([math.inf, -math.inf]))


def test_totals():
    assert total([]) == 0
    assert total([1, 2]) == 3
    assert not is_traced(total([0.5, 2]))
    assert repr(expression(total([Whole.from_name("a", 7), 2]))) == "total(a, 2)"
    assert type(plain_value(total([Whole.from_name("a", 7), 2]))) is int
