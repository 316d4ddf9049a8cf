"""Random networks of one to three axes against brute force; `campaign.py` tries many more."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import checks, drawing

# What is checked, with which kinds of layers, of how many networks.
CHECKS = [
    (checks.sets_of_units,           drawing.EVERYTHING, 100),
    (checks.fields_without_borders,  drawing.EVERYTHING, 200),
    (checks.boxes_of_several_axes,   drawing.EVERYTHING, 60),
    (checks.numbers_of_paths,        drawing.EVERYTHING, 100),
    (checks.means_and_variances,     drawing.WINDOWS,    100),
    (checks.projective_fields,       drawing.EVERYTHING, 60),
    (checks.densities,               drawing.EVERYTHING, 150),
    (checks.blind_units,             drawing.EVERYTHING, 150),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("check", "kinds", "networks"), CHECKS, ids=[row[0].__name__ for row in CHECKS])
def test_a_network_agrees_with_the_oracle(check, kinds, networks):
    @settings(max_examples=networks, derandomize=True)
    @given(st.integers(1, 3), st.randoms(use_true_random=False))
    def agrees(rank, dice):
        net = drawing.draw(dice, rank, kinds)
        check(net, checks.loaded(net), random.Random(rank))  # noqa: S311

    agrees()
