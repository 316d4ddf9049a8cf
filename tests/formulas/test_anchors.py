"""Anchors: k-means, the files in which boxes are labelled, and which anchor a box belongs to."""

import json
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import UsageError, calculate
from cnncalc.calculator import clustering, labels

from .boxes import sizes

TRUTH = json.loads((Path(__file__).parent / "truth" / "anchors.json").read_text(encoding="utf-8"))["sets"]


def fit(boxes, anchors):
    """The mean over the boxes of the IoU with their best anchor."""
    def iou(a, b):
        shared = min(a[0], b[0]) * min(a[1], b[1])
        return shared / (a[0] * a[1] + b[0] * b[1] - shared)

    return sum(max(iou(box, anchor) for anchor in anchors) for box in boxes) / len(boxes)


@pytest.mark.slow
@pytest.mark.parametrize("row", TRUTH, ids=lambda row: f"seed-{row['seed']}")
def test_no_worse_than_the_best_of_twenty_plain_runs(row):
    boxes = sizes(row["seed"], row["count"])
    found = calculate("anchors", boxes=boxes, k="1:9", starts=5).value

    assert [entry["k"] for entry in found] == [*range(1, 10)]
    for entry in found:
        assert entry["iou"] >= row["k"][str(entry["k"])]["best"] - 1e-12
        assert fit(boxes, entry["anchors"]) == pytest.approx(entry["iou"], rel=1e-12)
        areas = [w * h for w, h in entry["anchors"]]
        assert areas == sorted(areas)
    assert all(a["iou"] < b["iou"] for a, b in pairwise(found))


PAIRS = [[10, 10], [12, 12], [100, 50], [102, 50]]


def test_two_obvious_groups():
    anchors = calculate("anchors", boxes=PAIRS, k=2).value

    assert 10 <= anchors[0][0] == anchors[0][1] <= 12
    assert 100 <= anchors[1][0] <= 102
    assert anchors[1][1] == 50


def test_as_many_anchors_as_sizes_fit_perfectly():
    result = calculate("anchors", boxes=[*PAIRS, [10, 10]], k=4)

    assert sorted(result.value) == PAIRS
    assert result.working[0].line() == "mean_4 = Σ IoU_4 / n = 5 / 5 = 1"


def test_a_seed_gives_the_same_anchors_again_and_these():
    boxes = sizes(3, 200)
    found = [calculate("anchors", boxes=boxes, k=3, seed=seed, starts=1).value for seed in (7, 7, 8, 9, 10)]

    assert found[0] == found[1]
    assert any(found[0] != other for other in found[2:])


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=1, max_size=20), st.integers(0, 5))
def test_anchors_lie_among_the_boxes(boxes, seed):
    boxes = [[*box] for box in boxes]
    k = min(3, len({tuple(box) for box in boxes}))
    anchors = calculate("anchors", boxes=boxes, k=k, seed=seed, starts=2).value

    assert len(anchors) == k
    for axis in (0, 1):
        sides = [box[axis] for box in boxes]
        assert all(min(sides) <= anchor[axis] <= max(sides) for anchor in anchors)


VOC = """<annotation><size><width>500</width></size>
<object><name>person</name>
  <bndbox><xmin>10</xmin><ymin>20</ymin><xmax>{x2}</xmax><ymax>50</ymax></bndbox>
  <part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
</object></annotation>
"""
COCO = {"images": [{"id": 1}], "annotations": [
    {"id": 1, "bbox": [5, 5, 30, 30], "segmentation": [[1, 2]]},
    {"id": 2, "bbox": [0, 0, 7.5, 20]},
    {"id": 3, "bbox": [0, 0, 600, 400], "iscrowd": 1},
]}  # fmt: skip


