"""The working of the layers of a network: what stands in their rows, number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import __version__, registry
from cnncalc.calculator.derivations import facts
from cnncalc.calculator.derivations.counted import Counted
from cnncalc.calculator.derivations.fields import derive_field, derive_field_step
from cnncalc.calculator.derivations.memory import Stored, derive_intensity
from cnncalc.calculator.derivations.totals import derive_totals
from cnncalc.calculator.derivations.tracing import Traced
from cnncalc.calculator.derivations.training import Trained
from cnncalc.cost.memory import Memory, Way, known_way
from cnncalc.cost.training import choose_optimizer
from cnncalc.errors import UsageError
from cnncalc.metrics import METRICS
from cnncalc.receptive_field.survey import Survey
from cnncalc.working.steps import Section, Working

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Network, Node

PARTS = {
    "shapes": ("shape", "params"),
    "padding": ("padding",),
    "params": ("params", "trainable", "buffers"),
    "macs": ("shape", "macs", "intensity"),
    "memory": ("shape", "memory"),
    "receptive-field": ("shape", "field"),
    "summary": ("shape", "params", "trainable", "buffers", "macs", "field"),
    "working": ("shape", "params", "trainable", "buffers", "macs", "memory", "field step"),
}
"""What each analysis says of a layer, as far as it has a working."""


class Explanation:
    """The workings of some layers; in a notebook it shows itself as HTML."""

    def __init__(
        self, network: Network, analysis: str, layers: Sequence[str], sections: Sequence[Section]
    ) -> None:
        """`layers` are the names that were asked for, none for all."""
        self.network = network
        self.analysis = analysis
        self.layers = tuple(layers)
        self.sections = tuple(sections)

    def to_dict(self) -> dict[str, Any]:
        """The document of `--format json`."""
        return {
            "schema": 1,
            "cnncalc": __version__,
            "analysis": self.analysis,
            "model": self.network.name,
            "dialect": self.network.dialect,
            "explain": (self.layers[0] if len(self.layers) == 1 else [*self.layers]) or None,
            "sections": [section.to_dict() for section in self.sections],
        }

    def _repr_html_(self) -> str:
        """The workings as HTML, for notebooks."""
        return str(registry.load("formats", "html").explain(self.sections))


def explain(
    network: Network,
    layer: str | Sequence[str] = "",
    analysis: str = "summary",
    *,
    batch: int = 1,
    dtype: str = "fp32",
    bias_dtype: str = "",
    inplace: bool = False,
    fold_norm: bool = False,
    eager: bool = False,
    training: bool = False,
    optimizer: str | None = None,
    convention: str | None = None,
) -> Explanation:
    """How the numbers come about that an analysis shows of a layer, of a block, or of all layers.

    `layer` is a name, or a list of them, each explained in its turn; none is all layers.
    The options are those of the analyses. A layer that hosts a norm and an activation, and a block,
    are explained with all that is in them.
    Raises UsageError for an unknown layer, analysis or option value.
    """
    name = analysis.replace("_", "-")
    if name not in PARTS:
        known = registry.suggestion(name, PARTS) or "analyses: " + ", ".join(PARTS)
        raise UsageError(f"{analysis} has no working of layers", known)
    way = known_way(Way(batch, dtype, inplace, fold_norm, bias_dtype, eager))
    author = _Author(network, PARTS[name], way, training=training)
    if name == "macs":
        author.ask(choose_optimizer(optimizer, training=training), convention)
    layers = [layer] if isinstance(layer, str) and layer else [*layer]
    sections: list[Section] = []
    # What is asked for twice is explained once.
    for one in dict.fromkeys(layers) or ("",):
        sections += _of(author, name, one)
    if not sections:
        sections = [Section(network.name, [], [], notes=["no layer here has a window"])]
    return Explanation(network, name, layers, sections)


def _of(author: _Author, analysis: str, layer: str) -> list[Section]:
    """The sections of a layer or block, or of all, with their total."""
    network = author.network
    indices = members(network, layer)
    if analysis == "padding" and len(indices) > 1:
        indices = [i for i in indices if network.nodes[i].facts.windows]
    sections = [author.section(index) for index in indices]
    if len(sections) > 1:
        title = f"{layer or network.name} in all"
        total = derive_totals(network, indices, sections, title, whole=not layer,
                              also=author.sums)  # fmt: skip
        sections += [total] if total else []
    return sections


def members(network: Network, name: str) -> list[int]:
    """The nodes that a name stands for: one, or all of a layer with its norm, or of a block.

    An empty name stands for all of them. Raises UsageError for an unknown name.
    """
    nodes = network.nodes
    if not name:
        return [i for i, node in enumerate(nodes) if node.layer is not None]
    found = [i for i, node in enumerate(nodes) if name in (node.name, *_frames(node))]
    if not found:
        names = [n for node in nodes for n in (node.name, *_frames(node))]
        raise UsageError(f"{network.name} has no layer `{name}`",
                         registry.suggestion(name, dict.fromkeys(names))
                         or "`cnncalc shapes --expand` shows their names")  # fmt: skip
    return found


def _frames(node: Node) -> list[str]:
    return [frame.name for frame in node.frame.path()] if node.frame else []


class _Author:
    """Writes the sections of one network."""

    def __init__(self, network: Network, parts: Sequence[str], way: Way, *, training: bool) -> None:
        self.network = network
        self.parts = parts
        self.way = way
        self.memory = (
            Stored(Memory(network, way), training=training, counted="params" in parts)
            if "memory" in parts
            else None
        )
        self.moved = Memory(network, way)
        self.survey = Survey(network)
        self.trained: Trained | None = None
        self.counted: Counted | None = None

    def ask(self, optimizer: str | None, convention: str | None) -> None:
        """Also work out a step of training with an optimizer, and what another tool counts."""
        self.trained = Trained(self.network, optimizer) if optimizer else None
        self.counted = Counted(self.network, convention, self.way.batch) if convention else None

    @property
    def sums(self) -> list[str]:
        """The steps that were asked for besides and add up over layers."""
        trained = (
            ["backward", "backward of the batch", self.trained.optimizer] if self.trained else []
        )
        return [*trained, *(self.counted.titles if self.counted else ())]

    def section(self, index: int) -> Section:
        """The working of one node."""
        node, w = self.network.nodes[index], Working()
        title = f"{node.name} ({node.op})"
        if node.layer is None:
            if "field" in self.parts or "field step" in self.parts:
                w.say("R", "", "", 1, note="an input sees itself")
            facts.say_shape(w, node.output)
            if self.memory is not None:
                self.memory.derive_input(w, index)
            return Section(title, w.used_givens(), w.steps)
        inputs = [self.network.nodes[i].output for i in node.inputs]
        self._facts(w, Traced(w, node.layer, inputs), index)
        if "field" in self.parts:
            derive_field(w, self.survey, index)
        if "field step" in self.parts:
            derive_field_step(w, self.survey, index)
        return Section(title, w.used_givens(), w.steps, notes=[*self._notes(node), *w.notes])

    def _facts(self, w: Working, found: Traced, index: int) -> None:
        output, node = None, self.network.nodes[index]
        if "shape" in self.parts or "padding" in self.parts:
            output = facts.derive_shape(w, found, sides="padding" in self.parts)
        if "padding" in self.parts:
            facts.derive_unread(w, found)
        if "params" in self.parts:
            params = facts.derive_params(w, found)
            if "trainable" in self.parts:
                facts.derive_trainable(w, node, params)
                self._share(w, "params", params)
        if "buffers" in self.parts:
            facts.derive_buffers(w, found)
        if "macs" in self.parts:
            self._work(w, found, index)
        if self.memory is not None and output is not None:
            self.memory.derive(w, index, found, output)

    def _work(self, w: Working, found: Traced, index: int) -> None:
        """MACs and FLOPs, of one example and of the batch; FLOPs for each byte that is moved."""
        macs = facts.derive_macs(w, found)
        flops = facts.derive_flops(w, found, macs)
        if self.way.batch != 1:
            examples = w.add_given("B", self.way.batch, "examples")
            self._for_batch(w, "MACs", macs, examples)
            flops = self._for_batch(w, "FLOPs", flops, examples)
        self._share(w, "macs", macs)
        if "intensity" in self.parts:
            derive_intensity(w, self.moved, index, flops)
        if self.trained:
            backward = self.trained.derive_backward(w, index, found, macs)
            if self.way.batch != 1 and backward:
                self._for_batch(
                    w, "backward", backward, w.add_given("B", self.way.batch, "examples")
                )
            self.trained.derive_update(w, index)
        if self.counted:
            self.counted.derive(w, index, found, macs)

    def _for_batch(self, w: Working, name: str, number: Any, examples: Any) -> Any:
        """The work for the whole batch; None stays unknown."""
        if number is None:
            return None
        return w.let(f"{name} of the batch", number * examples, kept=True, named=False)

    def _share(self, w: Working, name: str, number: Any) -> None:
        """The percentage of the network's total."""
        total = METRICS[name].compute(self.network)
        if number and total.known:
            title = METRICS[name].title
            whole = w.add_given(f"{title}_all", total.known, f"{title} of {self.network.name}")
            w.let(f"{title} %", number * 100 / whole, unit="%")

    def _notes(self, node: Node) -> list[str]:
        if node.shared_with is None:
            return []
        name = self.network.nodes[node.shared_with].name
        return [f"the weights are those of {name}: a total counts them once"]
