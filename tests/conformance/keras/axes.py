"""Functions of `keras.ops`, the channels last."""

from __future__ import annotations

from typing import Any

from ..axes import table
from ..cases import Case
from ..stating import LAST, Stated, Statement
from .views import through


def block(kind: str) -> Statement:
    """The factor is `block_size`."""

    def state(case: Case) -> Stated:
        entry: dict[str, Any] = {kind: {"factor": case.args["block_size"]}}
        return through(case, entry)

    return state


TABLE: dict[str, Statement] = {
    **table(LAST),
    "DepthToSpace": block("depth_to_space"),
    "SpaceToDepth": block("space_to_depth"),
}
