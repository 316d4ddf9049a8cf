"""The bytes of a layer: its weights, what it writes, and all that is alive then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.liveness import Graph, timeline
from cnncalc.costs.memory import stored_bytes, tensor_bytes
from cnncalc.derivations.facts import derive_params
from cnncalc.working.traced import rename

if TYPE_CHECKING:
    from cnncalc.costs.memory import Memory
    from cnncalc.derivations.tracing import Traced
    from cnncalc.layer import Shape
    from cnncalc.working.steps import Plain


def derive_memory(w: Plain, memory: Memory, index: int, found: Traced, output: Shape) -> None:
    """The numbers of the row of `memory` for a node, whose output has symbols."""
    dtype = memory.dtypes[index]
    if index in memory.folded:
        w.say("weights", "folded into the layer before it", "", 0, unit="B")
    elif found.facts.weights is None:
        w.say("weights", "unknown", "", "?", unit="B")
    else:
        derive_params(w, found)
        weights = memory.stored_weights(index, found.facts.weights)
        if weights:
            w.let("weights", stored_bytes(weights, dtype), unit="B", note=dtype)
    batch = w.given("B", memory.way.batch, "examples")
    elements = output.elements * (1 if memory.way.batch == 1 else batch)
    node = memory.network.nodes[index]
    size = tensor_bytes(elements, dtype)
    if memory.graph().steps[index].view:
        w.say("writes", "nothing: it gives its operand on", "", 0, unit="B")
    else:
        w.let("writes", size, unit="B", note=dtype)
    graph = memory.graph()
    steps = [
        step._replace(size=rename(other.name, step.size))
        for step, other in zip(graph.steps, memory.network.nodes, strict=True)
    ]
    kept = memory.network.outputs.values()
    w.let("alive", timeline(Graph(steps, kept)).live[index], unit="B", kept=True,
          note=f"what is in memory while {node.name} runs")  # fmt: skip
