"""YOLO's output: its shape, and the boxes it stands for."""

import json
from math import exp
from pathlib import Path

import pytest

from cnncalc import UsageError, calculate

TRUTH = json.loads((Path(__file__).parent / "truth" / "yolo.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("grid", "anchors", "classes", "shape", "numbers"), [
    (19, 5, 80, [19, 19, 5, 85], 153_425),
    (3, 2, 3, [3, 3, 2, 8], 144),
    (13, 5, 20, [13, 13, 5, 25], 21_125),
    ([20, 12], 3, 80, [12, 20, 3, 85], 61_200),  # columns, rows
])  # fmt: skip
def test_shapes(grid, anchors, classes, shape, numbers):
    value = calculate("yolo", grid=grid, anchors=anchors, classes=classes).value

    assert value == {"shape": shape, "channels": anchors * (5 + classes), "boxes": shape[0] * shape[1] * anchors,
                     "numbers": numbers}  # fmt: skip


def test_the_working_of_the_shape():
    assert [step.line() for step in calculate("yolo", grid=19).working] == [
        "per box = 5 + p = 5 + 80 = 85",
        "channels = k·per box = 5·85 = 425",
        "boxes = G²·k = 19²·5 = 1,805",
        "numbers = boxes·per box = 1,805·85 = 153,425",
        "shape = G × G × k × (5 + p) = [19, 19, 5, 85]",
    ]


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("is_flat", [False, True])
def test_recorded_boxes(version, is_flat):
    row = TRUTH[version]
    tensor = row["tensor"]
    if is_flat:
        tensor = [[[value for box in cell for value in box] for cell in line] for line in tensor]
    image = row["stride"] * len(tensor)
    result = calculate("yolo-decode", tensor=tensor, anchors=row["anchors"], image=image, version=version, score=0)

    assert len(result.value) == len(row["boxes"]) == 18
    for found, (x, y, width, height, score, name) in zip(result.value, row["boxes"], strict=True):
        x1, y1, x2, y2 = found["box"]
        assert [(x1 + x2) / 2, (y1 + y2) / 2] == pytest.approx([x, y], rel=1e-10)
        assert [x2 - x1, y2 - y1] == pytest.approx([width, height], rel=1e-10)
        assert found["score"] == pytest.approx(score, rel=1e-12)
        assert found["class"] == name
    values = {step.name: step.value for step in result.working}
    assert values["score_17"] == result.value[17]["score"]


def test_only_boxes_of_the_score_are_decoded_and_nms_takes_them():
    row = TRUTH["v3"]
    kept = [box for box in row["boxes"] if box[4] >= 0.5]
    found = calculate("yolo-decode", tensor=row["tensor"], anchors=row["anchors"], image=[96, 96], score=0.5).value

    assert 0 < len(found) == len(kept) < 18
    assert calculate("nms", boxes=found, score=0.5).value


def test_a_wide_image_has_a_stride_per_axis():
    tensor = [[[[0, 0, 0, 0, 50, 50]], [[0, 0, 0, 0, 50, 50]]]]  # one row, two columns
    found = calculate("yolo-decode", tensor=tensor, anchors=[10, 20], image=[80, 30]).value

    assert [box["box"] for box in found] == [[15, 5, 25, 25], [55, 5, 65, 25]]


def test_extremes():
    tensor = [[[[1e6, -1e6, -1e6, 0, 1e6, 1e6, -1e6]]]]
    for version in ("v2", "v3"):
        [found] = calculate("yolo-decode", tensor=tensor, anchors=[10, 20], image=64, version=version, score=1).value

        assert found == {"box": [64, 0 - 10 * (64 if version == "v2" else 1), 64, 10 * (64 if version == "v2" else 1)],
                         "score": 1, "class": 0}  # fmt: skip


