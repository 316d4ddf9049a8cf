"""Non-max suppression: by hand, by OpenCV, by a plain reading of its steps, in general."""

import json
from operator import ge, gt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc import UsageError, calculate
from cnncalc.calculator import boxes as reading

from .boxes import boxes

TRUTH = json.loads((Path(__file__).parent / "truth" / "nms.json").read_text(encoding="utf-8"))
RULES = {"at-least": ge, "above": gt}


def made(row):
    image = {key: row[key] for key in ("width", "height") if key in row}
    return boxes(row["seed"], row["count"], row["classes"], whole=row["whole"], **image)


def overlap(a, b):
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = width * height if width > 0 and height > 0 else 0
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def read_plainly(given, score, iou, rule, per_class=True):
    """The textbook's steps, word for word: all pairs."""
    left = [i for i, box in enumerate(given) if box["score"] >= score]
    kept = []
    while left:
        best = max(left, key=lambda i: (given[i]["score"], -i))
        kept.append(best)
        left = [i for i in left if i != best and not (
            (not per_class or given[i].get("class") == given[best].get("class"))
            and RULES[rule](overlap(given[best]["box"], given[i]["box"]), iou))]  # fmt: skip
    return kept


def nms(given, **options):
    return calculate("nms", boxes=given, **options).value


A, OVER_A, APART, WEAK = (
    {"box": [0, 0, 4, 4], "score": 0.9, "class": "cat"},
    {"box": [0, 1, 4, 5], "score": 0.8, "class": "cat"},  # shares 12 of 20 with A
    {"box": [6, 6, 8, 8], "score": 0.7, "class": "cat"},
    {"box": [0, 6, 2, 8], "score": 0.3, "class": "cat"},
)


@pytest.mark.parametrize(("given", "options", "kept"), [
    ([A, OVER_A, APART, WEAK], {}, [0, 2]),
    ([APART, WEAK, OVER_A, A], {}, [3, 0]),
    ([A, OVER_A, APART, WEAK], {"score": 0.3}, [0, 2, 3]),      # a score equal to the threshold stays
    ([A, OVER_A], {"iou": 0.61}, [0, 1]),
    ([A, OVER_A], {"iou": 0.6}, [0]),                           # 12 / 20 is at least 0.6
    ([A, OVER_A], {"iou": 0.6, "rule": "above"}, [0, 1]),       # and not above it
    ([A, {**OVER_A, "class": "dog"}], {}, [0, 1]),
    ([A, {**OVER_A, "class": "dog"}], {"per_class": False}, [0]),
    ([{**A, "score": 0.8}, OVER_A], {}, [0]),                   # of equal scores the first
    ([OVER_A, {**A, "score": 0.8}], {}, [0]),
    ([A, APART], {"iou": 0}, [0]),                              # an IoU of 0 is at least 0
    ([A, APART, OVER_A], {"iou": 0, "rule": "above"}, [0, 1]),
    ([A, {**A, "score": 0.7}, OVER_A], {"iou": 1}, [0, 2]),     # only equal boxes
    ([], {}, []),
    ([[0, 0, 4, 4, 0.9], [0, 1, 4, 5, 0.8]], {}, [0]),        # rows, as in CSV
])  # fmt: skip
def test_by_hand(given, options, kept):
    assert nms(given, **options) == kept


@pytest.mark.parametrize("rule", RULES)
def test_recorded_readings(rule):
    for row in TRUTH["sets"]:
        found = nms(made(row), score=row["score"], iou=row["iou"], rule=rule)
        assert found == row["ge" if rule == "at-least" else "gt"], row["seed"]


@pytest.mark.slow
def test_opencv():
    """It computes in single precision: a score or an IoU that equals a threshold may fall either way."""
    same = 0
    for row in TRUTH["sets"]:
        given = made(row)
        found = nms(given, score=row["score"], iou=row["iou"], rule="above")
        same += found == row["opencv"]
        for index in set(found) ^ set(row["opencv"]):
            others = (overlap(given[index]["box"], given[i]["box"]) for i in found if i != index)
            assert given[index]["score"] == row["score"] or row["iou"] in others, (row["seed"], index)

    assert same >= len(TRUTH["sets"]) - 7


