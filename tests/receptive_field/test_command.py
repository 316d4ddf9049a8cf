"""`cnncalc receptive-field`: what it prints, and what it says of what it cannot do."""

import json

import pytest

from cnncalc import UsageError, analyze, loads

LINE = """name: line
input: {channels: 1, size: [40, 30]}
layers:
  - conv: {filters: 2, kernel: [7, 1], dilation: [3, 1], name: tall, norm: batch_norm, activation: relu}
  - conv: {filters: 2, kernel: [1, 3], stride: [1, 2], name: wide}
"""
TWO = """name: two
inputs:
  left: {channels: 1, size: [16, 16]}
  right: {channels: 1, size: [16, 16]}
layers:
  - conv: {from: left, filters: 2, kernel: 3, padding: same, name: a}
  - conv: {from: right, filters: 2, kernel: 5, padding: same, name: b}
  - add: {from: [a, b], name: sum}
"""
VECTOR = "name: vector\ninput: {features: 10}\nlayers: [dense: 3]\n"
BROKEN = """name: broken
input: {channels: 3, size: [32, 32]}
layers:
  - conv: {filters: 4, kernel: 3, name: a}
  - conv: {filters: 4, kernel: 40, name: b}
"""
NOTES = """\
elements of the input, borders ignored
first centre: 0 is the middle of the first element
effective: 4σ of the influence where all weights are equal, about 95 % of it
seen %: how much of the field a unit reads; below 100 it has holes
"""


@pytest.fixture
def run(cnncalc):
    """`cnncalc receptive-field` of a text."""
    return lambda text, *arguments: cnncalc("receptive-field", "-", *arguments, stdin=text)


CUT = """dialect: torch
input: {channels: 4, size: [16]}
layers:
  - reshape: {to: {channels: 4, size: [4, 4]}, name: fold}
  - conv: {filters: 4, kernel: [1, 3], padding: [0, 1]}
"""


# Units 0 and 3 of each row of four see two elements: what is next to them in the input is not beside them.
def test_borders_count_along_an_axis_that_is_cut(run):
    code, out, _ = run(CUT)

    assert code == 0
    assert " 2–3 " in out.splitlines()[3]
    assert "elements of the input, borders ignored; along an axis that fold cuts they count from there on\n" in out


def test_the_table(run):
    # 1 + (7 − 1)·3 = 19 rows of which 7 are read, 7/19 = 36.8 %; (40 − 19) + 1 = 22 units.
    assert run(LINE) == (0, """\
layer  op            window        N  field  shortest  jump  first centre  effective  seen %  flags
input  input                   40×30      1         1     1             0
tall   conv+bn+relu  7×1 d3,1  22×30   19×1      19×1     1           9×0       19×–    36.8  holes
wide   conv          1×3 s1,2  22×14   19×3      19×3   1×2           9×1       19×3    36.8
line · input 1×40×30
wide sees 19×3; the input has 40×30
for inputs of 19×3: no layer is unproductive, and the field covers the input
no output depends on 29 along w of input
""" + NOTES, "")  # fmt: skip


def test_every_axis(run):
    _, out, _ = run(LINE, "--all-axes", "--columns", "layer,field,jump,centre")
    assert out.splitlines()[1:4] == ["input    1×1   1×1           0×0", "tall    19×1   1×1           9×0",
                                     "wide    19×3   1×2           9×1"]  # fmt: skip


def test_one_layer_is_one_row_also_with_chosen_columns(run):
    assert run(LINE, "--layer", "tall")[1].splitlines()[1].startswith("tall   conv+bn+relu  7×1 d3,1  22×30   19×1")
    assert run(LINE, "--layer", "tall", "--columns", "layer,field")[1].splitlines()[:3] == [
        "layer  field", "tall    19×1", "line · input 1×40×30"]  # fmt: skip
    assert [line.split()[0] for line in run(LINE, "--layer", "tall.norm", "--expand")[1].splitlines()[:2]] == ["layer", "tall.norm"]


def test_one_unit(run):
    code, out, _ = run(LINE, "--layer", "wide", "--unit", "2,-1")

    assert code == 0
    # 14 units of stride 2: the last begins at column 26. Seven rows times three columns.
    assert ("wide[2,13] sees of input rows 2–20, columns 26–28 (19×3), 36.8 % of it: 21 elements\n"
            "  through 21 paths, 95 % of them within 19×3\n") in out  # fmt: skip
    assert run(LINE, "--unit", "2,-1")[1] == out


