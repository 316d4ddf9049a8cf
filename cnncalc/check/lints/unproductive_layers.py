"""Layers whose input has seen everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.receptive_field.survey import survey_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W626"
QUIET = True
"""Deep networks on small images work all the same."""


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note at the first layer whose input sees all of the image, by the shortest path."""
    survey = survey_of(network)
    found = survey.unproductive
    if found:
        node = network.nodes[found[0]]
        more = f", as do {len(found) - 1} layers after it" if len(found) > 1 else ""
        yield Diagnostic(CODE, f"`{node.name}` reads units that already see the whole input{more}",
                         network.source, node.span, layer=node.name, severity="note",
                         help="a larger input, less downsampling, or fewer layers")  # fmt: skip
    survey.complete("shortest")
