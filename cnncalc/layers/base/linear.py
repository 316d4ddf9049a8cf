"""What the layers that connect all features of vectors have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.dialects.base.dialect import asked_dialects
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import numbers

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


def a_vector(x: Shape, what: str) -> Shape:
    """`x` if it is a vector; raises Refusal for a map, on which the frameworks disagree about `what`."""
    if numbers(x, what).size:
        parts = {True: f"{x.channels} channels", False: f"{x.size[-1]} elements of the last axis"}
        (title, part), *others = [
            (d.title, parts[d.channels_last]) for d in asked_dialects().values()
        ]
        meant = [f"{title} would connect the {part}", *(f"{t} the {p}" for t, p in others)]
        raise Refusal("E303", f"{what} needs a vector, got a map: {', '.join(meant)}",
                      help="`flatten` or pool it first, or use a conv of kernel 1 for the channels "
                      "of each position", operands=True)  # fmt: skip
    return x
