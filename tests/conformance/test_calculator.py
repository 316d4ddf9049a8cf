"""The calculator gives what PyTorch gives, on every row of the exhaustive grids."""

import pytest

import cnncalc
from cnncalc import calculate

from .cases import grids
from .windows import GRIDS


@pytest.mark.parametrize(("grid", "name", "words"), [
    ("torch Conv1d", "conv", {}),
    ("torch ConvTranspose1d", "conv_transpose", {}),
    ("torch MaxPool1d", "pool", {"ceil_mode": "ceil"}),
    ("torch AvgPool1d", "pool", {"ceil_mode": "ceil"}),
])  # fmt: skip
@pytest.mark.slow
def test_every_row_of_pytorch_agrees(grid, name, words):
    complaints = []
    for row in grids()[grid]:
        inputs = {words.get(k, k): v for k, v in row.items() if k not in ("L", "out") and v is not None}
        if "ceil" in inputs:
            inputs["ceil"] = bool(inputs["ceil"])
        if grid == "torch AvgPool1d":
            inputs["mode"] = "avg"
        try:
            got = calculate(name, input=row["L"], dialect="torch", **inputs).value
        except cnncalc.UsageError:
            got = None
        if got != GRIDS[grid].answer(row):
            complaints.append(f"{row}: got {got}")
    assert not complaints, f"{len(complaints)} disagree\n" + "\n".join(complaints[:20])
