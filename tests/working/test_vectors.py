"""Vectors hold plain numbers and hand out traced ones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.working.expressions import LONG
from cnncalc.working.traced import expression, is_traced
from cnncalc.working.vectors import (
    Vector,
    dot,
    flat,
    largest,
    length_over,
    map_arrays,
    plain_values,
    shape_of,
    smallest,
    square,
    sum_over,
)
from cnncalc.working.writing import write

X, Y = Vector.from_name("x", (3, 0.5)), Vector.from_name("y", (-2, 4))
MATRIX = Vector.from_name("m", ((1, 2, 3), (4, 5, 6)))


def test_elements_have_names():
    assert [repr(expression(x)) for x in X] == ["x_1", "x_2"]
    assert repr(expression(X[-1])) == "x_2"
    assert [repr(expression(x)) for x in X[:1]] == ["x_1"]
    assert repr(expression(MATRIX[1][2])) == "m_2_3"
    assert not is_traced(*plain_values(X))
    assert X == (3, 0.5)


def test_an_index_beyond_the_end_is_refused():
    with pytest.raises(IndexError):
        X[2]


def test_shapes():
    assert shape_of(7) == ()
    assert shape_of(X) == (2,)
    assert shape_of(MATRIX) == (2, 3)
    assert shape_of((((1,),),)) == (1, 1, 1)


def test_all_numbers_in_one_vector():
    assert flat(MATRIX) == (1, 2, 3, 4, 5, 6)
    assert flat(7) == (7,)
    assert [repr(expression(x)) for x in Vector.flat("m", MATRIX)] == ["m_1_1", "m_1_2", "m_1_3", "m_2_1", "m_2_2", "m_2_3"]
    assert repr(expression(Vector.flat("m", 7)[0])) == "m"


@pytest.mark.parametrize(("value", "text"), [
    (dot(X, Y),                                  "x_1·y_1 + x_2·y_2"),
    (dot(X, X),                                  "x_1² + x_2²"),
    (sum_over(lambda x, y: square(x - y), X, Y), "(x_1 − y_1)² + (x_2 − y_2)²"),
    (sum_over(lambda x: x, X),                   "x_1 + x_2"),
    (sum_over(lambda x, y: x * y, X, (7, 8)),    "x_1·7 + x_2·8"),
    (length_over(lambda x, y: x - y, X, Y),      "√((x_1 − y_1)² + (x_2 − y_2)²)"),
    (largest(X),                                 "max(x_1, x_2)"),
    (smallest(X),                                "min(x_1, x_2)"),
])
def test_what_is_computed_of_all_elements_is_one_expression(value, text):
    assert write(expression(value)) == text


def test_of_many_elements_three_are_written():
    long = Vector.from_name("x", tuple(range(1, 1001)))

    assert write(expression(largest(long))) == "max(x_1, x_2, …, x_1000)"
    assert write(expression(dot(long, long)), values=True) == "1² + 2² + … + 1,000²"
    assert write(expression(sum_over(lambda x: x, Vector.from_name("x", tuple(range(LONG)))))).count("…") == 0


def test_two_sums_that_are_written_alike_are_not_taken_for_one_another():
    one, other = (Vector.from_name("x", (1, 2, *middle, 9)) for middle in ((0,) * 9, (5,) * 9))

    assert expression(dot(one, one)).key != expression(dot(other, other)).key


PAIRS = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=1, max_size=20)


@given(PAIRS)
def test_the_value_is_that_of_plain_numbers(pairs):
    a, b = zip(*pairs, strict=True)
    one, other = Vector.from_name("a", a), Vector.from_name("b", b)

    assert dot(one, other) == dot(a, b) == math.fsum(x * y for x, y in pairs)
    assert length_over(lambda x, y: x - y, one, other) == length_over(lambda x, y: x - y, a, b) == math.hypot(*(x - y for x, y in pairs))
    assert (largest(one), smallest(one)) == (max(a), min(a))
    assert not is_traced(dot(a, b), largest(a))


def test_a_function_of_each_number():
    assert map_arrays(lambda x: x + 1, ((1, 2), (3, 4))) == ((2, 3), (4, 5))
    assert map_arrays(lambda x, y: x * y, (1, 2), (3, 4)) == (3, 8)
    assert map_arrays(lambda x: -x, 3) == -3


def test_a_length_does_not_overflow_where_its_squares_would():
    assert length_over(lambda x: x, (3e200, 4e200)) == pytest.approx(5e200, rel=1e-15)
    assert length_over(lambda x: x, Vector.from_name("x", (3e-200, 4e-200))) == pytest.approx(5e-200, rel=1e-15)
