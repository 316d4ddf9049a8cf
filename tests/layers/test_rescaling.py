"""A number times what is read, plus a number: the work of an element each, and nothing else."""

import pytest

import cnncalc
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.rescaling import Rescaling

MAP = Shape(64, (7, 9))


@pytest.mark.parametrize(("keys", "work"), [
    ({"scale": 0.5}, {"multiply": 4032}),
    ({"scale": -1}, {"multiply": 4032}),
    ({"offset": 1e-6}, {"add": 4032}),
    ({"scale": 2, "offset": -1}, {"multiply": 4032, "add": 4032}),
    ({"scale": 0}, {"multiply": 4032}),
    ({}, {}),
])  # fmt: skip
def test_a_product_unless_it_is_by_one_and_a_sum_unless_it_is_with_zero(keys, work):
    facts = Rescaling(**keys).apply(MAP)

    assert (facts.output, facts.params, facts.macs, facts.windows) == (MAP, 0, 0, ())
    assert facts.work == work
    assert facts.flops == sum(work.values())


def test_token_ids_are_no_numbers_to_compute_with():
    with pytest.raises(Refusal, match="rescaling"):
        Rescaling(scale=2).apply(Shape(1, (9,), form="tokens"))


@pytest.mark.parametrize("shape", ["{features: 8}", "{channels: 3, size: [4, 5]}", "{shape: [2, 3, 4, 5, 6, 7]}"])
def test_numbers_of_any_shape_are_rescaled(shape):
    net = cnncalc.loads(f"input: {shape}\nlayers: [rescaling: {{scale: 2}}]")

    assert net.nodes[-1].facts.output == net.nodes[0].facts.output