@pytest.mark.parametrize(("files", "name", "found"), [
    ({"b.csv": "30,30\n7.5,20\n"}, "b.csv", [[7.5, 20], [30, 30]]),
    ({"b.csv": "id,h,w\n1,30,30\n2,20,7.5\n"}, "b.csv", [[7.5, 20], [30, 30]]),
    ({"b.csv": "x1,y1,x2,y2,name\n0,0,30,30,cat\n1,1,8.5,21,dog\n"}, "b.csv", [[7.5, 20], [30, 30]]),
    ({"b.csv": "0,0,30,30\n1,1,8.5,21\n"}, "b.csv", [[7.5, 20], [30, 30]]),
    ({"b.json": json.dumps(COCO)}, "b.json", [[7.5, 20], [30, 30]]),
    ({"b.json": "[[30, 30], [7.5, 20]]"}, "b.json", [[7.5, 20], [30, 30]]),
    ({"b.json": '[{"box": [0, 0, 30, 30], "score": 1}, {"box": [0, 0, 7.5, 20]}]'}, "b.json", [[7.5, 20], [30, 30]]),
    ({"b.txt": "0 0.5 0.5 0.25 0.5\n\n3 .5 .5 .5 .75\n"}, "b.txt", [[0.25, 0.5], [0.5, 0.75]]),
    ({"a.txt": "0 0.5 0.5 0.25 0.5\n", "b.txt": "3 .5 .5 .5 .75\n", "c.txt": "", "classes.txt": "cat\n"}, ".",
     [[0.25, 0.5], [0.5, 0.75]]),
    ({"a.xml": VOC.format(x2=40), "b.xml": VOC.format(x2=60)}, ".", [[30, 30], [50, 30]]),
    ({"a.xml": VOC.format(x2=40).replace("</object>", "</object>"
      "<object><bndbox><ymax>9</ymax><xmin>1.5</xmin><ymin>1</ymin><xmax>3.5</xmax></bndbox></object>")},
     "a.xml", [[2, 8], [30, 30]]),
])  # fmt: skip
def test_files(tmp_path, monkeypatch, files, name, found):
    monkeypatch.chdir(tmp_path)
    for file, text in files.items():
        Path(file).write_text(text, encoding="utf-8")

    assert calculate("anchors", boxes=name, k=2).value == found


@pytest.mark.parametrize(("flat", "note"), [
    ([], []),
    ([[0, 9]], ["1 box without area left out"]),
    ([[0, 9], [9, 0.0], [0, 0]], ["3 boxes without area left out"]),
])  # fmt: skip
def test_boxes_of_coco_without_area_are_left_out_and_counted(tmp_path, flat, note):
    boxes = [[7.5, 20], *flat, [30, 30]]
    file = tmp_path / "b.json"
    file.write_text(json.dumps({"annotations": [{"bbox": [1, 2, *sides]} for sides in boxes]}), encoding="utf-8")
    found = calculate("anchors", boxes=file, k=2)
    match = calculate("anchor-match", boxes=file, anchors=[30, 30])

    assert found.value == [[7.5, 20], [30, 30]]
    assert found.to_dict()["notes"] == note
    assert [box["iou"] for box in match.value] == [150 / 900, 1]
    assert match.to_dict()["notes"] == note


def test_shares_of_the_image_become_pixels(tmp_path):
    file = tmp_path / "labels.txt.txt"
    file.write_text("0 .5 .5 .25 .5\n0 .5 .5 .5 .75\n", encoding="utf-8")

    assert calculate("anchors", boxes=str(file), k=2, image=[400, 200]).value == [[100, 100], [200, 150]]
    assert calculate("anchors", boxes=str(file), k=2, image=100).value == [[25, 50], [50, 75]]


