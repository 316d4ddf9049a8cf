"""Maps that meet with other strides: what a unit sees of each drifts apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.fields.merges import MISMATCH
from cnncalc.fields.survey import survey_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W622"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every merge whose operands have other strides over the same input."""
    told: set[int] = set()
    for verdict in survey_of(network).verdicts:
        if verdict.kind != MISMATCH or verdict.node in told:
            continue
        told.add(verdict.node)
        node = network.nodes[verdict.node]
        field = survey_of(network).views[verdict.node][verdict.source][verdict.axis].field
        low, high = field.sizes if field else (0, 0)
        yield Diagnostic(CODE, f"the operands of `{node.name}` move over {verdict.source} by other "
                         f"strides: its units see {low} to {high}",
                         network.source, node.span, layer=node.name, severity="warning",
                         help="bring the operands to one stride before they meet")  # fmt: skip
