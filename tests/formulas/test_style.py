"""Gram matrices and the costs of style transfer."""

import json
import math
import sys
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc import calculate
from cnncalc.errors import UsageError

TRUTH = json.loads((Path(__file__).parent / "truth" / "losses.json").read_text(encoding="utf-8"))["style"]


def flat(values):
    return [x for value in values for x in flat(value)] if isinstance(values, list) else [values]


def are_close(found, expected):
    """Within a few units in the last place of the largest term."""
    largest = max(map(abs, flat(expected)))
    return all(math.isclose(p, q, rel_tol=2e-15, abs_tol=1e-15 * largest) for p, q in zip(flat(found), flat(expected), strict=True))


def chw(values):
    """n_H×n_W×n_C with the channels first."""
    return [[[pixel[k] for pixel in row] for row in values] for k in range(len(values[0][0]))]


@pytest.mark.parametrize("case", TRUTH, ids=lambda case: "×".join(map(str, (len(case["a"]), len(case["a"][0]), len(case["a"][0][0])))))
def test_recorded_activations(case):
    one, other = case["a"], case["generated"]
    gram = calculate("gram", activations=one).value
    content = calculate("content-cost", content=one, generated=other).value
    style = calculate("style-cost", style=one, generated=other).value

    assert are_close(gram, case["gram"])
    assert are_close(gram, case["torch_gram"])
    assert are_close(content, case["content"])
    assert are_close(content, case["torch_content"])
    assert math.isclose(style, case["style"], rel_tol=1e-14)
    assert math.isclose(style, case["torch_style"], rel_tol=1e-13)


def test_a_gram_matrix_by_hand():
    result = calculate("gram", activations=[[[1, 2], [3, 4]]])

    assert result.value == [[1 + 9, 2 + 12], [2 + 12, 4 + 16]]
    assert [step.line() for step in result.working] == [
        "G_1_1 = a_1_1_1² + a_1_2_1² = 1² + 3² = 10",
        "G_1_2 = a_1_1_1·a_1_1_2 + a_1_2_1·a_1_2_2 = 1·2 + 3·4 = 14",
    ]


@pytest.mark.parametrize(("channels", "more"), [(1, []), (2, [2]), (3, [7]), (40, ["1,598"])])
def test_how_many_entries_are_not_shown(channels, more):
    activations = [[[*range(channels)]]]
    gram = calculate("gram", activations=activations)
    style = calculate("style-cost", style=activations, generated=activations)

    assert gram.to_dict()["notes"][:-1] == [f"{n} more entries of G are computed in the same way" for n in more]
    assert style.to_dict()["notes"] == [
        f"{n} more entries of {matrix} are computed in the same way" for matrix in ("GS", "GG") for n in more
    ]


def test_a_table_is_a_row_of_positions(tmp_path):
    (tmp_path / "a.csv").write_text("1,2\n3,4\n", encoding="utf-8")

    assert calculate("gram", activations=tmp_path / "a.csv").value == [[10, 14], [14, 20]]
    assert calculate("gram", activations=[[1, 3], [2, 4]], layout="chw").value == [[10, 14], [14, 20]]
    assert calculate("style-cost", style=[[1, 2], [3, 4]], generated=[[1, 0], [3, 1]]).value == 603 / 64


def test_a_gram_matrix_of_one_channel():
    result = calculate("gram", activations=[[[1]], [[2]]])

    assert result.value == [[5]]
    assert [step.line() for step in result.working] == ["G_1_1 = a_1_1_1² + a_2_1_1² = 1² + 2² = 5"]


@pytest.mark.parametrize(("inputs", "cost"), [
    ({"content": [1, 2], "generated": [3, 2]}, 2),                     # 2²/2
    ({"content": [[1, 2], [3, 4]], "generated": [[1, 0], [3, 7]]}, 6.5),  # (2² + 3²)/2
])
def test_content_costs_by_hand(inputs, cost):
    assert calculate("content-cost", **inputs).value == cost


def test_a_style_cost_by_hand():
    # G(S) = [[10, 14], [14, 20]], G(G) = [[10, 3], [3, 1]]: 11² + 11² + 19² = 603 over (2·1·2·2)² = 64
    inputs = {"style": [[[1, 2], [3, 4]]], "generated": [[[1, 0], [3, 1]]]}

    assert calculate("style-cost", **inputs).value == 603 / 64
    assert calculate("style-cost", **inputs, weight=0.2).value == pytest.approx(0.2 * 603 / 64, rel=1e-15)
    assert [step.line() for step in calculate("style-cost", **inputs).working[-2:]] == [
        "apart = (GS_1_1 − GG_1_1)² + (GS_1_2 − GG_1_2)² + (GS_2_1 − GG_2_1)² + (GS_2_2 − GG_2_2)² = (10 − 10)² + (14 − 3)² + (14 − 3)² + (20 − 1)² = 603",
        "J = λ·apart / scale² = 1·603 / 8² = 9.421875",
    ]