@pytest.mark.parametrize(("name", "text", "message"), [
    ("b.csv", "w,h\n3,4\n3\n", "b.csv:3: 1 columns where the first line has 2"),
    ("b.csv", "w,h\n3,0\n", "b.csv:2: --boxes[0] has a height of 0"),
    ("b.csv", "w,h\n3,four\n", "b.csv:2: --boxes[0][1] must be a number, got `four`"),
    ("b.csv", "w,h\nnan,4\n", "b.csv:2: --boxes[0][0] must be a finite number, got NaN"),
    ("b.csv", "w,x\n3,4\n", "b.csv:1: no columns w, h or x1, y1, x2, y2"),
    ("b.csv", "1,2,3\n", "b.csv:1: --boxes[0] must be [w, h] or [x1, y1, x2, y2], got [1, 2, 3]"),
    ("b.csv", "5,5,1,9\n", "b.csv:1: --boxes[0] is inverted: x2 1 is left of x1 5"),
    ("b.csv", " ", "b.csv is empty"),
    ("b.json", "{}", "b.json:1: --boxes is no COCO file: it has no list of `annotations`"),
    ("b.json", '{"annotations": [\n{"bbox": [0, 0, 1, 1]},\n{"bbox": [0, 0, -2, 0]}]}',
     "b.json:3: --boxes.annotations[1].bbox has a width of -2"),
    ("b.json", '{"annotations": [{"bbox": [0, 0, 1, false]}]}',
     "b.json:1: --boxes.annotations[0].bbox[1] must be a number, got false"),
    ("b.json", '{"annotations": [{"bbox": [0, 0, 0, 1]}]}', "--boxes holds no boxes with an area"),
    ("b.json", '{"annotations": [\n{"bbox": [0, 0, 1]}]}',
     "b.json:2: --boxes.annotations[0].bbox must be [x, y, w, h], got [0, 0, 1]"),
    ("b.json", '{"annotations": [{}]}', "b.json:1: --boxes.annotations[0] has no `bbox`"),
    ("b.json", '{"annotations": []}', "--boxes holds no boxes"),
    ("b.json", '[{"bax": 1}]', "b.json:1: --boxes[0] has no `box`"),
    ("b.json", "[1, 2, 3]", "b.json:1: --boxes must be pairs of width and height, got 3 numbers"),
    ("b.json", "3", "b.json:1: --boxes must be a list of [w, h], got 3"),
    ("b.txt", "0 .5 .5 .5 .5\n0 .5 .5 .5 1.5\n", "b.txt:2: --boxes[1] has a side of 1.5"),
    ("b.txt", "0 .5 .5 .5 .5\n0 .5 .5 .5\n", "b.txt:2: --boxes[1] must be class, cx, cy, w, h; it has 4 words"),
    ("b.txt", "0 .5 .5 .5 wide\n", "b.txt:1: --boxes[0][1] must be a number, got `wide`"),
    ("b.xml", "<annotation>\n<object>", "b.xml:2: not XML: no element found"),
    ("b.xml", '<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "other.dtd">\n<a/>', "b.xml:2: a document type is declared"),
    ("b.xml", "<a>\n<object><bndbox><xmin>1</xmin></bndbox></object></a>", "b.xml:2: a bndbox has no ymin"),
    ("b.xml", VOC.format(x2=5), "b.xml:3: a bndbox is inverted: x2 5 is left of x1 10"),
    ("b.xml", VOC.format(x2="wide"), "b.xml:3: a bndbox xmax must be a number, got `wide`"),
    ("b.xml", "<a/>", "--boxes holds no boxes"),
    ("absent.csv", None, "cannot read absent.csv"),
])  # fmt: skip
def test_what_is_wrong_in_a_file(tmp_path, monkeypatch, cnncalc, name, text, message):
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path(name).write_text(text, encoding="utf-8")
    said = cnncalc("calc", "anchors", "--boxes", name, "--k", "1")

    assert said.code in (1, 2)
    assert said.out == ""
    assert said.err.startswith(f"cnncalc: {message}")
    assert said.err.count("\n") == 1


def test_an_entity_is_never_expanded(tmp_path):
    """Refused where the declaration begins: neither a small bomb nor a file's text gets any further."""
    (tmp_path / "secret").write_text("1", encoding="utf-8")
    file = tmp_path / "a.xml"
    file.write_text(f'<!DOCTYPE a [<!ENTITY e SYSTEM "{tmp_path}/secret">]>\n{VOC.format(x2="&e;")}', encoding="utf-8")
    with pytest.raises(UsageError, match="a document type is declared, which labels have not"):
        calculate("anchors", boxes=str(file), k=1)


@pytest.mark.parametrize(("name", "text"), [
    ("b.json", '{"annotations": [' + '{"bbox": [0,0,1,1]},' * 11 + "0]}"),
    ("b.json", "[" + "[1,1]," * 11 + "[1,1]]"),
    ("b.csv", "1,1\n" * 12),
    ("b.txt", "0 0 0 1 1\n" * 12),
])  # fmt: skip
def test_too_many_boxes(tmp_path, monkeypatch, name, text):
    monkeypatch.setattr(labels, "MOST", 10)
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds 1[12] boxes or more, more than 10"):
        calculate("anchors", boxes=str(file), k=1)


