"""Every number of a network by its name: how it is computed, what it counts, how it is shown.

The names of `METRICS` are those of `expect` and `budget`, of documents, of searches and of columns;
all of these, the schema and the documentation ask here. A new number is one entry.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import quantity
from cnncalc.network import Total
from cnncalc.tables.columns import show_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.network import Claim, Network, Node

Costs = list[tuple[str, int]]
"""What parts cost, the costliest first."""

SHAPE_WORDS = ("channels", "size", "features", "tokens", "shape")
"""What a shape is made of, as `output` names it."""


class Unit(NamedTuple):
    """What a number counts: how a known one is shown, and what is shown for an unknown one.

    `in_percent` says that a change is shown as a share of the old number.
    """

    show: Callable[[Any], str] = quantity.exact
    unknown: str = "?"
    in_percent: bool = True


def _axes(value: int | list[int]) -> str:
    """A number along each axis, or one for all."""
    return quantity.exact(value) if isinstance(value, int) else "×".join(map(str, value))


NUMBERS = Unit()
OPERATIONS = Unit(quantity.figures)
BYTES = Unit(quantity.size)
LAYERS = Unit(unknown="", in_percent=False)
AXES = Unit(_axes, unknown="")
SHAPES = Unit(show_shape, unknown="")


class Metric(NamedTuple):
    """A number of a network.

    `compute` gives it for one example: a `Total` where layers may leave a gap, a whole number, a
    list of one per axis (`unit` is AXES then), None where there is none. What depends on how the
    network is run (`unit` is BYTES then) also takes options of that. `title` is for tables, `about`
    is Markdown for the documentation.

    `per_layer` is what a node adds to it; `of_facts` says that nodes with equal facts add the same.
    What is `work` is done for each example of a batch, and again where weights are used again.
    `largest` are the parts it is made of, for a budget that is exceeded: the layers, if there is a
    number `per_layer`. `of_node` is the same number of one layer, for the layer's own `expect`.
    `also` is another word for it in a spec.

    A comparison shows what is a `detail_of` another number only if that did not change, and the
    `twin_of` another one only if the two differ. `key` is its name in documents, if it has a
    different one. In tables it gives way to what is less `minor`, and is `abbreviated` to three
    digits.
    """

    compute: Callable[..., Any]
    title: str
    about: str
    unit: Unit = NUMBERS
    per_layer: Callable[[Node], int | None] | None = None
    of_facts: bool = False
    work: bool = False
    largest: Callable[..., Costs] | None = None
    of_node: Callable[[Network, int], Any] | None = None
    detail_of: str = ""
    twin_of: str = ""
    key: str = ""
    minor: int = 0
    abbreviated: bool = False
    also: str = ""

    def value(self, network: Network) -> Any:
        """The number as plain data; None if it is not known."""
        found = self.compute(network)
        return found.value if isinstance(found, Total) else found

    def costliest(self, network: Network, most: int = 3, **way: Any) -> Costs:
        """The largest parts of it, where it has some; `way` is how the network is run."""
        if self.largest is not None:
            return self.largest(network, **way)[:most]
        if self.per_layer is None:
            return []
        costs = [(node.name, self.per_layer(node) or 0) for node in network.nodes]
        return sorted(costs, key=lambda cost: -cost[1])[:most]


# How numbers are computed; what takes much code is loaded when it is asked for -------------------


def _memory(part: str) -> dict[str, Any]:
    """How a part of the memory is computed, and what it is made of."""

    def compute(network: Network, **way: Any) -> Total:
        from cnncalc.cost.needs import claimed_total

        return claimed_total(network, part, **way)

    def largest(network: Network, **way: Any) -> Costs:
        from cnncalc.cost import needs

        return needs.largest(needs.memory_of(network, **way), part)

    return {"compute": compute, "largest": largest, "unit": BYTES}


def _field(network: Network, node: int | None = None) -> list[int] | Total | None:
    from cnncalc.receptive_field.survey import survey_of

    survey = survey_of(network)
    found = survey.sizes(node)
    gap = "" if found is not None else survey.gap(node)
    return Total(0, (gap,)) if gap else found


def _layers(network: Network) -> int:
    return sum(node.layer is not None for node in network.nodes)


def _outputs(network: Network) -> dict[str, dict[str, Any]]:
    return {name: network.nodes[i].output.to_dict() for name, i in network.outputs.items()}


METRICS: dict[str, Metric] = {
    "params": Metric(
        attrgetter("params"), "params", "learnable weights",
        per_layer=attrgetter("facts.params"), of_facts=True,
    ),
    "trainable": Metric(
        attrgetter("trainable"), "trainable", "learnable weights of layers that are not frozen",
        per_layer=attrgetter("trainable_params"), twin_of="params",
    ),
    "buffers": Metric(
        attrgetter("buffers"), "buffers", "running statistics",
        per_layer=attrgetter("facts.buffer_count"), of_facts=True, minor=3,
    ),
    "macs": Metric(
        attrgetter("macs"), "MACs", "[multiply-adds](costs.md) for one example", OPERATIONS,
        per_layer=attrgetter("facts.macs"), of_facts=True, work=True,
    ),
    "flops": Metric(
        attrgetter("flops"), "FLOPs", "all arithmetic for one example, 2 for each multiply-add", OPERATIONS,
        per_layer=attrgetter("facts.flops"), of_facts=True, work=True, detail_of="macs",
        minor=4, abbreviated=True,
    ),
    "memory": Metric(
        title="memory",
        about="bytes that [inference](costs.md#in-a-spec) of one example needs: weights, buffers and the "
              "peak of activations; its parts are written `memory: {weights: …, peak: …, flash: …}`, "
              "one or more of them, beside them [how it is run](costs.md#in-a-spec)",
        **_memory("memory"),
    ),
    "memory.weights": Metric(
        title="weights in memory", about="bytes of the learnable weights, without buffers",
        detail_of="memory", **_memory("weights"),
    ),
    "memory.peak": Metric(
        title="peak memory",
        about="bytes of the activations that are alive at a time, at most; also written `sram`",
        detail_of="memory", also="sram", **_memory("peak"),
    ),
    "memory.flash": Metric(
        title="memory in flash", about="bytes of what stays while it runs, weights and buffers",
        detail_of="memory", **_memory("flash"),
    ),
    "memory.training": Metric(
        title="memory to train", about="bytes that a training step with Adam needs",
        detail_of="memory", **_memory("training"),
    ),
    "receptive_field": Metric(
        _field, "receptive field",
        "how many elements of the input a unit of the first output [sees by windows](receptive-fields.md), the "
        "largest if they differ; a list of one per axis if the axes do. If the output is a vector, of the "
        "last map before it. A map that sees all of the input has none, which fails",
        AXES, of_node=_field,
    ),
    "depth": Metric(
        attrgetter("depth"), "depth", "the layers with weights, norms aside, on the longest path", LAYERS,
    ),
    "layers": Metric(
        _layers, "layers", "how many layers there are, norms and activations included", LAYERS,
        detail_of="params",
    ),
    "output": Metric(
        _outputs, "output",
        "`channels`, `size`, `features`, `tokens`, `shape`, or some; with several outputs `{name: {…}, …}`",
        SHAPES, key="outputs",
    ),
}  # fmt: skip


# Names -------------------------------------------------------------------------------------------


def totals() -> tuple[str, ...]:
    """The names of all numbers, shapes aside."""
    return tuple(name for name, metric in METRICS.items() if metric.unit is not SHAPES)


def of_model() -> tuple[str, ...]:
    """The names in the `expect` and `budget` of a model; parts are nested in their whole."""
    return tuple(name for name in METRICS if "." not in name)


def of_layer() -> tuple[str, ...]:
    """The names in the `expect` of a layer."""
    return (*SHAPE_WORDS, *(name for name, metric in METRICS.items() if metric.of_node))


def parts(name: str) -> tuple[str, ...]:
    """The parts of a number that has some: `weights`, `peak`, `flash` and `training` of `memory`."""
    return tuple(known[len(name) + 1 :] for known in METRICS if known.startswith(f"{name}."))


def sums() -> dict[str, Metric]:
    """The numbers that add up over the layers."""
    return {name: metric for name, metric in METRICS.items() if metric.per_layer is not None}


def per_layer_metrics() -> dict[str, Metric]:
    """Those of them that are compared layer by layer."""
    return {name: metric for name, metric in sums().items() if not metric.twin_of}


# Claims ------------------------------------------------------------------------------------------


def of_claim(claim: Claim) -> Metric:
    """The number that a claim is about."""
    return METRICS[_name(claim)]


def _name(claim: Claim) -> str:
    return "output" if claim.keys[-1] in SHAPE_WORDS else ".".join(claim.keys)


def claimed_value(network: Network, claim: Claim) -> tuple[Any, Total | None]:
    """The number that a claim is about: its value, None if unknown, and the sum behind it.

    Along several axes it is one number if all are alike, else a tuple.
    """
    metric = of_claim(claim)
    if metric.unit is SHAPES:
        value = _shape(network, claim).get(claim.keys[-1])
        return (tuple(value) if isinstance(value, list) else value), None
    if claim.node is not None and metric.of_node is not None:
        value = metric.of_node(network, claim.node)
    else:
        value = metric.compute(network, **dict(claim.way))
    if isinstance(value, Total):
        return value.value, value
    if isinstance(value, list):
        value = value[0] if len(set(value)) == 1 else tuple(value)
    return value, None


def _shape(network: Network, claim: Claim) -> dict[str, Any]:
    """The shape of the layer or of the output that a claim is about."""
    index = claim.node
    if index is None:
        named = claim.keys[1] if len(claim.keys) == 3 else next(iter(network.outputs))
        index = network.outputs[named]
    return network.nodes[index].output.to_dict()
