"""Elements of the input that no output depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.receptive_field.survey import survey_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W625"
QUIET = True
"""Strides leave a border over in many networks."""


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note for every input of which a border, or elements inside, never matter."""
    survey = survey_of(network)
    unread = survey.unread
    survey.complete("what no output reads")
    for name, axes in unread.items():
        node = next(node for node in network.nodes if node.name == name)
        lost = [sum(b - a + 1 for a, b in runs) for runs in axes]
        if any(lost):
            counts = "×".join(map(str, lost))
            yield Diagnostic(CODE, f"no output depends on {counts} places of the axes of `{name}`",
                             network.source, node.span, layer=name, severity="note",
                             help="`cnncalc receptive-field` says which places they are")  # fmt: skip
