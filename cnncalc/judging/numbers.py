"""The totals of a network that a report of findings shows beside its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnncalc.network import Network

_SUMS = ("params", "trainable", "buffers", "macs", "flops")
_MEMORY = ("memory", "memory.weights", "memory.peak", "memory.training")

TOTALS = (*_SUMS, *_MEMORY, "receptive_field", "depth", "layers")
"""All numbers that there are, named as in `expect`."""

EVERY = (*TOTALS, "outputs")
"""And the shapes."""


def numbers(network: Network, names: Collection[str]) -> dict[str, Any]:
    """The totals of these names, for machines; None where one is not known."""
    found: dict[str, Any] = {key: getattr(network, key).value for key in _SUMS}
    nodes = network.nodes
    found |= {name: number(network, name) for name in ("depth", "layers")}
    found["outputs"] = {name: nodes[i].output.to_dict() for name, i in network.outputs.items()}
    if "memory" in names:
        found |= _memory(network)
    if "receptive_field" in names:
        found["receptive_field"] = _field(network)
    return {name: found[name] for name in names}


def number(network: Network, name: str) -> int | list[int] | None:
    """One of `TOTALS`, nothing else computed; a receptive field has a number for each axis."""
    value: int | list[int] | None
    if name in _MEMORY:
        from cnncalc.costs.needs import claimed

        value = claimed(network, name.rpartition(".")[2]).value
    elif name == "receptive_field":
        value = _field(network)
    elif name == "layers":
        value = sum(node.layer is not None for node in network.nodes)
    else:
        value = network.depth if name == "depth" else getattr(network, name).value
    return value


def _memory(network: Network) -> dict[str, int | None]:
    """As `memory:` means it in a spec: one example, for training with Adam."""
    from cnncalc.costs.memory import Memory, inference
    from cnncalc.costs.training import memory_parts

    memory = Memory(network)
    parts = (inference(memory).value, memory.total("weight_bytes").value, memory.timeline.peak,
             memory_parts(memory)["total"].value)  # fmt: skip
    return dict(zip(_MEMORY, parts, strict=True))


def _field(network: Network) -> list[int] | None:
    """The receptive field, a number for each axis of the input; None if nothing is seen by windows."""
    from cnncalc.fields.survey import survey_of

    survey = survey_of(network)
    place = survey.of_network()
    if place is None:
        return None
    index, source = place
    return [view.field.size for view in survey.views[index][source] if view.field is not None]