def test_opencv_keeps_the_same_of_ten_thousand_boxes_with_random_doubles():
    row = next(row for row in TRUTH["sets"] if row["count"] == 10_000 and not row["whole"])
    found = nms(made(row), score=row["score"], iou=row["iou"], rule="above")

    assert len(found) > 2000
    assert sorted(found) == sorted(row["opencv"])


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(("classes", "options"), [
    (80, {"score": 0.6, "iou": 0.5, "rule": "at-least"}),
    (80, {"score": 0.05, "iou": 0.7, "rule": "above"}),
])  # fmt: skip
@pytest.mark.slow
def test_ten_thousand_boxes_are_those_of_the_plain_reading(whole, classes, options):
    given = boxes(10_000, 10_000, classes, whole=whole)
    kept = []
    for name in {box["class"] for box in given}:  # class by class, for the reading takes its time
        own = [i for i, box in enumerate(given) if box["class"] == name]
        kept += [own[i] for i in read_plainly([given[i] for i in own], **options)]

    assert nms(given, **options) == sorted(kept, key=lambda i: (-given[i]["score"], i))


SIDE = st.integers(1, 40)
PLACE = st.integers(-30, 30)


@st.composite
def detections(draw, scale=1):
    found = []
    for _ in range(draw(st.integers(0, 25))):
        x, y, width, height = draw(PLACE), draw(PLACE), draw(SIDE), draw(SIDE)
        found.append({"box": [x * scale, y * scale, (x + width) * scale, (y + height) * scale],
                      "score": draw(st.integers(0, 10)) / 10, "class": draw(st.sampled_from("ab"))})  # fmt: skip
    return found


OPTIONS = st.fixed_dictionaries({
    "score": st.sampled_from([0, 0.3, 0.6]),
    "iou": st.sampled_from([0, 0.001, 1 / 64, 0.05, 0.1, 0.25, 1 / 3, 0.5, 0.7, 0.99, 1]) | st.floats(0, 1),
    "rule": st.sampled_from([*RULES]),
    "per_class": st.booleans(),
})  # fmt: skip


@settings(max_examples=400)
@given(st.sampled_from([1, 0.37, 2.0**-300, 1e90, 7e13]).flatmap(detections), OPTIONS)
@pytest.mark.slow
def test_the_index_misses_no_box(given, options):
    assert nms(given, **options) == read_plainly(given, **options)


