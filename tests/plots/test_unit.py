"""What one unit sees: the numbers behind the picture, and the picture."""

import pytest

import cnncalc
from cnncalc.errors import UsageError
from cnncalc.plots.base import sight as sights
from cnncalc.plots.base import style
from cnncalc.plots.base import unit as one_unit
from cnncalc.receptive_field.survey import Survey

from .pictures import ROOT, drawn

CHAIN, BORDER = "docs/examples/chain.yaml", "docs/examples/border.yaml"
VOLUME = """
name: volume
input: {channels: 1, size: [8, 10, 12]}
layers:
  - conv: {filters: 1, kernel: 3, dilation: 2, padding: half, name: a}
"""
LINE = "input: {channels: 1, size: [48]}\nlayers: [conv: {filters: 1, kernel: 3, dilation: 2, padding: half}]\n"


def sight(spec, unit, layer=None):
    network = cnncalc.loads(spec) if "\n" in spec else cnncalc.load(str(ROOT / spec))
    survey = Survey(network)
    index, source = survey.of_network()
    if layer:
        index = [node.name for node in network.nodes].index(layer)
    return sights.sight(survey, index, unit, source)


def test_the_sides_of_a_unit_in_the_corner():
    # R = 12, P = 5, jump 4: unit 0 spans -5 to 6 and sees 0 to 6, unit 1 spans -1 to 10.
    rows, columns = sight(CHAIN, (0, 3)).sides
    assert (rows.box, rows.hull, rows.beside, rows.centre) == ((0, 6), (-5, 6), (-1, 10), 0.5)
    assert (columns.box, columns.hull, columns.beside, columns.centre) == ((7, 18), (7, 18), (11, 22), 12.5)
    assert (rows.window, columns.window) == ((-5, 31), (0, 31))


def test_the_last_unit_has_none_beside_it():
    [side] = sight(BORDER, (2,)).sides
    assert (side.box, side.hull, side.beside) == ((2, 6), (2, 8), None)


def test_of_a_large_input_a_part_is_drawn():
    # 5 of 48 elements: as much again on both sides, and no further than the input goes.
    assert sight(LINE, (20,)).sides[0].window == (13, 27)
    assert sight(LINE, (1,)).sides[0].window == (-1, 8)


def test_padding_is_drawn_up_to_the_size_of_the_input():
    spec = "input: {channels: 1, size: [4]}\nlayers: [conv: {filters: 1, kernel: 21, padding: half}]\n"
    [side] = sight(spec, (0,)).sides
    assert side.hull == (-10, 10)
    assert side.window == (-4, 7)


def test_what_an_element_counts():
    # Elements 2 to 6 of 8 count 1, 1, 2, 1, 1: unit 1 and unit 2 of `a` both read element 4.
    assert sights.parts(sight(BORDER, (2,))).tolist() == [0.5, 0.5, 1, 0.5, 0.5]


def test_holes_count_nothing_and_what_is_seen_something():
    row = sights.parts(sight("docs/examples/dilated.yaml", (16, 16)))[0].tolist()
    # Paths of three taps two apart: 1, 3, 6, 7, 6, 3, 1 of a row, and the outermost row 1 of 7.
    assert row == pytest.approx([n / 49 for n in (1, 0, 3, 0, 6, 0, 7, 0, 6, 0, 3, 0, 1)])
    # Behind sixteen convolutions the corner counts 1 of 5,196,627², and is still seen.
    corner = sights.parts(sight("docs/examples/stack.yaml", (24, 24)))[0, 0]
    assert 0 < corner < 1e-8


def test_merges_may_count_more_than_there_are_numbers():
    merges = "\n".join("  - add: [prev, prev]" for _ in range(1100))
    spec = f"input: {{channels: 1, size: [5]}}\nlayers:\n  - conv: {{filters: 1, kernel: 3}}\n{merges}\n"
    assert sights.parts(sight(spec, (1,))).tolist() == [1, 1, 1]


# The drawing --------------------------------------------------------------------------------------

MAP = {"input", "seen", "rows", "columns", "border", "field", "next", "effective", "padding"}


def test_a_map(tmp_path):
    picture = drawn(tmp_path, "docs/examples/dilated.yaml", unit="16,16")
    assert picture.parts == MAP
    text = " ".join(picture.texts)
    assert "dilated: what c[16,16] sees of input" in text
    assert "rows 10–22, columns 10–22 (13×13), 29.0 % of it: 49 elements" in text
    assert {"row", "column", "receptive field", "of the next unit", "effective, 4σ wide"} <= set(picture.texts)
    assert "padding" not in picture.texts


def test_padding_is_named_where_it_is_seen(tmp_path):
    assert "padding" in drawn(tmp_path, CHAIN, unit="0,0").texts
    assert "padding" not in drawn(tmp_path, CHAIN, unit="3,3").texts


def test_a_large_map_has_no_grid(tmp_path):
    assert drawn(tmp_path, "docs/examples/stack.yaml", unit=[24, 24]).parts == MAP - {"rows", "columns"}


def test_a_line(tmp_path):
    picture = drawn(tmp_path, BORDER, unit="2")
    assert picture.parts == {"influence", "effective", "padding", "input", "seen", "border", "field"}
    assert {"place", "padding", "influence"} <= set(picture.texts)


