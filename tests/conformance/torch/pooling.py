"""PyTorch's pools."""

from __future__ import annotations

from ..cases import Case
from ..stating import Stated, Statement, layer, ranked
from .views import through

VALUES = ("count_include_pad", "divisor_override", "return_indices")
"""Arguments that change values only."""


def pool(kind: str) -> Statement:
    """The class as `kind`, its arguments unchanged."""

    def state(case: Case) -> Stated:
        return through(case, layer(ranked(kind, case), case.args, *VALUES))

    return state


def adaptive(kind: str) -> Statement:
    """`output_size` may be null, for one axis or for all."""

    def state(case: Case) -> Stated:
        return through(case, {ranked(kind, case): {"size": case.args["output_size"]}})

    return state


TABLE: dict[str, Statement] = {}
for rank in (1, 2, 3):
    TABLE[f"MaxPool{rank}d"] = pool("max_pool")
    TABLE[f"AvgPool{rank}d"] = pool("avg_pool")
    TABLE[f"LPPool{rank}d"] = pool("lp_pool")
    TABLE[f"FractionalMaxPool{rank}d"] = pool("fractional_max_pool")
    TABLE[f"AdaptiveAvgPool{rank}d"] = adaptive("adaptive_avg_pool")
    TABLE[f"AdaptiveMaxPool{rank}d"] = adaptive("adaptive_max_pool")
