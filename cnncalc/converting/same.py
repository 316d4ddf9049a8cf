"""Whether two networks are the same but for names, and the order of layers that do not wait for each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.number_types import type_of_biases, type_of_output, type_of_weights

if TYPE_CHECKING:
    from cnncalc.network import Network


def is_same(one: Network, other: Network, *, ordered: bool = False) -> bool:
    """Whether layers of equal numbers read each other alike; `ordered`, whether in the same order, too."""
    known: dict[Any, int] = {}
    first, second = _signs(one, known), _signs(other, known)
    if not (first == second if ordered else Counter(first) == Counter(second)):
        return False
    outputs = [
        sorted(signs[index] for index in network.outputs.values())
        for network, signs in ((one, first), (other, second))
    ]
    totals = [(network.params, network.macs, network.buffers) for network in (one, other)]
    return outputs[0] == outputs[1] and totals[0] == totals[1]


def _signs(network: Network, known: dict[Any, int]) -> list[int]:
    """A number for each node: nodes of one number are of one kind, and read nodes of the same numbers."""
    found: list[int] = []
    types: list[str | None] = []
    for node in network.nodes:
        facts = node.facts
        dtype = type_of_output(node.dtype)
        if node.dtype is None and node.inputs and not facts.params:
            # Without a type and weights it is of the type that it reads.
            dtype = types[node.inputs[0]]
        types.append(dtype)
        weights = (
            (type_of_weights(node.dtype), type_of_biases(node.dtype)) if facts.params else None
        )
        numbers = (facts.params, facts.macs, facts.buffer_count, node.trainable, dtype, weights)
        shared = None if node.shared_with is None else found[node.shared_with]
        reads = tuple(found[index] for index in node.inputs)
        sign = (node.op, node.output, numbers, shared, reads)
        found.append(known.setdefault(sign, len(known)))
    return found
