"""The values of a variable as they are given, typed or in Python."""

import pytest

from cnncalc.layers.base.key_types import Bad
from cnncalc.sweeping.grids import grid


class Array:
    """What NumPy has: `tolist` of an array is a list, of one of its numbers a number."""

    def __init__(self, plain):
        self.tolist = lambda: plain


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ("1,1.0,true", [1, 1.0, True]), ("1,1,2", [1, 2]), ("[3,5],[1,1]", [[3, 5], [1, 1]]), ("[3, x]", [[3, "x"]]),
        (range(1, 3), [1, 2]), (Array([0.5, 0.75]), [0.5, 0.75]), ([Array(0.5), 2], [0.5, 2]), ([(3, 5), [3, 5]], [[3, 5]]),
        (Array(0.5), [0.5]), (iter("ab"), ["a", "b"]),
    ],
)  # fmt: skip
def test_values_of_a_variable(given, values):
    found = list(grid(given))
    assert [(type(value), value) for value in found] == [(type(value), value) for value in values]


@pytest.mark.parametrize("bad", ["[1,]", "[]", [[]], [{}], [[1, float("nan")]], {"a": 1}])
def test_what_is_no_value_is_refused(bad):
    with pytest.raises(Bad, match="has a value that is"):
        grid(bad)
