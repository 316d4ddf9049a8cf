"""What a step of training costs: operations forward, backward and for the optimizer, and memory.

The rules:

- Backward, the gradient of the weights takes as many MACs as the layer, and so does the gradient
  of its input. Neither is computed where nothing needs it: of frozen weights, and of the input of
  layers before which nothing is learnt; what such a layer computes on its own results, as a
  recurrent one on its state, has both (`Facts.inner`). A product of two tensors without weights takes as many
  MACs for the gradient of each operand. Source: Hobbhahn & Sevilla 2021, "What's the
  backward-forward FLOP ratio for neural networks?"; PyTorch counts the same.
- Other arithmetic costs backward what it costs forward, where a gradient passes.
- An optimizer works on every weight that is learnt, once a step: sgd one multiplication and one
  subtraction, momentum 4 operations, Adam 12 (Kingma & Ba 2015, arXiv:1412.6980, section 2, the
  more efficient order of its computations).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from cnncalc.cost.liveness import timeline
from cnncalc.cost.memory import Memory, together
from cnncalc.errors import UsageError
from cnncalc.network import Total
from cnncalc.registry import alternatives, suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node


class Optimizer(NamedTuple):
    """For each weight: the operations of a step, and the numbers kept from step to step."""

    flops: int
    slots: int


OPTIMIZERS = {"sgd": Optimizer(2, 0), "momentum": Optimizer(4, 1), "adam": Optimizer(12, 2)}
Choice = Annotated[str | None, f"The optimizer of --training: {alternatives(OPTIMIZERS)}."]

OPTIMIZER = "adam"
"""The optimizer unless another is named."""

_STATISTIC, _INDEX = 4, 8


def choose_optimizer(optimizer: str | None, *, training: bool = False) -> str | None:
    """The optimizer that is asked for, None if training is not; raises UsageError."""
    if optimizer is None:
        return OPTIMIZER if training else None
    if optimizer not in OPTIMIZERS:
        raise UsageError(f"--optimizer takes {', '.join(OPTIMIZERS)}, got {optimizer}",
                         suggestion(optimizer, OPTIMIZERS))  # fmt: skip
    return optimizer


class Gradients(NamedTuple):
    """The MACs of a layer's backward pass: for its weights, and for what it reads."""

    weights: int
    inputs: int


def backward_flops(network: Network) -> list[int | None]:
    """The operations of each node's backward pass, for one example."""
    needs = find_needs(network)
    found: list[int | None] = []
    for index, node in enumerate(network.nodes):
        facts = node.facts
        if not needs[index]:
            found.append(0)
        elif facts.macs is None or facts.work is None:
            found.append(None)
        else:
            passing = sum(needs[i] for i in node.inputs)
            found.append(backward_pass(facts, gradient_macs(node, facts, passing)))
    return found


def gradient_macs(node: Node, facts: Facts, passing: int) -> Gradients:
    """The MACs of a node's gradients; `passing` of its inputs need one.

    `facts` are those of the node; its MACs are known.
    """
    macs: int = facts.macs or 0
    if facts.params:
        return Gradients(macs if node.trainable else 0, macs if passing else facts.inner)
    return Gradients(0, macs * (2 if len(node.inputs) == 1 else passing))


def backward_pass(facts: Facts, gradients: Gradients) -> int:
    """The operations for these gradients, and those of the other arithmetic once more."""
    return 2 * (gradients.weights + gradients.inputs) + sum((facts.work or {}).values())


def optimizer_flops(node: Node, optimizer: str) -> int | None:
    """The operations of an optimizer on the weights of a node; those used again are done once."""
    if node.shared_with is not None:
        return 0
    params = node.trainable_params
    return None if params is None else params * OPTIMIZERS[optimizer].flops


def find_needs(network: Network) -> list[bool]:
    """Whether a gradient reaches each node: whether anything before it, or in it, is learnt."""

    def rule(node: Node, before: list[bool]) -> bool:
        passes = node.layer is None or not node.layer.independent
        return (passes and any(before)) or (node.trainable and node.facts.params != 0)

    return network.walk(rule)


