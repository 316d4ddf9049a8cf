"""What other frameworks measured is what their dialects, and the rules of rounding, give."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from cnncalc.arithmetic.rounding import ROUNDING
from cnncalc.arithmetic.windows import Window

from .rows import Unstated, judge, rows

OPERATORS = [(name, op) for name in ("caffe", "darknet", "flax", "ncnn") for op in rows(name)]


@pytest.mark.parametrize(("name", "op"), OPERATORS)
def test_every_row_is_right(name, op):
    complaints, unstated = [], Counter()
    for row in rows(name)[op]:
        try:
            complaints.append(judge(name, op, row))
        except Unstated as reason:
            unstated[str(reason)] += 1

    assert [c for c in complaints if c] == []
    assert unstated == UNSTATED.get((name, op), {})
    assert len(complaints) >= 125


UNSTATED = {
    ("flax", "conv_transpose"): {"a transposed convolution on a circle": 42},
    ("darknet", "convolutional"): {"a convolution of one element that ignores its padding": 2},
    ("ncnn", "Deconvolution"): {"an output size that ncnn refuses": 35},
}


def test_a_row_that_is_wrong_is_noticed():
    row = next(row for row in rows("caffe")["Convolution"] if row.length)

    assert judge("caffe", "Convolution", row) == ""
    for wrong in ({"length": row.length + 1}, {"length": None}, {"start": row.start - 1}, {"reads": row.reads[1:]}):
        assert judge("caffe", "Convolution", row._replace(**wrong))


def test_windows_are_counted_as_frameworks_count_them():
    with gzip.open(Path(__file__).parent / "data" / "rounding.json.gz", "rt", encoding="utf-8") as file:
        measured = json.load(file)["rows"]

    seen = Counter()
    for framework, rule, n, k, s, d, pad, length, masks in measured:
        window = Window(k, s, d, (pad, pad), rule)
        assert window.positions(n) == length, (framework, rule, n, k, s, d, pad)
        assert [sum(1 << i for i in window.taps(u, n)) for u in range(length)] == masks
        seen[framework, rule] += 1

    assert len(seen) == 4
    assert min(seen.values()) > 100


@pytest.mark.parametrize(("name", "positions"), [
    # 4 of 7 elements and 1 before them, in steps of 3: 4 are left, and a window may start at 8 places.
    ("floor", 2), ("truncated", 2), ("ceil", 3), ("full", 3), ("starting", 3), ("round", 2), ("within", 3),
])  # fmt: skip
def test_the_rules_by_hand(name, positions):
    assert Window(4, 3, 1, (1, 0), name).positions(7) == positions


@pytest.mark.parametrize(("name", "positions"), [
    # A window of 1 in steps of 4 on 8 elements: the third one would start behind the input.
    ("floor", 2), ("truncated", 2), ("ceil", 2), ("full", 3), ("starting", 2), ("round", 3), ("within", 2),
])  # fmt: skip
def test_a_window_that_would_start_behind_the_input(name, positions):
    assert Window(1, 4, 1, (0, 0), name).positions(8) == positions


@pytest.mark.parametrize(("name", "positions"), [
    # A window of 5 in steps of 3 on 4 elements is too long by 1.
    ("floor", 0), ("truncated", 1), ("ceil", 1), ("full", 1), ("starting", 2), ("round", 1), ("within", 1),
])  # fmt: skip
def test_a_window_that_is_too_long(name, positions):
    assert Window(5, 3, 1, (0, 0), name).positions(4) == positions


def test_every_rule_is_tried_here():
    assert set(ROUNDING) == {"floor", "truncated", "ceil", "full", "starting", "round", "within"}
