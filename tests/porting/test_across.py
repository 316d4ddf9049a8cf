"""A layer under the rules of all dialects, side by side."""

import pytest

import cnncalc
from cnncalc.dialects.base.dialect import dialect_names
from cnncalc.errors import UsageError
from tests.nets import spec

NET = spec(
    "conv: {name: stem, filters: 8, kernel: 3, stride: 2, padding: same, norm: batch_norm}",
    "avg_pool: {name: pool, size: 3, stride: 2, padding: 1}",
    "relu: {name: last}",
    input="input: {channels: 3, size: [224, 224]}\n",
)


def read(layer):
    """The readings of a layer by the names of dialects."""
    table = cnncalc.analyze(cnncalc.loads(NET), "padding", across=True, layer=layer)
    return {name: row.values for row in table.rows for name in row.values["runtimes"]}


def test_all_dialects_are_there_once():
    assert sorted(read("stem")) == list(dialect_names())


# ⌈224 / 2⌉ windows of 3 need one element more: behind the input, or in front of it where half of
# the kernel is padded there.
@pytest.mark.parametrize(
    ("name", "first", "odd"),
    [("keras", [0, 0], ["after", "after"]), ("tflite", [0, 0], ["after", "after"]),
     ("opencv", [-1, -1], ["before", "before"])],
)  # fmt: skip
def test_where_the_first_window_begins(name, first, odd):
    found = read("stem")[name]
    assert (found["length"], found["first"], found["odd"]) == ([112, 112], first, odd)


def test_what_is_refused_says_why():
    assert read("stem")["torch"]["refused"] == "padding='same' is not supported for strided convolutions"


# Windows of 3 from -1 on over 112: the first reads two elements, the last begins at 109.
@pytest.mark.parametrize(
    ("name", "wanted"),
    [("torch", [3, 3]), ("mlx", [3, 3]), ("keras", [2, 3]), ("onnx", [2, 3])],
)
def test_what_averages_divide_by(name, wanted):
    assert read("pool")[name]["divisors"] == [wanted, wanted]


def test_every_window_has_lines_of_its_own():
    table = cnncalc.analyze(cnncalc.loads(NET), "padding", across=True)
    assert list(dict.fromkeys(row.values["layer"] for row in table.rows)) == ["stem", "pool"]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"across": True, "layer": "last"}, "`last` has no window that could be padded"),
     ({"across": True, "layer": "stm"}, "model has no layer `stm`"),
     ({"layer": "stem"}, "--layer goes with --across")],
)  # fmt: skip
def test_what_cannot_be_asked(options, message):
    with pytest.raises(UsageError, match=message):
        cnncalc.analyze(cnncalc.loads(NET), "padding", **options)
