"""What `memory:` means in the `expect` and `budget` of a spec, and where most of it goes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cnncalc.cost.memory import Memory, Way, inference, stored_total
from cnncalc.cost.training import memory_parts, saved_bytes, unfold
from cnncalc.network import Total

if TYPE_CHECKING:
    from cnncalc.network import Network


def claimed_total(network: Network, part: str, **way: Any) -> Total:
    """What `memory: {part: …}` in a spec means: one example, run as the network and `way` say.

    `weights` without buffers, `flash` with them, the `peak` of the tensors that are alive, `training`
    with Adam; the `memory` itself is that of inference.
    """
    memory = memory_of(network, **way)
    if part == "weights":
        return memory.total("weight_bytes")
    if part == "flash":
        return stored_total(memory)
    if part == "peak":
        return Total(memory.timeline.peak)
    return memory_parts(memory)["total"] if part == "training" else inference(memory)


def memory_of(network: Network, **way: Any) -> Memory:
    """The memory of a network for one example, for several numbers to be taken from it.

    `way` are options of `Way` that come before those of the network.
    """
    return _memory(network, Way(**{**dict(network.way), **way}))


@lru_cache(maxsize=2)
def _memory(network: Network, way: Way) -> Memory:
    return Memory(network, way)


def largest(memory: Memory, part: str, most: int = 3) -> list[tuple[str, int]]:
    """The weights and tensors that make up most of a part of the memory, as in `claimed_total`."""
    nodes = memory.network.nodes
    found: list[tuple[str, int]] = []
    if part != "peak":
        own = [i for i, node in enumerate(nodes) if node.shared_with is None]
        if part != "weights":
            found += [(f"the buffers of {nodes[i].name}", memory.buffer_bytes(i) or 0) for i in own]
        found += [(f"the weights of {nodes[i].name}", memory.weight_bytes(i) or 0) for i in own]
    if part == "training":
        sizes = enumerate(saved_bytes(unfold(memory)))
        found += [(f"what is kept of {nodes[i].name}", size or 0) for i, size in sizes]
    elif part not in ("weights", "flash"):
        alive = memory.timeline.alive
        found += [(f"the output of {nodes[i].name}", memory.output_bytes(i)) for i in alive]
    return sorted(found, key=lambda item: -item[1])[:most]
