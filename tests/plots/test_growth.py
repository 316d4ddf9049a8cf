"""The growth of the receptive field: what is drawn of which layers."""

import re
from fractions import Fraction

import pytest

import cnncalc
from cnncalc.errors import UsageError
from cnncalc.plots.base import growth
from cnncalc.receptive_field.survey import Survey

from .pictures import ROOT, drawn

CHAIN = "docs/examples/chain.yaml"


def items(path, layer=None, axis=0, depth=None):
    survey = Survey(cnncalc.load(str(ROOT / path)))
    index, source = survey.of_network()
    names = [node.name for node in survey.network.nodes]
    return growth.items(survey, names.index(layer) if layer else index, source, axis, depth)


def numbers(found):
    return [(item.name, item.low, item.high, item.least, item.jump) for item in found]


def test_a_chain_is_every_layer_that_changes_the_field():
    assert numbers(items(CHAIN)) == [
        ("input", 1, 1, 1, 1),
        ("a", 3, 3, 3, 1),
        ("b", 4, 4, 4, 2),
        ("c", 8, 8, 8, 2),
        ("d", 12, 12, 12, 4),
    ]
    assert [round(item.effective, 2) for item in items(CHAIN)] == [0, 3, 3.83, 7.57, 10]


def test_it_may_end_earlier():
    assert [item.name for item in items(CHAIN, layer="c")] == ["input", "a", "b", "c"]


def test_a_block_in_which_paths_meet_is_one_place():
    assert numbers(items("docs/examples/branches.yaml")) == [
        ("input", 1, 1, 1, 1),
        ("stem", 3, 3, 3, 1),
        ("block.0", 7, 7, 3, 1),
        ("block.1", 11, 11, 3, 1),
        ("block.2", 15, 15, 3, 1),
        ("block.3", 19, 19, 3, 1),
    ]


def test_blocks_fold_to_a_depth():
    assert [item.name for item in items("docs/examples/branches.yaml", depth=1)] == ["input", "stem", "block"]
    # ResNet-50 has 4 stages behind its stem and pooling; the last block ends with 427 and 11.
    found = items("specs/resnet50.yaml", depth=1)
    assert [item.name for item in found] == ["input", "stem", "max_pool1", "layer1", "layer2", "layer3", "layer4"]
    assert found[-1][1:4] == (427, 427, 11)


def test_many_layers_fold_until_there_is_room(tmp_path):
    layers = "\n".join(f"  - B: {{name: b{i}}}" for i in range(20))
    spec = f"input: {{channels: 1, size: [256]}}\nblocks: {{B: {{layers: [C, C]}}, C: {{layers: [{CONV}, {CONV}]}}}}\nlayers:\n{layers}\n"
    picture = drawn(tmp_path, spec)
    # 80 convolutions in 40 blocks in 20 blocks: two levels do not fit beside the input, one does.
    assert [text for text in picture.texts if re.fullmatch(r"b\d+", text)] == [f"b{i}" for i in range(20)]


CONV = "conv: {filters: 1, kernel: 3}"


def test_phases_and_jumps_of_a_decoder():
    last = items("specs/unet.yaml")[-1]
    assert last[:4] == ("d1", 188, 204, 9)
    jumps = [item.jump for item in items("docs/examples/transposed.yaml")]
    assert jumps == [1, 2, 1, 1]
    found = items("docs/examples/transposed.yaml", layer="up")[-1]
    assert (found.low, found.high, found.jump) == (3, 5, Fraction(1))


def test_a_gate_is_marked_where_it_stands():
    found = items("docs/examples/gated.yaml")
    assert [(item.name, bool(item.whole)) for item in found] == [
        ("input", False), ("features", False), ("gated", True), ("last", True),
    ]  # fmt: skip


# The drawing --------------------------------------------------------------------------------------


def test_a_chain_is_a_line_and_nothing_else(tmp_path):
    picture = drawn(tmp_path, CHAIN)
    # Two changes of the jump, 1 to 2 to 4.
    assert picture.parts == {"longest", "effective", "input-size", "jump-2", "jump-4"}
    assert {"input", "a", "b", "c", "d", "input 32", "jump", "1", "2", "4"} <= set(picture.texts)
    assert "d sees 12 of 32" in " ".join(picture.texts)


@pytest.mark.parametrize(("spec", "more"), [
    ("docs/examples/branches.yaml",   {"band", "shortest"}),
    ("docs/examples/transposed.yaml", {"phases"}),
    ("docs/examples/gated.yaml",      {"whole"}),
])  # fmt: skip
def test_what_else_is_drawn(tmp_path, spec, more):
    parts = drawn(tmp_path, spec).parts
    assert parts & {"band", "shortest", "phases", "whole"} == more


def test_axes_that_differ_are_drawn_one_below_the_other(tmp_path):
    spec = "input: {channels: 1, size: [32, 32]}\nlayers: [conv: {filters: 1, kernel: [3, 7]}]\n"
    texts = drawn(tmp_path, spec).texts
    assert "elements along the height" in texts
    assert "elements along the width" in texts
    assert "conv1 sees 3 of 32 × 7 of 32" in " ".join(texts)


def test_axes_that_are_alike_are_drawn_once_or_all(tmp_path):
    assert drawn(tmp_path, CHAIN).texts.count("elements of the input") == 1
    texts = drawn(tmp_path, CHAIN, all_axes=True).texts
    assert texts.count("elements along the height") == texts.count("elements along the width") == 1


def test_an_object_is_a_line(tmp_path):
    picture = drawn(tmp_path, CHAIN, object_size="6,6")
    assert "object-size" in picture.parts
    assert "object 6" in picture.texts


def test_a_long_name_loses_its_middle(tmp_path):
    name = "a_very_long_name_of_the_first_convolution"
    spec = f"input: {{channels: 1, size: [9]}}\nlayers: [conv: {{filters: 1, kernel: 3, name: {name}}}]\n"
    assert "a_very_long…_convolution" in drawn(tmp_path, spec).texts


def test_names_are_no_formulas(tmp_path):
    spec = "name: a$b$c_d\ninput: {channels: 1, size: [9]}\nlayers: [conv: {filters: 1, kernel: 3}]\n"
    assert any("a$b$c_d" in text for text in drawn(tmp_path, spec).texts)


@pytest.mark.parametrize(("spec", "options", "message"), [
    ("input: {features: 4}\nlayers: [dense: 2]\n", {}, "no layer of .* sees a map"),
    ("specs/lenet5.yaml", {"layer": "dense1"},     "dense1.* sees nothing of input by windows"),
    (CHAIN, {"layer": "e"},                        "chain has no layer `e`"),
    (CHAIN, {"from_": "other"},                    "chain has no input `other`"),
    (CHAIN, {"object_size": "x"},                  "--object-size takes whole numbers"),
    (CHAIN, {"image": "a.png"},                    "an image is drawn below the field of a unit"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_said(tmp_path, spec, options, message):
    with pytest.raises(UsageError, match=message):
        drawn(tmp_path, spec, **options)


def test_a_layer_that_depends_on_one_input_only(tmp_path):
    spec = """
inputs: {one: {channels: 1, size: [8]}, other: {channels: 1, size: [8]}}
layers:
  - conv: {filters: 1, kernel: 3, from: one, name: a}
  - conv: {filters: 1, kernel: 3, from: other, name: b}
  - add: [a, b]
"""
    assert "other 8" in drawn(tmp_path, spec, layer="b").texts
    with pytest.raises(UsageError, match="b does not depend on one"):
        drawn(tmp_path, spec, layer="b", from_="one")