def test_the_working_of_a_box():
    result = calculate("yolo-decode", tensor=[[[[0.2, -0.1, 0.5, 0.3, 2, 3]]]], anchors=[60, 80], image=416)
    lines = [step.line() for step in result.working]

    assert lines[2] == "P_0 = 1 / (1 + e^(−c_0_0)) = 1 / (1 + e⁻³) = 0.9525741268"
    assert lines[4] == "b_x0 = (1 / (1 + e^(−t_x0)) + column)·S_x = (1 / (1 + e^(−0.2)) + 0)·416 = 228.7309429 px"
    assert result.value[0]["box"][2] == pytest.approx(416 / (1 + exp(-0.2)) + 30 * exp(0.5))


def test_the_chance_of_a_class_is_derived():
    """In v2 a softmax over the classes, 1 / (1 + e⁻²) of 1 and 3."""
    result = calculate("yolo-decode", tensor=[[[[0, 0, 0, 0, 2, 1, 3]]]], anchors=[1, 1], image=1, version="v2")
    step = result.working[2]

    assert step.formula == "P_0 = e^(c_1_0 − max(c_0_0, c_1_0)) / (e^(c_0_0 − max(c_0_0, c_1_0)) + e^(c_1_0 − max(c_0_0, c_1_0)))"
    assert step.value == pytest.approx(1 / (1 + exp(-2)))
    assert result.value[0]["score"] == pytest.approx(1 / (1 + exp(-2)) ** 2)


@pytest.mark.parametrize(("inputs", "message"), [
    ({"tensor": [[[[0] * 6]], [[0]]]}, "`tensor[1][0][0]` is a number where the first entry is a list"),
    ({"tensor": [[[[0] * 6] * 2]]}, "`tensor` has 2 boxes per cell, and there are 1 anchors"),
    ({"tensor": [[[0] * 7]], "anchors": [1, 1, 2, 2]}, "`tensor` has 7 numbers per cell, which 2 anchors do not share evenly"),
    ({"tensor": [[[[0] * 5]]]}, "`tensor` has 5 numbers per box; 5 and one for each class are needed"),
    ({"tensor": [[[[0, 0, 1000, 0, 50, 50]]]]}, "`tensor[0][0]` has a side whose logarithm is 1000, which no float holds"),
    ({"tensor": [[[[0, 0, float("nan"), 0, 50, 50]]]]}, "`tensor[0][0][0][2]` must be a finite number, got NaN"),
    ({"tensor": [[[[0, 0, "1", 0, 50, 50]]]]}, "`tensor[0][0][0][2]` must be a number, got `1`"),
    ({"version": "v1"}, "`version` must be one of v2, v3, got `v1`"),
    ({"image": -4}, "`image` must be at least 0, got -4"),
])  # fmt: skip
def test_refusals(inputs, message):
    with pytest.raises(UsageError) as refused:
        calculate("yolo-decode", **{"tensor": [[[[0] * 6]]], "anchors": [1, 1], "image": 32, **inputs})

    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(("inputs", "message"), [
    ({"grid": 0}, "`grid` must be at least 1, got 0"),
    ({"grid": 2.5}, "`grid` must be a whole number, got 2.5"),
    ({"grid": [1, 2, 3]}, "`grid` must be columns and rows of the grid, got [1, 2, 3]"),
])  # fmt: skip
def test_refused_grids(inputs, message):
    with pytest.raises(UsageError) as refused:
        calculate("yolo", **inputs)

    assert str(refused.value).startswith(message)


def test_of_very_many_boxes_the_first_are_decoded_step_by_step():
    tensor = [[[[0, 0, 0, 0, 9, 9]] * 51] * 50]
    found = calculate("yolo-decode", tensor=tensor, anchors=[[4] * 2] * 51, image=[50, 50])

    assert len(found.value) == 2_550
    assert len(found.working) == 2 + 6 * 2_500
    assert found.section().notes[-1] == "50 more boxes are decoded in the same way"
    assert found.value[-1] == {**found.value[50], "box": [47.5, 23.0, 51.5, 27.0]}
