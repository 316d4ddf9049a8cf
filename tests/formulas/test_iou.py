"""IoU and what is made of it: by hand, by pycocotools and the papers, in general."""

import json
from math import isclose
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc import UsageError, calculate

TRUTH = json.loads((Path(__file__).parent / "truth" / "iou.json").read_text(encoding="utf-8"))
KINDS = ("iou", "giou", "diou", "ciou")


@pytest.mark.parametrize(("a", "b", "kind", "value"), [
    ([0, 0, 2, 2], [1, 1, 3, 3], "iou", 1 / 7),
    ([0, 0, 2, 2], [0, 0, 2, 2], "iou", 1),
    ([0, 0, 2, 2], [2, 0, 4, 2], "iou", 0),            # they share an edge
    ([0, 0, 4, 4], [1, 1, 3, 3], "iou", 4 / 16),       # one inside the other
    ([0, 0, 2, 2], [1, 1, 3, 3], "giou", 1 / 7 - 2 / 9),
    ([0, 0, 1, 1], [2, 0, 3, 1], "giou", 0 - 1 / 3),   # a gap as large as each box
    ([0, 0, 1, 1], [2, 0, 3, 1], "diou", 0 - 4 / 10),  # centres 2 apart, 3 × 1 around both
    ([0, 0, 2, 2], [1, 1, 3, 3], "diou", 1 / 7 - 2 / 18),
    ([0, 0, 2, 2], [1, 1, 3, 3], "ciou", 1 / 7 - 2 / 18),  # of one shape: as DIoU
    ([0, 0, 2, 2], [0, 0, 2, 2], "ciou", 1),
])  # fmt: skip
def test_by_hand(a, b, kind, value):
    assert calculate("iou", a=a, b=b, kind=kind).value == pytest.approx(value, rel=1e-15)


def test_centres_and_sizes_are_corners_in_other_words():
    assert calculate("iou", a=[1, 1, 2, 2], b=[2, 2, 2, 2], form="centre").value == 1 / 7


@pytest.mark.parametrize(("b", "shapes", "weight"), [
    ([2, 2, 4, 4], "v = 4·(θ_b − θ_a)² / π²", "α = v / (1 − IoU + v)"),
    ([0, 0, 2, 2], "v = 4·(θ_b − θ_a)² / π²", "α"),
])  # fmt: skip
def test_the_formula_of_ciou_is_the_same_for_equal_shapes(b, shapes, weight):
    *_, v, alpha, ciou = calculate("iou", a=[0, 0, 2, 2], b=b, kind="ciou").working

    assert (v.formula, v.value) == (shapes, 0)
    assert (alpha.formula.removesuffix(" = 0"), alpha.value) == (weight, 0)
    assert ciou.formula == "CIoU = IoU − d²/c² − α·v"


def test_ciou_takes_off_where_shapes_differ():
    """A 1 × 1 box in the middle of a 3 × 1 box: v = 4/π² (arctan 3 − arctan 1)²."""
    result = calculate("iou", a=[0, 0, 3, 1], b=[1, 0, 2, 1], kind="ciou")
    steps = {step.name: step.value for step in result.working}

    assert steps["v"] == pytest.approx(0.4052847346 * (1.2490457724 - 0.7853981634) ** 2)
    assert steps["α"] == pytest.approx(steps["v"] / (1 - 1 / 3 + steps["v"]))
    assert result.value == pytest.approx(1 / 3 - steps["α"] * steps["v"])


def test_the_working_names_every_part():
    result = calculate("iou", a=[0, 0, 2, 2], b=[1, 1, 3, 3], kind="giou")

    assert [step.line() for step in result.working] == [
        "width = max(0, min(a_x2, b_x2) − max(a_x1, b_x1)) = max(0, min(2, 3) − max(0, 1)) = 1",
        "height = max(0, min(a_y2, b_y2) − max(a_y1, b_y1)) = max(0, min(2, 3) − max(0, 1)) = 1",
        "intersection = width·height = 1·1 = 1",
        ("union = (a_x2 − a_x1)·(a_y2 − a_y1) + (b_x2 − b_x1)·(b_y2 − b_y1) − intersection"
        " = (2 − 0)·(2 − 0) + (3 − 1)·(3 − 1) − 1 = 7"),
        "IoU = intersection / union = 1 / 7 = 0.1428571429",
        "C_w = max(a_x2, b_x2) − min(a_x1, b_x1) = max(2, 3) − min(0, 1) = 3",
        "C_h = max(a_y2, b_y2) − min(a_y1, b_y1) = max(2, 3) − min(0, 1) = 3",
        "C = C_w·C_h = 3·3 = 9",
        "GIoU = IoU − (C − union) / C = 0.1428571429 − (9 − 7) / 9 = −0.07936507937",
    ]


