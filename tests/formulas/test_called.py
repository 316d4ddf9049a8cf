"""Formulas asked in Python: by position, with tuples, ranges and the numbers of numpy."""

from array import array
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from cnncalc import UsageError, calculate
from cnncalc.calculator.called import MOST, data

np = pytest.importorskip("numpy")


class Tensor:
    """An array of a framework that can become numpy's and nothing else."""

    def __init__(self, values):
        self.values = values

    def __array__(self):
        return np.array(self.values)


@pytest.mark.parametrize(("given", "plain"), [
    ((224, 224), [224, 224]),
    (range(3), [0, 1, 2]),
    (((1, 1), (0, 2)), [[1, 1], [0, 2]]),
    (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    (np.array(7), 7),
    (np.int64(7), 7),
    (np.uint8(7), 7),
    (np.float32(0.5), 0.5),
    (np.float64(0.5), 0.5),
    (np.bool_(True), True),
    (np.str_("same"), "same"),
    ([np.int64(1), 2.5, np.array([3])], [1, 2.5, [3]]),
    ({"box": np.array([0, 1]), np.str_("class"): np.int64(3)}, {"box": [0, 1], "class": 3}),
    (Tensor([1.5, 2]), [1.5, 2.0]),
    (array("d", [1, 2]), [1.0, 2.0]),
    (Fraction(1, 4), 0.25),
    (Decimal("0.25"), 0.25),
    ("1,2", "1,2"),
    (b"1", b"1"),
    (Path("a.json"), Path("a.json")),
    (None, None),
    (range(MOST + 1), range(MOST + 1)),
    (1j, 1j),
])  # fmt: skip
def test_values_become_plain_data(given, plain):
    found = data(given)

    assert found == plain
    assert type(found) is type(plain)
    if isinstance(plain, list):
        assert [*map(type, found)] == [*map(type, plain)]


@pytest.mark.parametrize(("name", "values", "inputs", "value"), [
    ("conv", (), {"input": (224, 224), "kernel": 3}, [222, 222]),
    ("conv", (), {"input": np.array([224, 224]), "kernel": np.int64(3)}, [222, 222]),
    ("conv", (), {"input": (8, 8), "kernel": (3, 3), "padding": ((1, 1), (0, 2))}, [8, 8]),
    ("conv", (np.float64(224), np.array(7)), {"stride": np.int8(2), "padding": 3}, 112),
    ("padding", ("same",), {"input": 9, "kernel": np.int16(3)}, {"start": 1, "end": 1}),
    ("params conv", (), {"channels": np.int64(3), "filters": 4, "kernel": (3, 3)}, 112),
    ("params lstm", (), {"features": 3, "units": 4, "dialect": "keras", "return_": "last"}, 128),
    ("softmax", [(0, 0)], {}, [0.5, 0.5]),
    ("relu", [np.arange(-1.0, 2)], {}, [0, 0, 1]),
    ("iou", [(0, 0, 2, 2), np.array([1, 1, 3, 3])], {}, 1 / 7),
    ("nms", [({"box": (0, 0, 1, 1), "score": np.float64(0.9), "class": np.int64(3)},)], {}, [0]),
    ("nms", [np.array([[0, 0, 1, 1, 0.9]])], {"per_class": np.bool_(False)}, [0]),
    ("anchors", [np.array([[1, 2], [3, 4]])], {"k": np.int32(2)}, [[1, 2], [3, 4]]),
    ("lookup", [[1, 2]], {"database": {"ann": np.array([1, 2])}}, "ann"),
    ("receptive-field", [("k3s1",)], {}, {"size": 3, "jump": 1, "start": 0, "centre": 1}),
])  # fmt: skip
def test_a_formula_takes_what_numpy_and_python_have(name, values, inputs, value):
    result = calculate(name, *values, **inputs)

    assert result.value == (pytest.approx(value) if isinstance(value, float) else value)
    assert calculate(name, **result.inputs).value == result.value


def test_a_range_of_anchors_may_be_pythons():
    sizes = [(1, 1), (2, 2), (3, 3), (4, 4)]

    assert [found["k"] for found in calculate("anchors", sizes, k=range(1, 4)).value] == [1, 2, 3]


@pytest.mark.parametrize(("name", "values", "inputs", "message"), [
    ("iou", [[0, 0, 2, 2]], {}, "iou needs `b` (iou takes `a`, `b`, `form`, `kind`, by name or in this order)"),
    ("iou", [1, 2, 3, 4, 5], {}, "iou takes at most 4 values, got 5 (in this order: `a`, `b`, `form`, `kind`)"),
    ("iou", [[0, 0, 2, 2]], {"a": [1, 2, 3, 4]}, "`a` is given twice: [1, 2, 3, 4] and [0, 0, 2, 2]"),
    ("iou", [], {"aa": 3}, "iou takes no `aa` (did you mean `a`?)"),
    ("iou", ["--a", [1, 1, 3, 3]], {}, "`a[0]` must be a number, got `--a`"),
    ("params conv", [], {"filters": 4, "in_features": 3, "channels": 2, "kernel": 3},
     "`channels` is given twice: 3 and 2"),
    ("params", [], {"kind": "dense"}, ("`params` of which kind of layer? (the name goes on with it: "
     "`params dense`; `cnncalc calc params` lists them all)")),
    ("macs", [], {"kind": 3}, ("`macs` of which kind of layer? (the name goes on with it: `macs conv`; "
     "`cnncalc calc macs` lists them all)")),
    ("relu", [1j], {}, "`z` must be a number, got 1j"),
    ("relu", [range(MOST + 1)], {}, "`z` holds 10,000,001 numbers, more than 10,000,000"),
    ("conv", [np.array([[3, 4]]), 3], {}, "`input[0]` must be a whole number, got [3, 4]"),
    ("anchors", [[(1, 2)]], {"starts": 10**9, "k": 1}, ("`starts` of 1000000000 with 1 boxes would take very "
     "long (fewer `starts`, or a smaller `k`)")),
])  # fmt: skip
def test_errors_name_the_inputs_as_python_does(name, values, inputs, message):
    with pytest.raises(UsageError) as refused:
        calculate(name, *values, **inputs)

    assert str(refused.value) == message


class Endless(np.ndarray):
    """An array whose numbers nobody may ask for."""

    def tolist(self):
        raise AssertionError("too long to be read")


@pytest.mark.parametrize(("name", "key", "shape", "held"), [
    ("relu", "z", (10_000_001,), "10,000,001 numbers, more than 10,000,000"),
    ("relu", "z", (5_000, 2_001), "10,005,000 numbers, more than 10,000,000"),
    ("anchors", "boxes", (10_000_000, 4), "10,000,000 boxes, more than 1,000,000"),
    ("anchors", "boxes", (2_000_002,), "1,000,001 boxes, more than 1,000,000"),
    ("nms", "boxes", (1_000_001, 5), "1,000,001 boxes, more than 1,000,000"),
    ("nms", "boxes", (5_000_005,), "1,000,001 boxes, more than 1,000,000"),
])  # fmt: skip
def test_what_is_too_long_is_refused_by_its_length(name, key, shape, held):
    values = np.broadcast_to(np.float64(1), shape).view(Endless)
    for inputs in ({key: values}, {f"{key}_": values}):
        with pytest.raises(UsageError) as refused:
            calculate(name, **inputs)
        assert f"`{key}` holds {held}" in str(refused.value)


def test_lists_are_as_long_as_their_first_entries_say():
    with pytest.raises(UsageError, match=r"`boxes` holds 1,000,001 boxes, more than 1,000,000"):
        calculate("nms", [[0, 0, 1, 1, 0.5]] * 1_000_001)


def test_lists_in_lists_without_end_are_refused():
    endless = []
    endless.append(endless)

    with pytest.raises(UsageError, match=r"the inputs are nested too deeply"):
        calculate("relu", endless)
