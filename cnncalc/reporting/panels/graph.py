"""The graph of the layers: what a box says of every row, which the page lays out as blocks are folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.drawing.families import FAMILIES
from cnncalc.drawing.graph import box_of
from cnncalc.drawing.lettering import LETTERS
from cnncalc.foreign import visible
from cnncalc.reporting.base.rows import rows_of

if TYPE_CHECKING:
    from cnncalc.reporting.base.subject import Subject

PLACE = 1
"""Where it stands on the page."""

MOST = 700
"""A graph of more boxes is not drawn: no reader finds a way through it, and nobody waits for it."""


def data(subject: Subject) -> dict[str, Any]:
    """By row the family of its box, and what it does in words; how many there are if they are too many."""
    network = subject.network
    rows = rows_of(network.nodes)
    if (outer := sum(row.level == 0 for row in rows)) > MOST:
        return {"most": MOST, "outer": outer}
    boxes = [box_of(network, row.frame, (row.first, row.last)) for row in rows]
    details = dict.fromkeys(visible(box.detail) for box in boxes)
    families = {family: place for place, family in enumerate(FAMILIES)}
    places = {detail: place for place, detail in enumerate(details)}
    return {
        "most": MOST,
        "letters": dict(LETTERS),
        "families": FAMILIES,
        "family": [families[box.family] for box in boxes],
        "details": list(details),
        "detail": [places[visible(box.detail)] for box in boxes],
    }