def test_a_quotient_of_sums_has_one_pair_of_brackets():
    result = calculate("iou", a=[0, 0, 1, 1], b=[2, 0, 3, 1], kind="diou")

    assert [step.line() for step in result.working][-2:] == [
        "d²/c² = (d_x² + d_y²) / (C_w² + C_h²) = ((−2)² + 0²) / (3² + 1²) = 0.4",
        "DIoU = IoU − d²/c² = 0 − 0.4 = −0.4",
    ]


@pytest.mark.parametrize("column", range(4), ids=KINDS)
def test_the_papers_definitions(column):
    """2,000 recorded pairs, sides from 1e-141 to 1e308 among them."""
    for name, a, b, *values, _ in TRUTH["rows"]:
        found = calculate("iou", a=a, b=b, kind=KINDS[column]).value
        assert isclose(found, values[column], rel_tol=1e-10, abs_tol=1e-13), (name, a, b)


def test_pycocotools():
    for name, a, b, *_, coco in TRUTH["rows"]:
        if coco is not None:
            assert isclose(calculate("iou", a=a, b=b).value, coco, rel_tol=1e-9, abs_tol=1e-12), (name, a, b)


@pytest.mark.parametrize(("inputs", "message"), [
    ({"a": [3, 0, 1, 2]}, "`a` is inverted: x2 1 is left of x1 3"),
    ({"a": [0, 3, 2, 1]}, "`a` is inverted: y2 1 is above y1 3"),
    ({"b": [3, 0, 3, 2]}, "`b` has no area: x1 and x2 are both 3"),
    ({"b": [0, 2, 3, 2]}, "`b` has no area: y1 and y2 are both 2"),
    ({"a": [0, 0, 0, 1], "form": "centre"}, "`a` has no area: w is 0"),
    ({"a": [0, 0, 1, -2], "form": "centre"}, "`a` has a negative side: h is -2"),
    ({"a": [0, 0, float("nan"), 1]}, "`a[2]` must be a finite number, got NaN"),
    ({"a": [0, 0, float("inf"), 1]}, "`a[2]` must be a finite number, got inf"),
    ({"a": [0, 0, "1", 1]}, "`a[2]` must be a number, got `1`"),
    ({"a": [0, 0, 1]}, "`a` must be four numbers, got 3"),
    ({"a": [1e200, 0, 2e200, 1e-200]}, "`a` is too thin beside the largest coordinate: its area is no float above 0"),
    ({"kind": "iuo"}, "`kind` must be one of iou, giou, diou, ciou, got `iuo`"),
])  # fmt: skip
def test_refusals(inputs, message):
    with pytest.raises(UsageError) as refused:
        calculate("iou", **{"a": [0, 0, 1, 1], "b": [0, 0, 1, 1], **inputs})

    assert str(refused.value).partition(" (")[0] == message


def test_huge_boxes_are_measured_in_another_unit():
    result = calculate("iou", a=[0, 0, 1e200, 1e200], b=[0, 0, 1e200, 5e199])

    assert result.value == pytest.approx(0.5)
    assert result.section().notes[0].startswith("lengths are divided by u, a power of two")


def a_box(numbers):
    sides = st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]).map(sorted)
    return st.tuples(sides, sides).map(lambda axes: [axes[0][0], axes[1][0], axes[0][1], axes[1][1]])


WHOLE = a_box(st.integers(-1000, 1000))
REAL = a_box(st.integers(-10**6, 10**6).map(lambda n: n / 997))


@given(WHOLE | REAL, WHOLE | REAL)
def test_iou_is_a_share_symmetric_and_one_only_for_equal_boxes(a, b):
    value = calculate("iou", a=a, b=b).value

    assert 0 <= value <= 1
    assert value == calculate("iou", a=b, b=a).value
    assert (value == 1) == (list(a) == list(b))


@given(WHOLE | REAL, WHOLE | REAL)
def test_the_other_measures_are_above_minus_one_and_at_most_iou(a, b):
    iou, giou, diou, ciou = (calculate("iou", a=a, b=b, kind=kind).value for kind in KINDS)

    assert -1 < giou <= iou + 1e-12
    assert -1 < diou <= iou
    assert ciou <= diou


@given(WHOLE | REAL, WHOLE | REAL, st.sampled_from(KINDS))
def test_the_working_computes_the_same_number(a, b, kind):
    result = calculate("iou", a=a, b=b, kind=kind)
    last = result.working[-1].value

    assert last == result.value


def test_the_public_name():
    assert repr(cnncalc.calculate("iou", a=[0, 0, 2, 2], b=[1, 1, 3, 3])) == "<Result iou = 0.1428571429>"


def test_the_help_has_a_line_for_each_measure(cnncalc):
    code, out, _ = cnncalc("calc", "iou", "--help")

    assert code == 0
    assert """
  - giou: IoU − (C − union) / C, above −1
  - diou: IoU − d² / c², d the distance of the centres, c the diagonal of C
  - ciou: DIoU − α·v, v = 4/π² · (arctan(w_b/h_b) − arctan(w_a/h_a))², α = v /
    (1 − IoU + v)

""" in out
    assert max(map(len, out.splitlines())) <= 80
