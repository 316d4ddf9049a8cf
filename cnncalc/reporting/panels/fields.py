"""The field of any unit, on the input or on a picture: the readings by which a script follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.reporting.base.readings import Readings

if TYPE_CHECKING:
    from cnncalc.reporting.base.subject import Subject

PLACE = 2
"""Where it stands on the page."""


def data(subject: Subject) -> dict[str, Any] | None:
    """The inputs, the sizes of all nodes, and how each reads its operands.

    `gap` says why no unit can be followed, if so. None if no node has a map.
    """
    nodes = subject.network.nodes
    if not any(node.output.size for node in nodes):
        return None
    found = Readings(subject.network)
    return {
        "inputs": [node.index for node in nodes if node.layer is None],
        "sizes": [list(node.output.size) for node in nodes],
        "ways": found.known,
        "reads": found.of,
        "gap": found.gap,
    }
