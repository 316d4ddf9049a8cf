"""Lengths over all positions, each in units of their mean."""

import pytest

import cnncalc
from cnncalc.arithmetic.windows import Everything
from cnncalc.layers.base.layer import Shape
from cnncalc.layers.global_response_norm import GlobalResponseNorm

MAP = Shape(12, (4, 5))


@pytest.mark.parametrize(("layer", "x", "params", "work"), [
    # 240 squares, products with the units, and scales; 12 lengths of 19 additions each and one mean of 11, a shift and a sum
    (GlobalResponseNorm(), MAP, 12 + 12, {"multiply": 3 * 240, "add": 12 * 19 + 11 + 2 * 240, "sqrt": 12, "divide": 12 + 1}),
    (GlobalResponseNorm(scale=False), MAP, 12, {"multiply": 2 * 240, "add": 12 * 19 + 11 + 2 * 240, "sqrt": 12, "divide": 13}),
    (GlobalResponseNorm(center=False), MAP, 12, {"multiply": 3 * 240, "add": 12 * 19 + 11 + 240, "sqrt": 12, "divide": 13}),
    # with its channels last, as a block of ConvNeXt V2 has it between two permutations: 5 lengths of 48
    (GlobalResponseNorm(axes=("c", "h")), MAP, 5 + 5, {"multiply": 3 * 240, "add": 5 * 47 + 4 + 2 * 240, "sqrt": 5, "divide": 6}),
])
def test_counts(layer, x, params, work):
    facts = layer.apply(x)

    assert (facts.output, facts.params, facts.macs, facts.work) == (x, params, 0, work)
    assert facts.windows == (Everything(4), Everything(5))


def test_a_block_of_convnext_v2_has_the_parameters_of_the_paper():
    # 40 channels: a depthwise window of 7×7, a norm, 40 → 160 → 40, and a scale and a shift for each of the 160.
    net = cnncalc.loads(
        "input: {channels: 40, size: [14, 14]}\nlayers:\n- depthwise_conv: {kernel: 7, padding: 3}\n- layer_norm\n- conv: {filters: 160, kernel: 1}\n"
        "- gelu\n- global_response_norm\n- conv: {filters: 40, kernel: 1}\n- add: [input, prev]\n"
    )  # fmt: skip

    assert net.params.value == 40 * 50 + 80 + 160 * 41 + 320 + 40 * 161