@pytest.mark.parametrize("first", ["long", "short"])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(("share", "long"), [(1 / 2, 64), (1 / 4, 64), (3 / 4, 64), (1 / 32, 64), (63 / 64, 64), (1 / 3, 3)])
@pytest.mark.parametrize(("base", "unit"), [(0, 1), (0, 2.0**-300), (2**60, 2**8), (-(2**60), 2**9)])
@pytest.mark.slow
def test_boxes_that_only_just_matter_are_found(base, unit, share, long, axis, first):
    """A short box at either edge of a long one has the IoU of the threshold: no pair is farther apart.

    They are moved along by eighths of the long side, across the edges of all cells; far from 0 there
    are no places for floats between theirs.
    """
    short = int(long * share)
    for place in range(-2 * long, 3 * long, max(1, long // 8)):
        for edge in (place, place + long - short):
            sides = {"long": (place, place + long), "short": (edge, edge + short)}
            made = []
            for name in sorted(sides, key=lambda name: name != first):
                low, high = (base + side * unit for side in sides[name])
                box = [low, 0, high, unit] if axis == 0 else [0, low, unit, high]
                made.append({"box": [float(v) for v in box], "score": 0.9})

            assert nms(made, iou=share) == [0], (place, edge)
            assert nms(made, iou=share, rule="above") == [0, 1]


@given(detections(), OPTIONS)
def test_a_subset_that_overlaps_little_and_stays_when_asked_again(given, options):
    kept = nms(given, **options)

    assert sorted(set(kept)) == sorted(kept)
    assert all(0 <= i < len(given) for i in kept)
    left = [given[i] for i in kept]
    for n, a in enumerate(left):
        for b in left[:n]:
            if a["class"] == b["class"] or not options["per_class"]:
                assert not RULES[options["rule"]](overlap(a["box"], b["box"]), options["iou"])
    assert nms(left, **options) == list(range(len(left)))


@given(detections(), OPTIONS)
def test_every_box_is_told_once(given, options):
    result = calculate("nms", boxes=given, **options)
    dropped, *others = result.working
    picked = [int(step.substituted.split()[-1]) for step in others if step.name.startswith("pick")]
    pairs = [step.name[4:-1].split(", ") for step in others if step.name.startswith("IoU")]

    assert picked == result.value
    assert sorted(dropped.value + picked + [int(lost) for _, lost in pairs]) == list(range(len(given)))
    for (by, lost), step in zip(pairs, (s for s in others if s.name.startswith("IoU")), strict=True):
        assert step.value == overlap(given[int(by)]["box"], given[int(lost)]["box"])


def test_far_places_of_one_size_share_a_cell_and_not_a_fate():
    """Cells are numbered modulo 2²⁰: boxes a million widths apart are compared, and both stay."""
    step = 2**20
    given = [{"box": [n * step, 0, n * step + 1, 1], "score": 0.9} for n in range(20)]

    assert nms(given) == list(range(20))


def test_the_text_tells_the_first_steps_and_counts_the_others(cnncalc, tmp_path):
    file = tmp_path / "boxes.json"
    file.write_text(json.dumps(boxes(1, 1000, 3)), encoding="utf-8")
    code, out, _ = cnncalc("calc", "nms", "--boxes", file)
    lines = out.splitlines()
    result = calculate("nms", boxes=str(file))

    assert code == 0
    assert f"  … {len(result.working) - 60:,} more steps: --format json has all" in lines
    assert lines[-1] == "  result [" + ", ".join(map(str, result.value)) + "]"
    assert [step for step in lines if step.startswith("  pick 1 ")]


def test_by_hand_in_text(cnncalc):
    assert cnncalc("calc", "nms", "--boxes", json.dumps([A, OVER_A, APART, WEAK])).out == """\
nms
  given s = 0.6 (boxes with a lower score are dropped),
        t = 0.5 (boxes that overlap this much are discarded)
  dropped = boxes with a score below s = [3]   (1 of 4)
  pick 1 = the largest score left = score of box 0 = 0.9   (class cat)
  IoU(0, 1) = intersection / union = 12 / 20 = 0.6   (≥ t: box 1 is discarded)
  pick 2 = the largest score left = score of box 2 = 0.7   (class cat)
  result [0, 2]
"""


CSV = "x1,y1,x2,y2,score,class\n0,0,4,4,0.9,cat\n\n0,1,4,5,0.8,cat\n6,6,8,8,0.7,cat\n"


@pytest.mark.parametrize("text", [
    CSV,
    CSV.partition("\n")[2],                                                     # no header
    "class, score, x1, x2, y1, y2\ncat,.9,0,4,0,4\ncat,.8,0,4,1,5\ncat,.7,6,8,6,8\n",
    "0,0,4,4,0.9\n0,1,4,5,0.8\n6,6,8,8,0.7\n",                                  # no classes
])  # fmt: skip
def test_csv(tmp_path, text):
    file = tmp_path / "boxes.csv"
    file.write_text(text, encoding="utf-8")

    assert nms(str(file)) == [0, 2]


def test_npy(tmp_path):
    np = pytest.importorskip("numpy")
    file = tmp_path / "boxes.npy"
    np.save(file, np.array([[0, 0, 4, 4, 0.9], [0, 1, 4, 5, 0.8], [6, 6, 8, 8, 0.7]]))

    assert nms(str(file)) == [0, 2]
    assert nms([{"box": np.array([0.0, 0, 4, 4]), "score": np.float32(0.9)}]) == [0]
    assert nms(np.load(file)) == [0, 2]


FINE = '[{"box": [0, 0, 1, 1], "score": 0.9},\n '


@pytest.mark.parametrize(("name", "text", "message"), [
    ("b.json", "", "b.json is empty"),
    ("b.json", "{}", "b.json:1: --boxes must be a list of"),
    ("b.json", FINE + '{"box": [3, 0, 1, 1], "score": 0.9}]',
     "b.json:2: --boxes[1].box is inverted: x2 1 is left of x1 3"),
    ("b.json", FINE + '{"box": [0, 0, 0, 1], "score": 0.9}]',
     "b.json:2: --boxes[1].box has no area: x1 and x2 are both 0"),
    ("b.json", FINE + '{"box": [0, 0, NaN, 1], "score": 0.9}]', "b.json:2: NaN is no number"),
    ("b.json", FINE + '{"box": [0, 0, 1e999, 1], "score": 0.9}]',
     "b.json:2: --boxes[1].box[2] must be a finite number, got inf"),
    ("b.json", FINE + '{"box": [0, 0, "1", 1], "score": 0.9}]',
     "b.json:2: --boxes[1].box[2] must be a number, got `1`"),
    ("b.json", FINE + '{"box": [0, 0, true, 1], "score": 0.9}]',
     "b.json:2: --boxes[1].box[2] must be a number, got true"),
    ("b.json", FINE + '{"box": [0, 0, 1], "score": 0.9}]',
     "b.json:2: --boxes[1].box must be [x1, y1, x2, y2], got [0, 0, 1]"),
    ("b.json", FINE + '{"box": [0, 0, 1, 1], "score": "high"}]',
     "b.json:2: --boxes[1].score must be a number, got `high`"),
    ("b.json", FINE + '{"box": [0, 0, 1, 1]}]', "b.json:2: --boxes[1] has no `score`"),
    ("b.json", FINE + '{"score": 1}]', "b.json:2: --boxes[1] has no `box`"),
    ("b.json", FINE + '{"box": [0, 0, 1, 1], "scor": 1}]', "b.json:2: --boxes[1] has an unknown key `scor`"),
    ("b.json", FINE + '{"box": [0, 0, 1, 1], "score": 1, "class": "a"}]',
     "b.json:1: --boxes[0] has no `class`, and other boxes have one"),
    ("b.json", FINE + '{"box": [0, 0, 1, 1], "score": 1, "class": [1]}]',
     "b.json:2: --boxes[1].class must be text or a whole number, got [1]"),
    ("b.json", FINE + "7]", 'b.json:2: --boxes[1] must be {"box": [x1, y1, x2, y2], "score": …}, got 7'),
    ("b.json", FINE + "[1, 2]]", "b.json:2: --boxes[1] must be x1, y1, x2, y2, score and perhaps a class: 2 values"),
    ("b.json", FINE + '{"box": [0, 0, 1e101, 1], "score": 1}]',
     "b.json:2: --boxes[1].box[2] must be at most 1e+100, got 1e+101"),
    ("b.json", FINE + '{"box": [0, 0, 1e-200, 1e-200], "score": 1}]',
     "b.json:2: --boxes[1].box has an area that is too small for a float"),
    ("b.json", FINE, "b.json:2: not JSON"),
    ("b.csv", "0,0,1,1,0.9\n0,0,1,1\n", "b.csv:2: 4 columns where the first line has 5"),
    ("b.csv", "0,0,1,1,0.9\n0,0,one,1,0.9\n", "b.csv:2: --boxes[1].box[2] must be a number, got `one`"),
    ("b.csv", "0,0,1,1,nan\n", "b.csv:1: --boxes[0].score must be a finite number, got NaN"),
    ("b.csv", "0,0,1,1\n", "b.csv:1: no column `score`"),
    ("b.csv", "0,0,1,1,0.9,cat,7\n", "b.csv:1: 7 columns"),
    ("b.csv", "x1,y1,x2,yy,score\n", "b.csv:1: unknown column `yy`"),
    ("b.csv", "x1,y1,x2,y2,score,x1\n", "b.csv:1: the column `x1` stands twice"),
])  # fmt: skip
def test_what_is_wrong_in_a_file(tmp_path, cnncalc, monkeypatch, name, text, message):
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text, encoding="utf-8")
    said = cnncalc("calc", "nms", "--boxes", name)

    assert said.code in (1, 2)
    assert said.out == ""
    assert said.err.startswith(f"cnncalc: {message}")
    assert said.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("name", "text"), [
    ("b.json", "[" + "[0,0,1,1,1]," * 10**5 + "[0,0,1,1,1]]"),
    ("b.csv", "0,0,1,1,1\n" * (10**5 + 1)),
])  # fmt: skip
def test_too_many_boxes_are_seen_before_they_are_taken_apart(tmp_path, monkeypatch, name, text):
    monkeypatch.setattr(reading, "MOST", 10**5)
    monkeypatch.setattr(reading, "json_data", None)
    monkeypatch.setattr(reading, "_csv", None)
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=f"{name} holds 100,001 boxes, more than 100,000"):
        nms(str(file))


