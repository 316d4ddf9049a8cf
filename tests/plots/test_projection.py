"""The picture of a projective field: a bar for each layer, of the units that see an element."""

import pytest

import cnncalc
from cnncalc.errors import UsageError
from cnncalc.plots.base.projection import Reached, follow

from .pictures import drawn

CHAIN = "docs/examples/chain.yaml"
SOUND = "input: {channels: 1, size: [64]}\nlayers:\n- conv: {filters: 2, kernel: 3, stride: 2, name: a}\n- global_avg_pool\n"


def test_the_units_of_every_layer():
    # Row 16 is read by 15 to 17 of `a`, these by 7 and 8 of `b`, and 6 to 9 by 3 to 5 of `d`, whose unit u reads
    # 2u - 1 to 2u + 1.
    assert follow(cnncalc.load(CHAIN), "input", (16, 0)) == [
        Reached("input", ((16, 16), (0, 0)), (32, 32)),
        Reached("a", ((15, 17), (0, 1)), (32, 32)),
        Reached("b", ((7, 8), (0, 0)), (16, 16)),
        Reached("c", ((6, 9), (0, 1)), (16, 16)),
        Reached("d", ((3, 5), (0, 1)), (8, 8)),
    ]


def test_a_bar_for_each_layer_and_axis(tmp_path):
    picture = drawn(tmp_path, CHAIN, project="16,0")
    assert picture.parts == {f"seen-{axis}-{x}" for axis in (0, 1) for x in range(5)}
    assert "chain: what sees input[16,0]" in picture.texts
    assert "3×2 of the 8×8 units of d" in picture.texts
    assert {"height, part of the map", "width, part of the map", "c"} <= set(picture.texts)


def test_what_does_not_see_it_has_no_bar_and_vectors_none_at_all(tmp_path):
    # Windows of three, two apart, over 64: the last one ends at 62.
    picture = drawn(tmp_path, SOUND, project="63")
    assert picture.parts == {"seen-0-0"}
    assert {"a", "length, part of the map", "1 of the 64 units of input"} <= set(picture.texts)
    assert "global_avg_pool1" not in picture.texts


@pytest.mark.parametrize(("spec", "options", "says"), [
    (CHAIN, {"project": "1,1", "image": "a.png"}, "an image is drawn below the field of a unit"),
    (CHAIN, {"project": "1"}, "element"),
    ("input: {features: 3}\nlayers:\n- relu\n", {"project": ""}, "nothing to draw"),
    ("input: {shape: [2, 2, 2, 2, 2]}\nlayers:\n- relu\n", {"project": "1,1,1,1,1"}, "has 5 axes, and a picture shows 1 to 4"),
    ("input: {channels: 1, size: [8]}\nlayers:\n- tanh: {repeat: 1000}\n", {"project": "1"}, "1,001 layers are too many for a picture"),
])  # fmt: skip
def test_what_cannot_be_drawn(tmp_path, spec, options, says):
    with pytest.raises(UsageError, match=says):
        drawn(tmp_path, spec, **options)
