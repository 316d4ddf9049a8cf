"""What a layer is for, by what it does: the colours of pictures follow from this."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import SLIDING, AdaptiveWindow, TransposedWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Node

FAMILIES = {
    "input": "input",
    "conv": "convolution",
    "up": "upsampling",
    "pool": "pooling",
    "norm": "normalization",
    "act": "activation",
    "merge": "merge",
    "dense": "dense",
    "mix": "attention, recurrence",
    "shape": "shape, copy",
    "other": "other",
    "block": "block",
}
"""What each family is called in a legend."""


def family_of(node: Node, nodes: Sequence[Node]) -> str:
    """The family of one of the `nodes` of a network: a key of FAMILIES.

    It follows from the facts of the layer, so that a new kind of layer has a colour at once.
    """
    layer, facts = node.layer, node.facts
    if layer is None:
        return "input"
    if layer.role:
        return "norm" if layer.role == "norm" else "act"
    if len(node.inputs) > 1 and not facts.weights and not facts.macs:
        return "merge"
    if any(isinstance(window, TransposedWindow) for window in facts.windows):
        return "up"
    slides = any(isinstance(window, (*SLIDING, AdaptiveWindow)) for window in facts.windows)
    if slides and (facts.weights or facts.weights is None):
        return "conv"
    if facts.weights or facts.macs:
        return "mix" if facts.inner or len(facts.weights or "mix") > 2 else "dense"
    return _without_weights(node, nodes[node.inputs[0]] if node.inputs else node)


def _without_weights(node: Node, before: Node) -> str:
    """The family of a layer that learns nothing, by what becomes of the map."""
    layer, facts = node.layer, node.facts
    if facts.windows and layer is not None and layer.storage == "own":
        if prod(facts.output.size) > prod(before.output.size):
            return "up"
        return "pool" if facts.output.channels == before.output.channels else "shape"
    return "other" if layer is not None and layer.storage == "over" else "shape"


def leading_family(layers: Sequence[Node], nodes: Sequence[Node]) -> str:
    """The family of a layer with its norm and activation: that of the first which is neither."""
    found = [family_of(node, nodes) for node in layers]
    return next((family for family in found if family not in ("norm", "act")), found[0])