def test_a_unit_beside_the_border_of_two_inputs(run):
    out = run(TWO, "--layer", "sum", "--unit", "0,0")[1]

    assert "sum[0,0] sees of left rows 0–1, columns 0–1 (2×2)\n" in out
    assert "sum[0,0] sees of right rows 0–2, columns 0–2 (3×3)\n" in out


def test_the_input_that_is_meant(run):
    left, right = run(TWO)[1], run(TWO, "--from", "right")[1]

    assert "sum sees 3 of left, which has 16\n" in left
    assert "sum sees 5 of right, which has 16\n" in right
    row = "sum    add            left, right  16      {0}         {0}     1             0          {0}   100.0\n"
    assert row.format(3) in left
    assert row.format(5) in right


def test_the_units_that_see_an_element(run):
    code, out, _ = run(TWO, "--project", "3,3")

    assert code == 0
    assert out.splitlines()[1:] == [
        "left   input  1×16×16               3, 3      1  0.4",
        "right  input  1×16×16",
        "a      conv   2×16×16           2–4, 2–4      9  3.5",
        "b      conv   2×16×16",
        "sum    add    2×16×16           2–4, 2–4      9  3.5",
        "two · the projective field of left[3,3]: first and last on each axis",
    ]


def test_the_working(run):
    out = run(TWO, "--from", "right", "--show-working")[1]
    assert """\
right  R = 1, jump 1
b      R = 1 + (5 − 1)·1 = 5, jump 1
       R = 1 + (5 − 1)·1 = 5
""" in out
    out = run(LINE, "--layer", "wide", "--show-working")[1]
    assert """\
axis 0
input  R = 1, jump 1
tall   R = 1 + (7 − 1)·3·1 = 19, jump 1
       R = 1 + (7 − 1)·3·1 = 19
axis 1
input  R = 1, jump 1
wide   R = 1 + (3 − 1)·1 = 3, jump 1·2 = 2
       R = 1 + (3 − 1)·1 = 3
""" in out


def test_an_object(run):
    rows = run(LINE, "--object-size", "19,2", "--columns", "layer,flags")[1].splitlines()[1:4]
    assert rows == ["input", "tall   holes, below object", "wide"]


@pytest.mark.parametrize(("inner", "options", "inside", "block"), [
    # Taps 2 apart leave holes, which the next window fills in: -3…3 is read in full, and 7 elements of 7.
    ("{conv: {filters: 1, kernel: 3, dilation: 2}}, {conv: {filters: 1, kernel: 3}}", (), "holes", ""),
    ("{conv: {filters: 1, kernel: 3}}, {conv: {filters: 1, kernel: 3, dilation: 4}}", (), "holes", "holes"),
    ("{conv: {filters: 1, kernel: 3}}, {conv: {filters: 1, kernel: 5}}", ("--object-size", "6"), "below object", ""),
    ("{conv: {filters: 1, kernel: 3}}, {conv: {filters: 1, kernel: 3}}", ("--object-size", "6"), "below object", "below object"),
    # Units at the border of a padding of 4 see nothing, until a window of 9 reaches the input again.
    ("{conv: {filters: 1, kernel: 1, padding: 4}}, {conv: {filters: 1, kernel: 9}}", (), "blind units", ""),
    ("{conv: {filters: 1, kernel: 1, padding: 4}}, {conv: {filters: 1, kernel: 3}}", (), "blind units", "blind units"),
    # 21 of 20 elements are seen behind the first two: the third reads units that see it all.
    (("{conv: {filters: 1, kernel: 11, padding: same}}, {conv: {filters: 1, kernel: 11, padding: same}}, "
      "{conv: {filters: 1, kernel: 3, padding: same}}"), (), "border", "border"),
])  # fmt: skip
def test_a_block_has_no_flag_that_is_untrue_of_it(run, inner, options, inside, block):
    text = f"input: {{channels: 1, size: [20]}}\nblocks: {{B: {{layers: [{inner}]}}}}\nlayers:\n  - B: {{name: b}}\n"

    def flags(*looks):
        table = json.loads(run(text, *options, *looks, "--format", "json").out)["layers"]
        return [flag for row in table for flag in row["flags"] if row["op"] != "input"]

    assert inside in flags()
    assert flags("--depth", "1") == [block][: bool(block)]


