"""Keras' pools."""

from __future__ import annotations

from ..cases import Case
from ..stating import Stated, Statement, layer, ranked
from .views import through


def pool(kind: str) -> Statement:
    """The class as `kind`, its arguments unchanged."""

    def state(case: Case) -> Stated:
        return through(case, layer(ranked(kind, case), case.args, "data_format"))

    return state


TABLE: dict[str, Statement] = {}
for rank in (1, 2, 3):
    TABLE[f"MaxPooling{rank}D"] = pool("max_pool")
    TABLE[f"AveragePooling{rank}D"] = pool("avg_pool")
    TABLE[f"GlobalMaxPooling{rank}D"] = pool("global_max_pool")
    TABLE[f"GlobalAveragePooling{rank}D"] = pool("global_avg_pool")
    TABLE[f"AdaptiveAveragePooling{rank}D"] = pool("adaptive_avg_pool")
    TABLE[f"AdaptiveMaxPooling{rank}D"] = pool("adaptive_max_pool")
