"""What the layers that connect all features of vectors have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.dialect import asked
from cnncalc.errors import Refusal
from cnncalc.layer import numbers

if TYPE_CHECKING:
    from cnncalc.layer import Shape


def a_vector(x: Shape, what: str) -> Shape:
    """`x` if it is a vector; on a map the frameworks disagree on what `what` would mean."""
    if numbers(x, what).size:
        meant = {
            True: f"the {x.channels} channels",
            False: f"the {x.size[-1]} elements of the last axis",
        }
        first, *others = (f"{d.title} | {meant[d.channels_last]}" for d in asked().values())
        read = ", ".join(
            (first.replace("|", "would connect"), *(o.replace(" |", "") for o in others))
        )
        raise Refusal("E303", f"{what} needs a vector, got a map: {read}",
                      help="`flatten` or pool it first, or use a conv of kernel 1 for the channels "
                      "of each position", operands=True)  # fmt: skip
    return x
