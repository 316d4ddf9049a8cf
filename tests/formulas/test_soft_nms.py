"""Soft non-max suppression: by hand, by OpenCV, by a plain reading, in general."""

import json
from math import exp
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import UsageError, calculate
from cnncalc.calculator import softening

from .boxes import boxes

TRUTH = json.loads((Path(__file__).parent / "truth" / "nms.json").read_text(encoding="utf-8"))["soft"]

A, OVER_A, APART = (
    {"box": [0, 0, 4, 4], "score": 0.9, "class": "cat"},
    {"box": [0, 1, 4, 5], "score": 0.8, "class": "cat"},  # IoU with A: 12 / 20
    {"box": [6, 6, 8, 8], "score": 0.5, "class": "cat"},
)
DOG = {**OVER_A, "class": "dog"}


def soft(given, **options):
    return [(row["index"], row["score"]) for row in calculate("soft-nms", boxes=given, **options).value]


@pytest.mark.parametrize(("given", "options", "found"), [
    ([A, OVER_A, APART], {}, [(0, 0.9), (2, 0.5), (1, 0.8 * 0.4)]),
    ([A, OVER_A, APART], {"score": 0.4}, [(0, 0.9), (2, 0.5)]),
    ([A, OVER_A], {"iou": 0.6}, [(0, 0.9), (1, 0.8 * 0.4)]),
    ([A, OVER_A], {"iou": 0.6, "rule": "above"}, [(0, 0.9), (1, 0.8)]),
    ([A, OVER_A], {"iou": 0.7}, [(0, 0.9), (1, 0.8)]),
    ([A, OVER_A], {"method": "gaussian"}, [(0, 0.9), (1, 0.8 * exp(-0.72))]),
    ([A, OVER_A], {"method": "gaussian", "sigma": 0.1}, [(0, 0.9), (1, 0.8 * exp(-3.6))]),
    ([A, DOG], {}, [(0, 0.9), (1, 0.8)]),
    ([A, DOG], {"per_class": False}, [(0, 0.9), (1, 0.8 * 0.4)]),
    ([], {}, []),
])  # fmt: skip
def test_by_hand(given, options, found):
    assert soft(given, **options) == [(i, pytest.approx(score, rel=1e-14)) for i, score in found]


@pytest.mark.parametrize("case", TRUTH, ids=lambda case: f"{case['method']}-{case['seed']}")
def test_opencv(case):
    options = {key: case[key] for key in ("method", "score", "iou", "sigma")}
    found = soft(boxes(case["seed"], case["count"], 1), rule="above", **options)

    assert [i for i, _ in found] == case["kept"]
    assert [score for _, score in found] == pytest.approx(case["plain"], rel=1e-13)
    assert [score for _, score in found] == pytest.approx(case["opencv"], rel=1e-5)


def test_the_working_is_written_by_what_lowers_the_scores():
    linear, gaussian = (calculate("soft-nms", boxes=[A, OVER_A], method=m).working for m in ("linear", "gaussian"))

    assert [step.line() for step in linear] == [
        "pick 1 = the largest score left = score of box 0 = 0.9",
        "s'_1 = s_1·(1 − IoU) = 0.8·(1 − 0.6) = 0.32",
        "pick 2 = the largest score left = score of box 1 = 0.32",
    ]
    assert gaussian[1].formula == "s'_1 = s_1·e^(−IoU² / σ)"


SPOT = st.tuples(*[st.integers(0, 9)] * 2, *[st.integers(1, 9)] * 2)


@given(st.lists(st.tuples(SPOT, st.integers(1, 9), st.sampled_from("ab")), max_size=15),
       st.sampled_from(["linear", "gaussian"]))  # fmt: skip
def test_scores_fall_and_are_never_raised(rows, method):
    given = [{"box": [x, y, x + w, y + h], "score": s / 10, "class": c} for (x, y, w, h), s, c in rows]
    found = soft(given, method=method)
    scores = [score for _, score in found]

    assert scores == sorted(scores, reverse=True)
    assert len({i for i, _ in found}) == len(found)
    assert all(0.001 <= score <= given[i]["score"] for i, score in found)


@pytest.mark.parametrize(("options", "message"), [
    ({"sigma": 0}, "`sigma` must be above 0"),
    ({"method": "hard"}, "`method` must be one of linear, gaussian, got `hard`"),
    ({"boxes": [[0, 0, 1, 1, 0.5]] * 11}, "`boxes` has 11 boxes of one class, more than 10"),
])  # fmt: skip
def test_refusals(monkeypatch, options, message):
    monkeypatch.setattr(softening, "MOST", 10)
    with pytest.raises(UsageError) as refused:
        calculate("soft-nms", **{"boxes": [A], **options})

    assert str(refused.value).startswith(message)
