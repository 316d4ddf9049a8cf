"""What the layers that connect all features of vectors have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layer import numbers

if TYPE_CHECKING:
    from cnncalc.layer import Shape


def a_vector(x: Shape, what: str) -> Shape:
    """`x` if it is a vector; on a map the frameworks disagree on what `what` would mean."""
    if numbers(x, what).size:
        raise Refusal("E303", f"{what} needs a vector, got a map: Keras would connect the "
                      f"{x.channels} channels, PyTorch the {x.size[-1]} elements of the last axis",
                      help="`flatten` or pool it first, or use a conv of kernel 1 for the channels "
                      "of each position", operands=True)  # fmt: skip
    return x
