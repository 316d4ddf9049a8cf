"""What is alive in memory during each layer, and where most is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import quantity

if TYPE_CHECKING:
    from cnncalc.reporting.base.subject import Subject

PLACE = 3
"""Where it stands on the page."""


def data(subject: Subject) -> dict[str, Any]:
    """Bytes by node: what it writes, all that is alive then, and which node needs it last."""
    line, steps = subject.memory.timeline, subject.steps
    places = range(len(line.live))
    return {
        "types": subject.memory.types,
        "live": line.live,
        "writes": [steps.size(place) for place in places],
        "over": sorted(line.over),
        "last": [line.last.get(place, place) for place in places],
        "peak": line.peak,
        "at": line.at,
        "words": {"peak": quantity.size(line.peak)},
    }
