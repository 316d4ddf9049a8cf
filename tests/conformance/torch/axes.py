"""Functions of PyTorch that reduce, move, add or repeat axes, the channels first."""

from __future__ import annotations

from ..axes import axes, operand, table
from ..cases import Case
from ..stating import FIRST, Stated, Statement


def permute(case: Case) -> Stated:
    """The batch stays in front."""
    _, *order = case.args["axes"]
    entry = {"permute": {"axes": axes(FIRST, case, order)}}
    return Stated((operand(FIRST, case.shapes[0]),), [entry], FIRST)


TABLE: dict[str, Statement] = {**table(FIRST), "Permute": permute}