def memory_parts(memory: Memory, optimizer: str = OPTIMIZER) -> dict[str, Total]:
    """What a step of training holds at once, by its parts, and their `total`.

    Weights, as much again for the gradients of those that are trainable and for each number that
    the optimizer keeps of them, buffers, and the tensors that the backward pass needs. The
    gradients of tensors, which come and go during the backward pass, are not part of it.
    """
    memory = unfold(memory)
    nodes = memory.network.nodes
    weights, buffers = memory.total("weight_bytes"), memory.total("buffer_bytes")
    frozen = sum(
        memory.weight_bytes(i) or 0
        for i, node in enumerate(nodes)
        if node.shared_with is None and not node.trainable
    )
    gradients = weights._replace(known=weights.known - frozen)
    parts = {
        "weights": weights,
        "gradients": gradients,
        "optimizer": gradients._replace(known=gradients.known * OPTIMIZERS[optimizer].slots),
        "buffers": buffers,
        "activations": _total(memory.network, saved_bytes(memory)),
    }
    return {**parts, "total": together(*parts.values())}


class Saved(NamedTuple):
    """What the backward pass needs of a layer.

    Its output of `size` bytes if it `keeps` that, and what its `words` say (`Layer.saves`), which
    are None where nothing needs a gradient of it.
    """

    words: Sequence[str] | None
    keeps: bool
    size: int

    def parts(self, output: Shape, inside: int, batch: int) -> dict[str, int]:
        """The bytes by what they are for; `inside` are the numbers within the layer (`Facts.saved`)."""
        parts = {"output": self.size} if self.keeps else {}
        if self.words is None:
            return parts
        elements = output.elements * batch
        if "mask" in self.words:
            parts["mask"] = elements
        if "indices" in self.words:
            parts["indices"] = elements * _INDEX
        if "statistics" in self.words:
            parts["statistics"] = output.channels * 2 * _STATISTIC
        if inside:
            parts["states"] = inside * batch * _STATISTIC
        return parts


def saved_bytes(memory: Memory) -> list[int | None]:
    """The bytes that each node keeps for the backward pass; None where that is unknown.

    Each tensor counts once, at the layer that has written it, however many layers need it.
    """
    sizes: list[int | None] = []
    for node, found in zip(memory.network.nodes, find_saved(memory), strict=True):
        parts = found.parts(node.output, node.facts.saved, memory.way.batch)
        unknown = node.layer is not None and node.layer.saves is None
        sizes.append(None if unknown else sum(parts.values()))
    return sizes


def find_saved(memory: Memory) -> list[Saved]:
    """What the backward pass needs of each node."""
    plain = memory.graph(training=True)
    said = _saved_words(memory.network)
    words = [saves or () for saves in said]
    fixed: set[int] = set()
    for index, saves in enumerate(words):
        fixed.update(plain.reads[index] if "inputs" in saves else ())
        fixed.update({plain.owner[index]} if "output" in saves else ())
    graph = memory.graph(training=True, fixed=frozenset(fixed))
    over = timeline(graph).over
    block = list(graph.owner)
    for index, tensor in over.items():
        block[index] = block[tensor]
    kept: set[int] = set()
    for index, saves in enumerate(words):
        of_output = "output" in saves or ("either" in saves and index in over)
        if "inputs" in saves or ("either" in saves and not of_output):
            kept.update(block[tensor] for tensor in graph.reads[index])
        if of_output:
            kept.add(block[graph.owner[index]])
    return [
        Saved(named, index in kept, step.size)
        for index, (named, step) in enumerate(zip(said, graph.steps, strict=True))
    ]


def _saved_words(network: Network) -> list[Sequence[str] | None]:
    """What each node keeps for the backward pass; None where that does not concern it."""
    words: list[Sequence[str] | None] = []
    for node, needed in zip(network.nodes, find_needs(network), strict=True):
        saves = (node.layer and node.layer.saves) or ()
        if not node.trainable and node.facts.weights and node.facts.macs and len(node.inputs) == 1:
            # The gradient of its input takes the weights alone.
            needed = False  # noqa: PLW2901
        words.append(saves if needed else None)
    return words


def unfold(memory: Memory) -> Memory:
    """The memory without folded norms: training needs their statistics."""
    return Memory(memory.network, memory.way._replace(fold_norm=False))


def _total(network: Network, sizes: list[int | None]) -> Total:
    gaps = [node.name for node, size in zip(network.nodes, sizes, strict=True) if size is None]
    return Total(sum(size or 0 for size in sizes), tuple(gaps))
