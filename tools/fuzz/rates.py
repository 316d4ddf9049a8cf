"""Which oracles there are, and how often each of them is asked."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tools.fuzz import asking, oracles, references
from tools.fuzz.loading import Loaded


class Oracle(NamedTuple):
    """One load in `every` is asked, of those that are "loaded", "refused" or "any"."""

    name: str
    every: int
    of: str
    asks: Callable[[Loaded, Random], int]
    about: str

    def wants(self, loaded: Loaded, dice: Random, rarer: int = 1) -> bool:
        """Whether it is asked of this load; so many times `rarer` than usual."""
        here = "refused" if loaded.findings else "loaded"
        return self.of in {here, "any"} and dice.random() * self.every * rarer < 1


ORACLES = (
    Oracle("expand", 4, "loaded", oracles.expanded, "`expand` gives a spec of the same numbers"),
    Oracle("sums", 10, "loaded", oracles.sums, "totals are the sums of the rows of JSON and CSV"),
    Oracle("refusals", 10, "refused", oracles.refusals, "what is wrong is said, in every format"),
    Oracle("dialects", 10, "any", references.dialects,
           "frameworks differ only in kinds of which it is documented"),
    Oracle("analyses", 20, "loaded", oracles.analyses, "every analysis ends, and is shown"),
    Oracle("settings", 20, "loaded", asking.settings,
           "other variables and sizes give a network, or are refused"),
    Oracle("options", 50, "loaded", asking.options, "an analysis takes its options, or refuses them"),
    Oracle("workings", 50, "loaded", asking.workings, "how numbers come about can be told"),
    Oracle("schema", 50, "loaded", references.schema, "the schema accepts what loads"),
    Oracle("sizes", 50, "loaded", references.sizes, "`inputs` says which sizes load"),
    Oracle("checks", 50, "loaded", oracles.checks, "every lint and claim is judged, and shown"),
    Oracle("fields", 100, "any", references.fields, "receptive fields are those of brute force"),
    Oracle("all sizes", 200, "loaded", oracles.all_sizes, "`inputs` ends at as many sizes as usual"),
)  # fmt: skip
