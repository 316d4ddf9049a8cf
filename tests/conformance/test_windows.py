"""Every row of the exhaustive grids, and every input that an output reads."""

import pytest

from .cases import grids, reads
from .windows import GRIDS, measured, read_by_ours


def test_no_grid_is_left_out():
    assert set(GRIDS) == set(grids())


@pytest.mark.slow
@pytest.mark.parametrize("name", GRIDS)
def test_every_row_agrees(name):
    complaints = [
        f"{row}: got {got}"
        for row in grids()[name]
        if (got := measured(GRIDS[name], row)) != GRIDS[name].answer(row)
    ]

    assert not complaints, f"{len(complaints)} disagree\n" + "\n".join(complaints[:20])


@pytest.mark.parametrize("cls", reads())
def test_every_output_reads_what_it_does_in_pytorch(cls):
    complaints = [
        f"{case}: expected {want}, got {got}"
        for case, want in reads()[cls]
        if (got := read_by_ours(case)) != (want or None)
    ]

    assert not complaints, f"{len(complaints)} disagree\n" + "\n".join(complaints[:10])
