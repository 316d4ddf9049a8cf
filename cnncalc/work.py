"""How much work an analysis may do: counted in its own steps, so that it ends alike on every machine.

An analysis that would take more is not computed, and says why; everything else is. What is refused
is not spent: whatever is cheap is computed behind it all the same.
"""

from __future__ import annotations

from typing import NamedTuple


class Limit(NamedTuple):
    """At most so many steps, and what a step is, in the plural."""

    most: int
    steps: str


LIMITS = {
    "fields": Limit(1_000_000, "fields of single units"),
    "views": Limit(400_000, "fields of layers over inputs"),
    "density": Limit(4_000_000, "rows of sets"),
    "coverage": Limit(4_000_000, "places of axes"),
    "unit": Limit(20_000_000, "rows of sets"),
    "inputs": Limit(3_000_000, "layers at sizes"),
}
"""By the name of an analysis, or of a part of one. docs/spec.md has the same in words.

The largest network of the zoo needs less than a tenth of each.
"""


class TooMuch(Exception):
    """An analysis would take more than its limit; the message says which."""


class Work:
    """Counts the steps of one analysis of one network."""

    def __init__(self, name: str, most: int | None = None) -> None:
        """`name` is a key of LIMITS, whose number holds unless another one is given."""
        self.limit = LIMITS[name]
        self.most = self.limit.most if most is None else most
        self.done = 0

    def spend(self, steps: int) -> None:
        """Steps that are about to be done; raises TooMuch, and counts none, if they are too many."""
        if self.done + steps > self.most:
            raise TooMuch(f"it takes more than {self.most:,} {self.limit.steps}")
        self.done += steps