@pytest.mark.parametrize(("inputs", "message"), [
    ({"k": 5}, "`k` is 5, and there are only 4 different sizes"),
    ({"k": "4:2"}, "`k` must be a range that ends where it begins or later, got 4:2"),
    ({"k": "a:b"}, "`k` must be a number, or a range such as 1:9, got `a:b`"),
    ({"k": [1, 2, 4]}, "`k` must be a number, or a range such as 1:9, got [1, 2, 4]"),
    ({"k": 0}, "`k` must be at least 1, got 0"),
    ({"image": [100, 100]}, "`image` is for sides that are shares of the image, and one is 102"),
    ({"image": [1, 2, 3]}, "`image` must be width and height of the image, got [1, 2, 3]"),
    ({"image": 0}, "`image` must be above 0, got 0"),
    ({"boxes": []}, "`boxes` holds no boxes"),
    ({"boxes": "boxes"}, "`boxes` must be a list of [w, h], or a file or folder of labelled boxes, got `boxes`"),
    ({"boxes": [[1, 1e-200], [1e-200, 1]]}, "`k` is"),
    ({"boxes": [[1e-200, 1e-200]]}, "`boxes[0]` has an area that is too small for a float"),
    ({"boxes": [[1, 2], 3]}, "`boxes[1]` must be [w, h] or [x1, y1, x2, y2], got 3"),
    ({"starts": 10**8}, "`starts` of 100000000 with 4 boxes would take very long"),
])  # fmt: skip
def test_what_is_wrong_in_arguments(inputs, message):
    with pytest.raises(UsageError) as refused:
        calculate("anchors", **{"boxes": PAIRS, "k": 4, **inputs})

    assert str(refused.value).startswith(message)


def test_a_folder_without_labels(tmp_path):
    with pytest.raises(UsageError, match=r"holds no \.txt or \.xml files of labels"):
        calculate("anchors", boxes=str(tmp_path), k=1)
    (tmp_path / "a.txt").touch()
    with pytest.raises(UsageError, match="holds no boxes"):
        calculate("anchors", boxes=tmp_path, k=1)


def test_npy(tmp_path):
    np = pytest.importorskip("numpy")
    np.save(tmp_path / "a.npy", np.array([[3.0, 4.0]]))

    assert calculate("anchors", boxes=str(tmp_path / "a.npy"), k=1).value == [[3, 4]]
    assert calculate("anchors", boxes=np.array([[3.0, 4.0]]), k=1).value == [[3, 4]]


# Matching -----------------------------------------------------------------------------------------


def test_matching_by_hand():
    """IoUs: 200 / 240 and 240 / 1600; 200 / 1500 and 1200 / 1900; 200 / 400 and 400 / 1600."""
    result = calculate("anchor-match", anchors=[10, 20, 40, 40], boxes=[[12, 20], [50, 30], [20, 20]])

    assert result.value == [
        {"anchor": 0, "iou": 200 / 240, "positive": [0]},
        {"anchor": 1, "iou": 1200 / 1900, "positive": [1]},
        {"anchor": 0, "iou": 0.5, "positive": [0]},
    ]
    assert result.working[0].value == 200 / 240
    assert result.working[2].line() == "anchor of box 0 = the one of IoU 0.8333333333 = 0"
    assert result.working[0].formula == (
        "IoU(0, 0) = min(w_0, p_w0)·min(h_0, p_h0) / (w_0·h_0 + p_w0·p_h0 − min(w_0, p_w0)·min(h_0, p_h0))")  # fmt: skip


def test_of_equally_good_anchors_the_first_is_chosen_and_both_are_positive():
    found = calculate("anchor-match", anchors=[[10, 20], [20, 10]], boxes=[[20, 20]], positive=0.4).value

    assert found == [{"anchor": 0, "iou": 0.5, "positive": [0, 1]}]


