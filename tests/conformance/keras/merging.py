"""Keras' merges."""

from __future__ import annotations

from ..cases import Case
from ..stating import LAST, NAMES, Entry, Stated, Statement, Unstated


def inputs(case: Case) -> tuple[Entry, ...]:
    """All operands, the channels last."""
    if len(case.shapes) > len(NAMES):
        raise Unstated("more than three operands")
    return tuple(LAST.read(shape) for shape in case.shapes)


def merge(kind: str) -> Statement:
    """The operands as they are: what is spread, Keras and we spread alike."""

    def state(case: Case) -> Stated:
        return Stated(inputs(case), [{kind: list(NAMES[: len(case.shapes)])}])

    return state


def concatenate(case: Case) -> Stated:
    """`axis` counts the batch."""
    rank = len(case.shapes[0]) - 1
    axis = case.args.get("axis", -1)
    index = axis if axis < 0 else axis - 1
    if not -rank <= index < rank:
        raise Unstated("no such axis")
    word = "channels" if index % rank == rank - 1 else LAST.name(index, rank)
    operands = list(NAMES[: len(case.shapes)])
    return Stated(inputs(case), [{"concat": {"from": operands, "axis": word}}])


TABLE: dict[str, Statement] = {
    "Add": merge("add"),
    "Subtract": merge("subtract"),
    "Multiply": merge("multiply"),
    "Average": merge("average"),
    "Maximum": merge("maximum"),
    "Minimum": merge("minimum"),
    "Concatenate": concatenate,
}
