"""Every size up to 1,024 of every axis: what `cnncalc inputs` solves, and what the spec says itself."""

import pytest

from cnncalc.input_sizes.axes import solve_axes
from cnncalc.language.build import build
from tests.inputs.brute import disagreements
from tests.inputs.test_sizes import document


@pytest.mark.parametrize("name", ["unet", "unet_same", "fcn32s", "fcn8s", "yolov3", "resnet50", "stride16"])
def test_what_is_solved_is_what_building_the_spec_says(name):
    compiled = document(name)
    network = build(compiled, None)

    for axis in solve_axes(network, 1024)[0]:
        assert disagreements(compiled, network, axis, range(1, 1025)) == []
