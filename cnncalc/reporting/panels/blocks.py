"""Which blocks have the parameters, do the work and write the activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.reporting.base.subject import Subject

PLACE = 4
"""Where it stands on the page."""


def data(subject: Subject) -> dict[str, Any]:
    """By node: parameters (of weights used again none), MACs and elements that it writes.

    What is unknown is null.
    """
    nodes = subject.network.nodes
    return {
        "params": [0 if node.shared_with is not None else node.facts.params for node in nodes],
        "macs": [node.facts.macs for node in nodes],
        "activations": [node.output.elements for node in nodes],
    }
