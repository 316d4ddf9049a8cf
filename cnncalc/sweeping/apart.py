"""Channels and sizes apart: a network at another input size, without being built.

Of most convolutional networks the channels do not depend on the size of the input, nor the sizes on the
channels (`Layer.keeps_apart`). Then every layer costs so much for each position of its output, which
its channels say (`Rates`), and has so many positions, which the sizes say (`Positions`). Two networks
whose layers differ in nothing but channels have the same `Wiring`, and the same positions at the same
sizes. So of a grid of widths and sizes it is enough to build each width once, and to ask the
layers of one of them what each size becomes; what is in between are sums of products.
"""

from __future__ import annotations

from array import array
from math import prod
from operator import mul
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.cost.memory import Memory, Way, is_depthwise
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import BITS
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.shape import LARGEST, Shape
from cnncalc.network import Network
from cnncalc.sweeping.numbers import number_of
from cnncalc.sweeping.peaks import Plan, peak

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.layers.base.layer import Layer
    from cnncalc.network import Node

FIXED = ("params", "trainable", "buffers", "depth", "layers", "memory.weights", "memory.flash")
"""Numbers that do not depend on the sizes."""

KNOWN = frozenset((*FIXED, "macs", "memory", "memory.peak", "receptive_field"))
"""Numbers that can be told of channels and sizes apart."""

_KEPT = 300_000
"""Of so many layers rates and positions are kept."""

Sizes = tuple[tuple[int, ...], ...]
"""The size of every input."""


class Positions(NamedTuple):
    """How many positions the layers of a wiring have at some sizes, those with MACs again, and the field."""

    of_layers: Sequence[int]
    of_products: Sequence[int]
    most: int
    field: int | None


class Wiring:
    """What networks have in common whose layers differ in channels alone."""

    def __init__(self, network: Network, way: Way, *, plans: bool) -> None:
        """`network` is one of them; with `plans` it can be told what is alive when."""
        self.network = network
        self.products = [i for i, node in enumerate(network.nodes) if node.facts.macs]
        self.known: dict[Sizes, Positions] = {}
        self.plan: Plan | None = None
        self.bits: list[int] = []
        if plans:
            memory = Memory(network, way)
            graph = memory.graph()
            self.plan = Plan.of(graph)
            self.bits = [
                0 if step.view or not step.size else BITS[dtype] * way.batch
                for step, dtype in zip(graph.steps, memory.dtypes, strict=True)
            ]


class Rates(NamedTuple):
    """What a network costs for each position: MACs of those layers that have some, bits of all outputs.

    `most` is the largest number of channels; `fixed` are the numbers that do not depend on the sizes.
    """

    wiring: Wiring
    macs: Sequence[int]
    bits: Sequence[int]
    most: int
    fixed: Mapping[str, Any]


