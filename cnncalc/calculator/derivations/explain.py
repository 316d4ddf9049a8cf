"""The working of the layers of a network: what stands in their rows, number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import __version__, registry
from cnncalc.calculator.derivations import facts
from cnncalc.calculator.derivations.fields import derive_field, derive_field_step
from cnncalc.calculator.derivations.memory import Stored, derive_intensity
from cnncalc.calculator.derivations.totals import derive_totals
from cnncalc.calculator.derivations.tracing import Traced
from cnncalc.cost.memory import Memory, Way, known_batch, known_dtype
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
        self, network: Network, analysis: str, layer: str, sections: Sequence[Section]
    ) -> None:
        """`layer` is the name that was asked for, empty for all."""
        self.network = network
        self.analysis = analysis
        self.layer = layer
        self.sections = tuple(sections)

    def to_dict(self) -> dict[str, Any]:
        """The document of `--format json`."""
        return {
            "schema": 1,
            "cnncalc": __version__,
            "analysis": self.analysis,
            "model": self.network.name,
            "dialect": self.network.dialect,
            "explain": self.layer or None,
            "sections": [section.to_dict() for section in self.sections],
        }

    def _repr_html_(self) -> str:
        """The workings as HTML, for notebooks."""
        return str(registry.load("formats", "html").explain(self.sections))


def explain(
    network: Network,
    layer: str = "",
    analysis: str = "summary",
    *,
    batch: int = 1,
    dtype: str = "fp32",
    inplace: bool = False,
    fold_norm: bool = False,
    training: bool = False,
) -> Explanation:
    """How the numbers come about that an analysis shows of a layer, of a block, or of all layers.

    The options are those of the analyses. A layer that hosts a norm and an activation, and a block,
    are explained with all that is in them.
    Raises UsageError for an unknown layer, analysis or option value.
    """
    name = analysis.replace("_", "-")
    if name not in PARTS:
        known = registry.suggestion(name, PARTS) or "analyses: " + ", ".join(PARTS)
        raise UsageError(f"{analysis} has no working of layers", known)
    way = Way(known_batch(batch), known_dtype(dtype), inplace, fold_norm)
    author = _Author(network, PARTS[name], way, training=training)
    chosen = members(network, layer)
    if name == "padding" and len(chosen) > 1:
        chosen = [i for i in chosen if network.nodes[i].facts.windows]
    sections = [author.section(index) for index in chosen]
    if len(sections) > 1:
        title = f"{layer or network.name} in all"
        total = derive_totals(network, chosen, sections, title, whole=not layer)
        sections += [total] if total else []
    if not sections:
        sections = [Section(network.name, [], [], notes=["no layer here has a window"])]
    return Explanation(network, name, layer, sections)


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
            output = facts.derive_shape(w, found)
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