def test_the_total_cost():
    result = calculate("total-cost", content=3, style=0.5, alpha=10, beta=40)

    assert result.value == 50
    assert result.working[0].line() == "J = α·J_content + β·J_style = 10·3 + 40·0.5 = 50"


def arrays():
    numbers = st.floats(-100, 100)
    return st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4)).flatmap(
        lambda n: st.lists(st.lists(st.lists(numbers, min_size=n[2], max_size=n[2]), min_size=n[1], max_size=n[1]),
                           min_size=n[0], max_size=n[0]))


@settings(max_examples=80, deadline=None)
@given(arrays(), st.lists(st.floats(-10, 10), min_size=4, max_size=4))
def test_a_gram_matrix_is_symmetric_and_positive_semi_definite(activations, x):
    gram = calculate("gram", activations=activations).value
    size = range(len(gram))

    assert gram == [list(column) for column in zip(*gram, strict=True)]
    terms = [x[i] * gram[i][j] * x[j] for i in size for j in size]
    assert math.fsum(terms) >= -1e-14 * math.fsum(map(abs, terms))


@settings(max_examples=40, deadline=None)
@given(arrays())
def test_the_layout_changes_nothing(activations):
    assert calculate("gram", activations=activations).value == calculate("gram", activations=chw(activations), layout="chw").value
    assert calculate("style-cost", style=activations, generated=activations).value == 0
    assert calculate("content-cost", content=activations, generated=activations).value == 0


def test_a_layer_of_28_by_28_by_64_takes_less_than_a_second():
    activations = [[[(i * j + k) % 17 / 16 for k in range(64)] for j in range(28)] for i in range(28)]

    start = process_time()
    result = calculate("gram", activations=activations)
    steps = result.working
    took = process_time() - start

    assert took < 1
    assert steps[0].formula == "G_1_1 = a_1_1_1² + a_1_2_1² + … + a_28_28_1²"
    assert len(result.value) == 64


@pytest.mark.parametrize(("name", "inputs", "message"), [
    ("content-cost", {"content": [1, 2], "generated": [[1, 2]]}, "`generated` has the shape 1×2, `content` 2"),
    ("style-cost", {"style": [[[1, 2]]], "generated": [[[1], [2]]]}, "`generated` has the shape 1×2×1, `style` 1×1×2"),
    ("gram", {"activations": [1, 2]},
     "`activations` must be a list of rows of numbers or an array of numbers on 3 axes, or a .json, .csv or .npy file of it; this has 1 axis"),
    ("gram", {"activations": [[[1, 2], [3]]]}, "`activations[0][1]` is ragged: it has 1 entry where the first has 2"),
    ("gram", {"activations": [[[]]]}, "`activations` is empty"),
    ("gram", {"activations": [[[1e200]]]}, "the gram of these numbers is no number that a 64-bit float holds"),
    ("total-cost", {"content": "a", "style": 1}, "`content` must be a number, got `a`"),
    ("total-cost", {"style": 1}, "total-cost needs `content`"),
])
def test_what_does_not_go_together_is_refused(name, inputs, message):
    with pytest.raises(UsageError) as refused:
        calculate(name, **inputs)
    assert refused.value.diagnostics[0].message == message


def test_npy_without_numpy_is_refused_with_the_way_out(tmp_path, monkeypatch):
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY")
    monkeypatch.setitem(sys.modules, "numpy", None)

    with pytest.raises(UsageError) as refused:
        calculate("gram", activations=path)
    assert str(refused.value) == (
        f"{path} is read by numpy, which is not installed ({sys.executable} -m pip install numpy, or save the array as JSON or CSV)")


def test_npy_is_read_by_numpy(tmp_path):
    numpy = pytest.importorskip("numpy")
    numpy.save(tmp_path / "a.npy", numpy.array([[[1.0, 2.0], [3.0, 4.0]]]))

    assert calculate("gram", activations=tmp_path / "a.npy").value == [[10, 14], [14, 20]]
    assert calculate("gram", activations=numpy.array([[[1, 2], [3, 4]]])).value == [[10, 14], [14, 20]]
