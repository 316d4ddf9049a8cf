"""Grids of places in a map, and the affine maps that make them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.errors import Refusal

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


def is_affine(x: Shape, rank: int) -> bool:
    """Whether `x` holds the numbers of an affine map of `rank` axes: 6 for two, 12 for three."""
    return x.channels * prod(x.size) == rank * (rank + 1)


def grid_work(rank: int, positions: int) -> dict[str, int]:
    """The work of an affine map at so many positions: a product and a sum per axis and axis."""
    return {"multiply": rank * rank * positions, "add": rank * rank * positions}


def two_or_three(rank: int, what: str, key: str = "") -> None:
    """Refuse a number of axes that grids do not have; raises Refusal."""
    if rank not in {2, 3}:
        raise Refusal("E302", f"{what} is for maps of two or three axes, not {rank}", key=key,
                      help="give a sequence a first axis of size 1: `reshape`", operands=True)  # fmt: skip
