"""Stating a grid's rows, and asking our windows what the frameworks were asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import cnncalc

from .cases import Case
from .judge import state
from .stating import Entry

Row = dict[str, Any]


class Grid(NamedTuple):
    """How a row is stated: the layer, its dialect, and the column that holds the answer.

    With `spans`, the answer is [first, last] input for each output, null where it reads none;
    else it is the size of the output. A null answer is a refusal.
    """

    layer: Callable[[Row], Entry]
    dialect: str
    column: str = "out"
    spans: bool = False
    axes: int = 1

    def answer(self, row: Row) -> Any:
        """What the framework said; nothing where the output would be empty."""
        return row[self.column] or None


def keys(kind: str, drop: str = "", **renamed: str) -> Callable[[Row], Entry]:
    """The columns of a row as keys of `kind`, but for the length, the answer and `drop`."""
    left_out = {"L", "out", "spans", drop}

    def state(row: Row) -> Entry:
        given = {
            renamed.get(name, name): bool(value) if name == "ceil_mode" else value
            for name, value in row.items()
            if name not in left_out and value is not None
        }
        return {kind: {"filters": 1, **given} if "conv" in kind else given}

    return state


def adaptive(row: Row) -> Entry:
    """Here `out` is the size asked for."""
    return {"adaptive_avg_pool": {"size": row["out"]}}


def fractional(row: Row) -> Entry:
    """A window of one, so that any ratio fits."""
    return {"fractional_max_pool": {"size": 1, "output_ratio": row["ratio"]}}


WINDOWS = "per output: [first input, last input]"

GRIDS: dict[str, Grid] = {
    "keras AveragePooling1D": Grid(keys("avg_pool"), "keras", "spans", spans=True),
    "keras Conv1D": Grid(keys("conv"), "keras", "spans", spans=True),
    "keras Conv1DTranspose": Grid(keys("conv_transpose"), "keras", "spans", spans=True),
    "keras SeparableConv1D": Grid(keys("separable_conv"), "keras", "spans", spans=True),
    "torch AdaptiveAvgPool1d_windows": Grid(adaptive, "torch", WINDOWS, spans=True),
    "torch AvgPool1d": Grid(keys("avg_pool", kernel="size"), "torch"),
    "torch Conv1d": Grid(keys("conv"), "torch"),
    "torch ConvTranspose1d": Grid(keys("conv_transpose"), "torch"),
    "torch FractionalMaxPool2d_ratio": Grid(fractional, "torch", axes=2),
    "torch LPPool1d": Grid(keys("lp_pool", kernel="size"), "torch"),
    "torch MaxPool1d": Grid(keys("max_pool", kernel="size"), "torch"),
    "torch Upsample_scale_1d": Grid(keys("upsample", scale_factor="scale"), "torch"),
}


def read_by_ours(case: Case) -> list[list[int]] | None:
    """The inputs that each output reads through all layers of the statement; None if refused."""
    try:
        nodes = cnncalc.loads(json.dumps(state(case).spec("torch"))).nodes
    except cnncalc.SpecError:
        return None
    node = nodes[-1]
    found = [{u} for u in range(node.output.size[0])]
    while node.inputs:
        before = nodes[node.inputs[0]]
        if node.facts.windows:
            window, n = node.facts.windows[0], before.output.size[0]
            found = [{i for u in reached for i in window.taps(u, n)} for reached in found]
        node = before
    return [sorted(reached) for reached in found]


def measured(grid: Grid, row: Row) -> Any:
    """Our answer to a row in the grid's form; None if we refuse."""
    spec = {
        "dialect": grid.dialect,
        "input": {"channels": 1, "size": [row["L"]] * grid.axes},
        "layers": [grid.layer(row)],
    }
    try:
        facts = cnncalc.loads(json.dumps(spec)).nodes[-1].facts
    except cnncalc.SpecError:
        return None
    if not grid.spans:
        return facts.output.size[-1]
    (window,) = facts.windows
    reads = [window.taps(u, row["L"]) for u in range(facts.output.size[0])]
    return [[taps[0], taps[-1]] if taps else None for taps in reads]