def test_a_long_line_is_drawn_with_few_points():
    xs, ys = one_unit._steps(style.import_needed("numpy").arange(5117.0), 100)
    # 18 elements make a step: 285 of them.
    assert (len(xs), xs[:2], ys[:2], xs[-1], ys[-1]) == (570, [99.5, 117.5], [17, 17], 5216.5, 5116)


def test_a_volume_is_three_planes_through_what_counts_most(tmp_path):
    picture = drawn(tmp_path, VOLUME, unit="4,5,6")
    assert {"plane 4", "row 5", "column 6"} <= set(picture.texts)
    assert picture.parts == MAP
    # At the border the middle of what is seen is a hole, and the plane nearest to it is drawn.
    assert {"plane 0", "row 5", "column 6"} <= set(drawn(tmp_path, VOLUME, unit="0,5,6").texts)


def test_a_gate_is_told(tmp_path):
    text = " ".join(drawn(tmp_path, "docs/examples/gated.yaml", unit="9,9").texts)
    assert "rows 7–11, columns 7–11 (5×5); and all of it through squeeze" in text


@pytest.mark.parametrize(("spec", "unit", "message"), [
    (CHAIN, "1",     "unit 1 has 1 axis, d has 2"),
    (CHAIN, "9,9",   "unit 9,9 is outside of d"),
    (CHAIN, "a,b",   "--unit takes whole numbers"),
    ("input: {channels: 1, size: [4, 4]}\nlayers: [global_avg_pool: {keep_size: true, name: g}, conv: {filters: 1, kernel: 1}]\n",
     "0,0", "conv1.0,0. sees nothing of input by windows .it is seen through layers that see everything"),
    ("input: {channels: 1, size: [6]}\nlayers: [conv: {filters: 1, kernel: 3, padding: 3}]\n",
     "0", "conv1.0. sees only padding of input"),
    ("input: {channels: 1, size: [2, 4, 4, 4]}\nlayers: [time_distributed: {layer: {conv: {filters: 1, kernel: 3}}}]\n",
     "0,0,0,0", "input has 4 axes, and a picture shows one to three"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_said(tmp_path, spec, unit, message):
    with pytest.raises(UsageError, match=message):
        drawn(tmp_path, spec, unit=unit, layer="" if "g}" not in spec else "conv1")


def test_an_input_that_is_not_seen(tmp_path):
    spec = """
inputs: {one: {channels: 1, size: [8]}, other: {channels: 1, size: [8]}}
layers:
  - conv: {filters: 1, kernel: 3, from: one, name: a}
  - conv: {filters: 1, kernel: 3, from: other, name: b}
  - add: [a, b]
"""
    with pytest.raises(UsageError, match="b does not depend on one"):
        drawn(tmp_path, spec, layer="b", unit="1", from_="one")


# Over an image ------------------------------------------------------------------------------------


@pytest.fixture
def image(tmp_path):
    pil = pytest.importorskip("PIL.Image")
    path = tmp_path / "image.png"
    pil.new("RGB", (64, 48), (200, 30, 60)).save(path)
    return path


def test_an_image_lies_below(tmp_path, image):
    picture = drawn(tmp_path, CHAIN, unit="3,3", image=str(image))
    assert picture.parts == MAP - {"rows", "columns"} | {"image"}
    assert "seen, the clearer counts more" in picture.texts


def test_an_image_takes_the_size_and_the_channels_of_the_input(image):
    read = one_unit._read_image(str(image), (32, 20), 3)
    assert read.shape == (32, 20, 3)
    assert read[0, 0].tolist() == [200, 30, 60]
    # ITU-R 601: 0.299·200 + 0.587·30 + 0.114·60 = 84.25.
    assert one_unit._read_image(str(image), (32, 20), 1)[0, 0].tolist() == [84, 84, 84]


def test_an_image_is_clear_where_it_counts():
    found = sight("docs/examples/cross.yaml", (7, 7))
    veil = one_unit._veil(found.sides, sights.parts(found))[..., 3]
    # The middle counts twice of what the other 12 do; the 212 outside of the cross are not seen.
    assert veil.shape == (15, 15)
    assert veil[7, 7] == 0
    assert sorted(set(veil.ravel().tolist())) == [0, 41, 215]
    assert [(veil == thick).sum() for thick in (0, 41, 215)] == [1, 12, 212]


@pytest.mark.parametrize(("content", "message"), [
    (None,                      "there is no image"),
    (b"",                       "cannot read the image"),
    (b"no image",               "cannot read the image"),
    (b"\x89PNG\r\n\x1a\n" * 9,  "cannot read the image"),
])  # fmt: skip
def test_an_image_that_is_none(tmp_path, content, message):
    path = tmp_path / "broken.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        drawn(tmp_path, CHAIN, unit="3,3", image=str(path))
    assert not (tmp_path / "picture.svg").exists()


def test_a_line_has_no_image(tmp_path, image):
    with pytest.raises(UsageError, match="--image needs an input of two axes, input has 1"):
        drawn(tmp_path, BORDER, unit="2", image=str(image))
