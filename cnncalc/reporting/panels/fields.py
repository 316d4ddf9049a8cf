"""The field of any unit, on the input or on a picture: the readings by which a script follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.receptive_field.straight import straight
from cnncalc.reporting.base.readings import Readings

if TYPE_CHECKING:
    from cnncalc.reporting.base.subject import Subject

PLACE = 2
"""Where it stands on the page."""


def data(subject: Subject) -> dict[str, Any] | None:
    """The inputs, the sizes of all nodes, and how each reads its operands.

    `sources` are the operands of those that read others than a node's own (`receptive_field.straight`).
    `gap` says why no unit can be followed, if so. None if no node has a map.
    """
    network = straight(subject.network)
    nodes = network.nodes
    if not any(node.output.size for node in nodes):
        return None
    found = Readings(network)
    moved = [
        (new.index, list(new.inputs))
        for new, old in zip(nodes, subject.network.nodes, strict=True)
        if new is not old
    ]
    return {
        "inputs": [node.index for node in nodes if node.layer is None],
        "sizes": [list(node.output.size) for node in nodes],
        "ways": found.known,
        "reads": found.of,
        "sources": dict(moved),
        "gap": found.gap,
    }