def test_too_many_pairs():
    with pytest.raises(UsageError, match="`boxes` makes 10,001,000 pairs with the anchors, more than 10,000,000"):
        calculate("anchor-match", anchors=[[1, 1]] * 1000, boxes=[[1, 1]] * 10_001)


class Draws:
    """A random that draws what it is told."""

    def __init__(self, *draws):
        self.draws = iter(draws)

    def random(self):
        return next(self.draws)


def test_a_draw_beyond_the_last_misfit_takes_the_box_that_fits_worst():
    """The sum of the misfits, taken off one by one, need not end below 0."""
    boxes = ((10, 10), (100, 100), (12, 12))

    assert clustering._first(boxes, 2, Draws(0.0, 1.0)) == [(10, 10), (100, 100)]


def test_iterations_have_an_end(monkeypatch):
    monkeypatch.setattr(clustering, "MOST_ITERATIONS", 1)
    [found] = clustering.clusters(((10, 10), (100, 100)), 1, 1, Draws())

    assert found == ([(10, 10)], 1.01)


def test_an_anchor_becomes_the_mean_or_where_that_is_better_the_median():
    """Of 10, 10, 100 the mean is 40: IoUs 1/16, 1/16 and 0.16; the median 1, 1 and 0.01."""
    assert calculate("anchors", boxes=[[10, 10], [10, 10], [100, 100]], k=1).value == [[10, 10]]
    assert calculate("anchors", boxes=[[10, 10], [30, 10], [20, 10]], k=1).value == [[20, 10]]


def test_one_anchor_needs_no_chance():
    boxes = sizes(4, 300)
    found = [calculate("anchors", boxes=boxes, k="1:2", seed=seed, starts=1).value for seed in range(5)]
    mean = [sum(side) / 300 for side in zip(*boxes, strict=True)]

    assert len({str(entry[0]) for entry in found}) == 1
    assert found[0][0]["iou"] >= max(fit(boxes, [anchor]) for anchor in [mean, *boxes]) - 1e-12


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=2, max_size=40, unique=True),
    st.integers(0, 9),
    st.sampled_from([5, 400]),
)
def test_with_more_anchors_the_mean_iou_never_falls(boxes, seed, sample):
    """Not even where a sample chooses the starts."""
    most = min(6, len(boxes))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clustering, "SAMPLE", sample)
        found = calculate("anchors", boxes=[[*box] for box in boxes], k=f"1:{most}", seed=seed, starts=1).value
        alone = calculate("anchors", boxes=[[*box] for box in boxes], k=most, seed=seed, starts=1).value

    assert all(a["iou"] <= b["iou"] for a, b in pairwise(found))
    assert alone == found[-1]["anchors"]
    for entry in found:
        assert fit(boxes, entry["anchors"]) == pytest.approx(entry["iou"], rel=1e-12)


def plain(boxes, k, random):
    """K-means as it is told: k boxes drawn at random, and means until nothing changes (or 300 times)."""
    anchors, owners = random.sample(boxes, k), []
    for _ in range(300):
        before, owners = owners, [max(range(k), key=lambda n: fit([box], [anchors[n]])) for box in boxes]
        if owners == before:
            break
        for n in range(k):
            mine = [box for box, owner in zip(boxes, owners, strict=True) if owner == n]
            anchors[n] = [sum(side) / len(mine) for side in zip(*mine, strict=True)] if mine else anchors[n]
    return fit(boxes, anchors)


@pytest.mark.parametrize("sample", [30, 400])
def test_no_worse_than_plain_runs(monkeypatch, sample):
    monkeypatch.setattr(clustering, "SAMPLE", sample)
    boxes = sizes(5, 80)
    for entry in calculate("anchors", boxes=boxes, k="1:4").value:
        best = max(plain(boxes, entry["k"], Random(seed)) for seed in range(3))  # noqa: S311
        assert entry["iou"] >= best - 1e-12


def test_of_very_many_boxes_the_first_are_matched_step_by_step():
    found = calculate("anchor-match", anchors=[[1, 1], [9, 9]], boxes=[[9, 8]] * 7_000)

    assert len(found.value) == 7_000
    assert len(found.working) == 6_666 * 3
    assert found.section().notes == ["334 more boxes are matched in the same way"]
