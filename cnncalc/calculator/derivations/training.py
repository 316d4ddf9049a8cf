"""The working of what a step of training computes for a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.cost.training import (
    OPTIMIZERS,
    Gradients,
    backward_pass,
    find_needs,
    gradient_macs,
)
from cnncalc.layers.base.layer import Facts

if TYPE_CHECKING:
    from cnncalc.calculator.derivations.tracing import Traced
    from cnncalc.network import Network
    from cnncalc.working.steps import Plain


class Trained:
    """A network in training with an optimizer; where gradients are needed is found out once."""

    def __init__(self, network: Network, optimizer: str) -> None:
        """Nothing is derived yet."""
        self.network = network
        self.optimizer = optimizer
        self.needs = find_needs(network)

    def derive_backward(self, w: Plain, index: int, found: Traced, macs: Any) -> Any:
        """The operations of the backward pass for one example; `macs` are those forward."""
        node, facts = self.network.nodes[index], found.facts
        if not self.needs[index]:
            w.say("backward", "", "", 0, note="nothing is learnt in it or before it")
            return 0
        if macs is None or facts.work is None:
            w.say("backward", "unknown", "", "?")
            return None
        passing = sum(self.needs[i] for i in node.inputs)
        work = {kind: w.part(kind, number) for kind, number in facts.work.items()}
        known = Facts(facts.output, macs=macs, work=work, weights=facts.weights, inner=facts.inner)
        gradients = gradient_macs(node, known, passing)
        if macs:
            learnt = "" if node.trainable else "the layer is frozen"
            before = "" if passing else "nothing before it is learnt"
            gradients = Gradients(
                _let(w, "MACs_weights", gradients.weights, learnt) if facts.params else 0,
                _let(w, "MACs_input", gradients.inputs, before),
            )
        return w.let("backward", backward_pass(known, gradients), kept=True, named=False)

    def derive_update(self, w: Plain, index: int) -> None:
        """The operations of the optimizer, once a step whatever the batch is."""
        node = self.network.nodes[index]
        if node.shared_with is not None:
            of = self.network.nodes[node.shared_with].name
            w.say(self.optimizer, "", "", 0, note=f"the weights are those of {of}: updated there")
        elif node.trainable_params is None:
            w.say(self.optimizer, "unknown", "", "?")
        elif not node.trainable_params:
            w.say(self.optimizer, "", "", 0, note="nothing is learnt")
        else:
            learnt = w.add_given("trainable", node.trainable_params, "weights that are learnt")
            each = w.add_given("a", OPTIMIZERS[self.optimizer].flops, "operations for each weight")
            w.let(self.optimizer, learnt * each, kept=True, named=False)


def _let(w: Plain, name: str, value: Any, note: str) -> Any:
    if value:
        return w.let(name, value, kept=True, note=note)
    w.say(name, "", "", 0, note=note)
    return 0
