"""A receptive field with holes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.quantity import share
from cnncalc.receptive_field.survey import survey_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W623"
QUIET = True
"""It follows every unit of the network, which takes a while."""


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note where the field of the network, or of a layer before it, begins to have holes."""
    survey = survey_of(network)
    for index, node in enumerate(network.nodes):
        if any(flag.kind == "holes" for flag in survey.flags[index]):
            shares = [share for share in survey.shares[index].values() if share is not None]
            least = min(shares)
            percent = share(least.numerator, least.denominator)
            yield Diagnostic(CODE, f"from `{node.name}` on, units see {percent} % of their field: "
                             "it has holes", network.source, node.span, layer=node.name,
                             severity="note",
                             help="dilations that grow by less than the field leave no holes")  # fmt: skip
    survey.complete("field", "seen %")
