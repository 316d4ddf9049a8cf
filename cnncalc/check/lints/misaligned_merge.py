"""Maps that meet with an offset of half a cell or more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.receptive_field.merges import OFFSET
from cnncalc.receptive_field.survey import show_fraction, survey_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W621"
QUIET = True
"""Every pyramid on a ResNet does it, and they work."""


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note for every merge whose operands have the same stride and different centres."""
    told: set[int] = set()
    for meeting in survey_of(network).meetings:
        if meeting.kind != OFFSET or meeting.node in told:
            continue
        told.add(meeting.node)
        node = network.nodes[meeting.node]
        cells = show_fraction(meeting.cells) + (" of a cell" if meeting.cells < 1 else " cells")
        yield Diagnostic(CODE, f"the operands of `{node.name}` are offset by {show_fraction(meeting.pixels)} px "
                         f"({cells}) in {meeting.source}",
                         network.source, node.span, layer=node.name, severity="note",
                         help="`cnncalc receptive-field` shows the first centres of both")  # fmt: skip
    survey_of(network).complete("field", "alignment")