class Apart:
    """The rates of networks by what distinguishes them, and their positions by sizes."""

    def __init__(self, metrics: Sequence[str], way: Mapping[str, Any]) -> None:
        """The numbers of these names, of networks that are run in this way."""
        self.metrics = metrics
        self.way = way
        self._needs_plan = any(name in ("memory", "memory.peak") for name in metrics)
        self._fixed = [name for name in metrics if name in FIXED]
        if "memory" in metrics and "memory.flash" not in metrics:
            self._fixed.append("memory.flash")
        self._rates: dict[Any, Rates | None] = {}
        self._wirings: dict[Any, Wiring] = {}
        self._kinds: dict[Any, int] = {}
        self._kind_of: dict[int, tuple[Layer, int]] = {}
        self._sized: dict[Any, tuple[tuple[int, ...], tuple[Axis, ...]]] = {}
        self._kept = 0

    @staticmethod
    def can_tell(metrics: Sequence[str], way: Mapping[str, Any]) -> bool:
        """Whether these numbers follow from channels and sizes apart."""
        return KNOWN.issuperset(metrics) and not way.get("eager")

    def tell(self, key: Any, sizes: Sizes) -> dict[str, Any] | None:
        """The numbers of a network that was not built; None if it must be.

        `key` says all of it but the sizes of its inputs.
        """
        rates = self._rates.get(key)
        if rates is None:
            return None
        wiring = rates.wiring
        positions = wiring.known.get(sizes) or self._look_at(wiring, sizes)
        if positions is None or positions.most * rates.most > LARGEST:
            return None
        found: dict[str, Any] = {}
        for name in self.metrics:
            if name in rates.fixed:
                found[name] = rates.fixed[name]
            elif name == "macs":
                found[name] = sum(map(mul, rates.macs, positions.of_products))
            elif name == "receptive_field":
                found[name] = positions.field
            else:
                found[name] = self._memory(name, rates, positions)
        return found

    def _memory(self, name: str, rates: Rates, positions: Positions) -> int | None:
        """The peak, alone or with what is stored."""
        plan = rates.wiring.plan
        if plan is None:
            raise LookupError(name)
        most = peak(plan, list(map(mul, rates.bits, positions.of_layers)))
        if name == "memory.peak":
            return most
        flash = rates.fixed["memory.flash"]
        return None if flash is None else flash + most

    def learn(self, key: Any, sizes: Sizes, network: Network) -> None:
        """Remember what a network that was built says of others."""
        if self._kept > _KEPT:
            self._forget()
        if key not in self._rates:
            self._rates[key] = self._measure(network)
        rates = self._rates[key]
        if rates is not None and sizes not in rates.wiring.known:
            self._survey(rates.wiring, sizes, network)

    def _forget(self) -> None:
        for known in (self._rates, self._wirings, self._kinds, self._kind_of, self._sized):
            known.clear()
        self._kept = 0

    def _look_at(self, wiring: Wiring, sizes: Sizes) -> Positions | None:
        """The positions at sizes at which no network was built; None if a layer refuses them."""
        network = self._resize(wiring.network, sizes)
        return None if network is None else self._survey(wiring, sizes, network)

    def _survey(self, wiring: Wiring, sizes: Sizes, network: Network) -> Positions:
        self._kept += len(network.nodes)
        positions = [prod(node.output.size) for node in network.nodes]
        field = None
        if "receptive_field" in self.metrics:
            field = number_of("receptive_field", network)
        products = [positions[i] for i in wiring.products]
        known = wiring.known[sizes] = Positions(positions, products, max(positions), field)
        return known

    def _measure(self, network: Network) -> Rates | None:
        """The rates of a network; None if its channels and sizes depend on each other."""
        self._kept += len(network.nodes)
        if not all(keeps_apart(network, node) for node in network.nodes):
            return None
        wiring = self._wiring(network)
        macs = []
        for index in wiring.products:
            node = network.nodes[index]
            rate, rest = divmod(node.facts.macs or 0, prod(node.output.size))
            if rest:
                return None
            macs.append(rate)
        most = max(node.output.channels for node in network.nodes)
        try:
            bits = array("q", [node.output.channels * bits for node, bits in
                               zip(network.nodes, wiring.bits, strict=False)])  # fmt: skip
            return Rates(wiring, array("q", macs), bits, most, {
                name: number_of(name, network, self.way) for name in self._fixed
            })  # fmt: skip
        except OverflowError:
            return None

    def _wiring(self, network: Network) -> Wiring:
        """That of a network, which it may share with others."""
        inplace = self.way.get("inplace", dict(network.way).get("inplace"))
        nodes = tuple([
            (self._kind(node), node.inputs, node.dtype, node.shared_with,
             inplace and node.inputs and is_depthwise(node, network.nodes[node.inputs[0]]))
            for node in network.nodes
        ])  # fmt: skip
        place = (nodes, *network.outputs.values())
        if place not in self._wirings:
            self._kept += len(nodes)
            way = Way(**{**dict(network.way), **self.way})
            self._wirings[place] = Wiring(network, way, plans=self._needs_plan)
        return self._wirings[place]

    def _resize(self, network: Network, sizes: Sizes) -> Network | None:
        """The layers of a network on inputs of other sizes, also of other ranks; None if one refuses them.

        Its nodes have their outputs and windows, and nothing that follows from channels.
        """
        given = iter(sizes)
        known: dict[Any, Facts] = {}
        nodes: list[Node] = []
        for node in network.nodes:
            if node.layer is None:
                nodes.append(node.with_facts(Facts(node.output._replace(size=next(given)))))
                continue
            inputs = [nodes[i].facts.output for i in node.inputs]
            place = (self._kind(node), *[x.size for x in inputs])
            sized = self._sized.get(place)
            if sized is None:
                try:
                    facts = node.layer.apply(*inputs)
                except Refusal:
                    return None
                sized = self._sized[place] = facts.output.size, facts.windows
            channels = node.facts.output.channels
            like = (place, channels)
            if like not in known:
                known[like] = Facts(Shape(channels, sized[0]), windows=sized[1])
            nodes.append(node.with_facts(known[like]))
        return Network(network.name, nodes, network.outputs, dialect=network.dialect)

    def _kind(self, node: Node) -> int:
        """The same number for layers that differ in their channels alone."""
        layer = node.layer
        if layer is None:
            return -1
        known = self._kind_of.get(id(layer))
        if known is None:
            apart = layer.of_channels
            keys = tuple(value for name, value in layer.__dict__.items() if name not in apart)
            kind = self._kinds.setdefault((type(layer), keys), len(self._kinds))
            # Kept with the layer: another one could come to have its id.
            known = self._kind_of[id(layer)] = (layer, kind)
        return known[1]


def keeps_apart(network: Network, node: Node) -> bool:
    """Whether the sizes of a node say nothing of its channels, nor these of its sizes."""
    output = node.facts.output
    if output.form or output.copies != 1:
        return False
    layer = node.layer
    if layer is None:
        return True
    if not layer.keeps_apart or node.facts.macs is None or node.facts.params is None:
        return False
    is_of_vectors = layer.keeps_apart == "vectors"
    if len(node.inputs) == 1 and not is_of_vectors:
        return True
    ranks = {network.nodes[i].facts.output.rank for i in node.inputs}
    # Where ranks differ, channels could come to lie beside an axis of space; a vector has none.
    return ranks == {0} if is_of_vectors else ranks <= {0, output.rank}
