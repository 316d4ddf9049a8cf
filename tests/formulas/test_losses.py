"""Distances and the losses of embeddings."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc import calculate
from cnncalc.errors import UsageError

TRUTH = json.loads((Path(__file__).parent / "truth" / "losses.json").read_text(encoding="utf-8"))
METRICS = ["squared", "euclidean", "manhattan", "cosine"]


def are_close(value, expected, rel=2e-15):
    return math.isclose(value, expected, rel_tol=rel, abs_tol=2e-15)


@pytest.mark.parametrize(("metric", "a", "b", "expected"), [
    ("squared",   [1, 2],     [4, 6],      25),    # 3² + 4²
    ("euclidean", [1, 2],     [4, 6],      5),
    ("manhattan", [1, 2],     [4, 6],      7),
    ("cosine",    [3, 4],     [4, 3],      0.04),  # 1 − 24/25
    ("cosine",    [1, 0],     [0, 2],      1),
    ("cosine",    [1, 2],     [-2, -4],    2),
    ("cosine",    [0.1, 0.7], [0.1, 0.7],  0),
    ("squared",   3,          5,           4),
    ("euclidean", [1e200, 0], [-1e200, 0], 2e200),
    ("cosine",    [1e200, 0], [1e200, 1e200], 1 - math.sqrt(0.5)),
    ("cosine",    [1e-200, 0], [1e-200, 1e-200], 1 - math.sqrt(0.5)),
])
def test_distances_by_hand(metric, a, b, expected):
    assert are_close(calculate("distance", a=a, b=b, metric=metric).value, expected)


@pytest.mark.parametrize("case", TRUTH["distances"], ids=lambda case: str(len(case["a"])))
def test_recorded_distances(case):
    found = {metric: calculate("distance", a=case["a"], b=case["b"], metric=metric).value for metric in METRICS}

    assert are_close(found["squared"], case["squared"])
    assert are_close(found["euclidean"], case["euclidean"])
    assert are_close(found["euclidean"], case["torch_norm"])
    assert are_close(found["manhattan"], case["l1"])
    assert are_close(1 - found["cosine"], case["cosine"])
    assert are_close(1 - found["cosine"], case["torch_cosine"])


@pytest.mark.parametrize("case", TRUTH["triplet"], ids=lambda case: f"{len(case['anchor'])}, {case['margin']}")
def test_recorded_triplets(case):
    inputs = {name: case[name] for name in ("anchor", "positive", "negative", "margin")}
    found = {metric: calculate("triplet-loss", **inputs, distance=metric).value for metric in METRICS[:3]}

    assert are_close(found["squared"], case["squared"], 1e-14)
    assert are_close(found["euclidean"], case["euclidean"], 1e-14)
    assert are_close(found["manhattan"], case["l1"], 1e-14)
    # PyTorch adds 1e-6 to every difference.
    assert math.isclose(found["euclidean"], case["torch"], abs_tol=2.1e-6 * len(case["anchor"]) ** 0.5)


@pytest.mark.parametrize("case", TRUTH["contrastive"], ids=lambda case: f"{len(case['a'])}, {case['margin']}, {case['alike']}")
def test_recorded_pairs(case):
    inputs = {name: case[name] for name in ("a", "b", "margin")}

    assert are_close(calculate("contrastive-loss", **inputs, alike=bool(case["alike"])).value, case["hadsell"], 1e-14)


@pytest.mark.parametrize(("metric", "margin", "loss"), [
    ("squared",   0.2, 0.25 - 0.36 + 0.2),
    ("squared",   0.1, 0),
    ("euclidean", 0.2, 0.5 - 0.6 + 0.2),
    ("manhattan", 0.5, 0.5 - 0.6 + 0.5),
])
def test_a_triplet_by_hand(metric, margin, loss):
    found = calculate("triplet-loss", anchor=[0, 0], positive=[0, 0.5], negative=[0.6, 0], margin=margin, distance=metric)

    assert are_close(found.value, loss)


def test_a_triplet_by_cosine():
    found = calculate("triplet-loss", anchor=[1, 0], positive=[0, 1], negative=[1, 0], distance="cosine")

    assert are_close(found.value, 1 - 0 + 0.2)
    assert [step.name for step in found.working] == ["norm_A", "norm_P", "cos_A_P", "d_AP", "norm_N", "cos_A_N", "d_AN", "L"]


def test_the_steps_of_a_triplet():
    found = calculate("triplet-loss", anchor=[0, 0], positive=[1, 2], negative=[2, 0])

    assert [step.line() for step in found.working] == [
        "d_AP = (A_1 − P_1)² + (A_2 − P_2)² = (0 − 1)² + (0 − 2)² = 5",
        "d_AN = (A_1 − N_1)² + (A_2 − N_2)² = (0 − 2)² + (0 − 0)² = 4",
        "L = max(d_AP − d_AN + α, 0) = max(5 − 4 + 0.2, 0) = 1.2",
    ]


def test_long_embeddings_are_written_short():
    found = calculate("triplet-loss", anchor=[0] * 128, positive=[1] * 128, negative=[2] * 128)

    assert found.working[0].line() == (
        "d_AP = (A_1 − P_1)² + (A_2 − P_2)² + … + (A_128 − P_128)² = (0 − 1)² + (0 − 1)² + … + (0 − 1)² = 128"
    )
    assert found.section().givens[0].line() == "A = [0, 0, …, 0]"


@pytest.mark.parametrize(("alike", "b", "line"), [
    (True,  [3, 4],     "L = D² / 2 = 5² / 2 = 12.5"),
    (False, [0.3, 0.4], "L = max(0, m − D)² / 2 = max(0, 1 − 0.5)² / 2 = 0.125"),
    (False, [3, 4],     "L = max(0, m − D)² / 2 = max(0, 1 − 5)² / 2 = 0"),
])
def test_a_pair_by_hand(alike, b, line):
    assert calculate("contrastive-loss", a=[0, 0], b=b, alike=alike).working[-1].line() == line


@pytest.mark.parametrize(("name", "inputs", "message"), [
    ("triplet-loss", {"anchor": [1, 2, 3, 4], "positive": [1, 2, 3], "negative": [1]}, "`positive` has 3 numbers, `anchor` 4"),
    ("triplet-loss", {"anchor": [1], "positive": [1], "negative": [1, 2]}, "`negative` has 2 numbers, `anchor` 1"),
    ("triplet-loss", {"anchor": [1, 2], "positive": [1], "negative": [1, 2]}, "`positive` has 1 number, `anchor` 2"),
    ("triplet-loss", {"anchor": [1], "positive": [1], "negative": [0], "distance": "cosine"},
     "`negative` is zero and has no direction, so there is no cosine"),
    ("triplet-loss", {"anchor": [1], "positive": [1], "negative": [1], "margin": -1}, "`margin` must be at least 0, got -1"),
    ("triplet-loss", {"anchor": [1], "positive": [1]}, "triplet-loss needs `negative`"),
    ("contrastive-loss", {"a": [1], "b": [1]}, "contrastive-loss needs `alike`"),
    ("distance", {"a": [1], "b": [1, 2]}, "`b` has 2 numbers, `a` 1"),
    ("distance", {"a": [float("nan")], "b": [1]}, "`a[0]` must be a finite number, got NaN"),
    ("distance", {"a": [1], "b": [1], "metric": "euclid"},
     "`metric` must be one of squared, euclidean, manhattan, cosine, got `euclid`"),
    ("distance", {"a": [1e200], "b": [-1e200]}, "the distance of these numbers is no number that a 64-bit float holds"),
])
def test_what_does_not_go_together_is_refused(name, inputs, message):
    with pytest.raises(UsageError) as refused:
        calculate(name, **inputs)
    assert refused.value.diagnostics[0].message == message


VECTORS = st.integers(1, 9).flatmap(lambda n: st.tuples(*[st.lists(st.floats(-1e3, 1e3), min_size=n, max_size=n)] * 3))


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=60, deadline=None)
@given(vectors=VECTORS)
def test_distances_are_symmetric_and_not_negative(metric, vectors):
    a, b, _ = vectors
    if metric == "cosine" and not (any(a) and any(b)):
        return
    there, back = (calculate("distance", a=p, b=q, metric=metric).value for p, q in ((a, b), (b, a)))

    assert there == back
    assert there >= 0
    if metric != "cosine":
        assert calculate("distance", a=a, b=a, metric=metric).value == 0


@settings(max_examples=100, deadline=None)
@given(VECTORS, st.floats(0, 10))
def test_a_triplet_loss_is_not_negative_and_the_margin_for_equal_images(vectors, margin):
    a, p, n = vectors

    assert calculate("triplet-loss", anchor=a, positive=p, negative=n, margin=margin).value >= 0
    assert calculate("triplet-loss", anchor=a, positive=a, negative=a, margin=margin).value == margin