@pytest.mark.parametrize(("options", "message"), [
    ({"iou": 1.5}, "`iou` must be at most 1, got 1.5"),
    ({"iou": float("nan")}, "`iou` must be a finite number, got NaN"),
    ({"score": "high"}, "`score` must be a number, got `high`"),
    ({"rule": "over"}, "`rule` must be one of at-least, above, got `over`"),
    ({"boxes": [{"box": [1, 0, 0, 1], "score": 1}]}, "`boxes[0].box` is inverted: x2 0 is left of x1 1"),
])  # fmt: skip
def test_what_is_wrong_in_arguments(options, message):
    with pytest.raises(UsageError) as refused:
        calculate("nms", **{"boxes": [A], **options})

    assert str(refused.value).startswith(message)


def test_boxes_as_numbers_alone():
    flat = [0, 0, 4, 4, 0.9, 0, 1, 4, 5, 0.8, 9, 9, 10, 10, 0.7]

    assert calculate("nms", boxes=flat).value == calculate("nms", boxes=[flat[:5], flat[5:10], flat[10:]]).value == [0, 2]
    with pytest.raises(UsageError) as refused:
        calculate("nms", boxes=flat[:7])
    assert str(refused.value) == "`boxes` must be five numbers for each box, x1, y1, x2, y2 and score: got 7 values"