def test_without_a_map_there_is_nothing_to_explain(run):
    assert run(VECTOR) == (0, "layer   op\ninput   input\ndense1  dense\nvector · input 10\nno layer sees a map\n", "")


def test_the_sound_part_of_a_broken_net(run):
    code, out, err = run(BROKEN)

    assert code == 1
    assert "a      conv   3×3     30      3         3     1             1          3   100.0\n" in out
    assert "✗ b (conv): E301, given a 4×30×30\n" in out
    assert "a sees 3; the input has 32\n" in out
    assert err.startswith("error[E301]: kernel 40 does not fit")


@pytest.mark.parametrize(("text", "arguments", "message"), [
    (LINE, ["--layer", "nope"], "line has no layer `nope` (`cnncalc shapes` shows the names of the layers)"),
    (LINE, ["--layer", "tail"], "line has no layer `tail` (did you mean `tall`?)"),
    (LINE, ["--layer", "wide", "--unit", "3"], "unit 3 has 1 axis, wide has 2 (wide is 2×22×14)"),
    (LINE, ["--layer", "wide", "--unit", "3,14"], "unit 3,14 is outside of wide (its places are 0 to 13)"),
    (LINE, ["--unit", "1,x"], "--unit takes whole numbers, got 1,x (--unit 3,5)"),
    (LINE, ["--from", "right"], "line has no input `right` (inputs: input)"),
    (TWO, ["--from", "rigth"], "two has no input `rigth` (did you mean `right`?)"),
    (LINE, ["--project", "1"], "element 1 has 1 axis, input has 2 (input is 1×40×30)"),
    (LINE, ["--project", "40,0"], "element 40,0 is outside of input (its places are 0 to 39)"),
    (LINE, ["--project", "0,0", "--unit", "1,1"], "--project is about all layers, --layer and --unit about one (give one of them)"),
    (LINE, ["--object-size", "0,5"], "--object-size must be above 0, got 0,5 (--object-size 32,32)"),
    (LINE, ["--object-size", "big"], "--object-size takes whole numbers, got big (--object-size 3,5)"),
    (VECTOR, ["--layer", "dense1", "--unit", "0"], "unit 0 has 1 axis, dense1 has none (dense1 is 3)"),
    (LINE, ["--image", "x.png"], "--image is about a picture (--plot FILE --image … draws one)"),
    (LINE, ["--plot", "x.gif"], "cannot tell from `x.gif` what kind of picture it is to be (the ending is one of .svg, .png, .pdf)"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line(run, text, arguments, message):
    assert run(text, *arguments) == (2, "", f"cnncalc: {message}\n")


def test_the_json(run):
    document = json.loads(run(TWO, "--layer", "sum", "--unit", "0,0", "--format", "json", "--show-working")[1])

    assert document["analysis"] == "receptive-field"
    assert [row["layer"] for row in document["layers"]] == ["left", "right", "a", "b", "sum"]
    one = document["layers"][-1]["receptive_field"]["right"][0]
    assert (one["size"], one["stride"], one["offset"], one["padding"], one["global"]) == (5, "1", "0", "2", False)
    assert document["totals"]["receptive_field_of"] == "sum"
    assert document["totals"]["unread"] == {"left": [[], []], "right": [[], []]}
    unit = document["units"][0]
    assert (unit["layer"], unit["unit"]) == ("sum", [0, 0])
    assert unit["boxes"] == {"left": [[0, 1], [0, 1]], "right": [[0, 2], [0, 2]]}
    assert unit["elements"] == {"left": 4, "right": 9}
    assert document["working"][0] == "left  R = 1, jump 1"


def test_it_is_a_function_too():
    network = loads(TWO)

    assert analyze(network, "receptive-field", from_="right", object_size=[6, 6]).rows[-1].values["flags"] == ["below object"]
    with pytest.raises(UsageError, match="two has no input `up`"):
        analyze(network, "receptive-field", from_="up")


@pytest.mark.parametrize(("width", "left_out"), [(80, "seen %, shortest, effective, first centre"), (160, None)])
def test_a_terminal(run, width, left_out):
    text = LINE.replace("name: tall", "name: a_tall_window_of_seven_rows")
    out = run(text, "--format", "rich", "--width", str(width), "--color", "never")[1]

    table = out.split("line · input")[0].splitlines()
    assert max(map(len, table)) <= width
    told = f"too narrow for: {left_out} (--width and --columns help)" in " ".join(out.split())
    assert told == (left_out is not None)
