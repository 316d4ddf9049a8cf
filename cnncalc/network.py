"""The graph: immutable nodes in the order of the spec, each with its layer and its facts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from cnncalc import foreign, registry
from cnncalc.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.errors import Source, Span
    from cnncalc.language.item import Item
    from cnncalc.layers.base.layer import Facts, Layer
    from cnncalc.layers.base.number_types import NumberType
    from cnncalc.layers.base.shape import Shape
    from cnncalc.quantity import Quantity
    from cnncalc.work import Budget

T = TypeVar("T")


class Use(NamedTuple):
    """The use of a block: the item that says it, the values of the block's arguments and what it reads."""

    item: Item
    arguments: Mapping[str, Any]
    operands: tuple[int, ...]


class Frame(NamedTuple):
    """What the spec wrote as one: a layer with its norm and activation, a block, a repetition.

    Frames nest; `times` is the number of repetitions, `is_layer` marks conv + norm + activation.
    `given` says that somebody gave the name: the others are numbers, or generated. `use` is what
    block it is, if it is one.
    """

    name: str
    op: str
    parent: Frame | None
    times: int | None = None
    is_layer: bool = False
    given: bool = False
    use: Use | None = None

    def path(self) -> list[Frame]:
        """The frames from the outermost to this one."""
        found: list[Frame] = []
        frame: Frame | None = self
        while frame is not None:
            found.append(frame)
            frame = frame.parent
        return found[::-1]

    @property
    def label(self) -> str:
        """`Bottleneck ×3`."""
        return self.op if self.times is None else f"{self.op} ×{self.times}"


class Written(Protocol):
    """What the spec says of a layer."""

    def place_of(self, key: str) -> Span | None:
        """Where the value of a key stands; None if the layer itself does not have it."""


class Node:
    """A layer at its place in the graph.

    `index` is its own place in `Network.nodes`, `inputs` are those of what it reads, `shared_with`
    that of the node whose weights it uses again, `host` that of the layer whose norm or activation
    it is. `given` says that somebody gave the last part of its name; `span` is where the spec
    declares it, and `written` knows the places of its keys.
    """

    __slots__ = ("dtype", "facts", "frame", "given", "host", "index", "inputs", "layer", "name", "op",
                 "shared_with", "span", "trainable", "written")  # fmt: skip

    def __init__(
        self,
        name: str,
        op: str,
        layer: Layer | None,
        inputs: tuple[int, ...],
        facts: Facts,
        index: int,
        frame: Frame | None = None,
        span: Span | None = None,
        given: bool = False,  # noqa: FBT002 - keywords would be half of what a node costs
        host: int | None = None,
        shared_with: int | None = None,
        trainable: bool = True,  # noqa: FBT002 - the same
        dtype: NumberType | None = None,
    ) -> None:
        """`layer` is None for an input of the network."""
        self.name = name
        self.op = op
        self.layer = layer
        self.inputs = inputs
        self.facts = facts
        self.index = index
        self.frame = frame
        self.span = span
        self.written: Written | None = None
        self.given = given
        self.host = host
        self.shared_with = shared_with
        self.trainable = trainable
        self.dtype = dtype

    def with_facts(self, facts: Facts, layer: Layer | None = None) -> Node:
        """The same layer on other inputs, or another one of its kind in its place."""
        node = Node(self.name, self.op, layer or self.layer, self.inputs, facts, self.index, self.frame,
                    self.span, self.given, self.host, self.shared_with, self.trainable, self.dtype)  # fmt: skip
        node.written = self.written
        return node

    @property
    def output(self) -> Shape:
        """The shape of what it gives."""
        return self.facts.output

    def place_of(self, key: str) -> Span | None:
        """Where the spec says a key of it, or else where it declares the layer."""
        return (self.written and self.written.place_of(key)) or self.span

    @property
    def trainable_params(self) -> int | None:
        """The weights that training changes: none if the layer is frozen."""
        return self.facts.params if self.trainable else 0

    @property
    def declared_name(self) -> str:
        """The name of what the spec declares: that of the conv, not of the norm behind it."""
        return self.frame.name if self.frame is not None and self.frame.is_layer else self.name

    def __repr__(self) -> str:
        """`<layer1.0.conv1: conv 64×56×56>`."""
        return f"<{self.name}: {self.op} {self.output}>"


class Failure(NamedTuple):
    """A layer that could not be applied: its row in the partial table."""

    name: str
    op: str
    inputs: tuple[int, ...]
    code: str
    operands: str


class Claim(NamedTuple):
    """One line of an `expect:` or `budget:`: what the spec says a number is.

    `keys` leads to the number (`("output", "size")`), `node` is the layer it is about or None for
    the network, `wanted` is plain data or a `Quantity` (a pair of them for {min, max}). `way` is how
    the network is run then, where that is said: options of `cost.memory.Way` by their names.
    """

    kind: str
    keys: tuple[str, ...]
    wanted: Any
    text: str
    span: Span
    node: int | None = None
    way: Deployment = ()


Deployment = tuple[tuple[str, Any], ...]
"""Options of how a network is run: their names and values."""

Bounds = tuple["Quantity | None", "Quantity | None"]
"""The {min, max} of a claim."""


class Origin(NamedTuple):
    """Where a network comes from: its spec, what it is called there, and with what settings.

    `reads_cin` says that layers may depend on the channels, or features, that they are given. The
    `budget` is what all networks that are judged of its file may take together. `way` is how it is run
    where a claim says nothing else. `targets` are the dialects in which it must be the same.
    """

    source: Source | None = None
    model: str | None = None
    variant: str | None = None
    reads_cin: bool = False
    variables: dict[str, Any] = {}  # noqa: RUF012 - the default of a tuple, which nothing changes
    sweep: dict[str, tuple[Any, ...]] = {}  # noqa: RUF012
    budget: Budget | None = None
    way: Deployment = ()
    targets: tuple[str, ...] = ()


UNKNOWN = Origin()


class Network:
    """A network, ready to be analyzed; it never changes."""

    def __init__(
        self,
        name: str,
        nodes: Sequence[Node],
        outputs: dict[str, int],
        *,
        origin: Origin = UNKNOWN,
        dialect: str | None = None,
        description: str = "",
        claims: Sequence[Claim] = (),
        failures: Sequence[Failure] = (),
    ) -> None:
        """`outputs` maps names to indices of nodes."""
        self.name = name
        self.nodes = tuple(nodes)
        self.outputs = dict(outputs)
        self.dialect = dialect
        self.description = description
        self.claims = tuple(claims)
        self.failures = tuple(failures)
        self.source = origin.source
        self.model = origin.model
        self.variant = origin.variant
        self.reads_cin = origin.reads_cin
        self.variables = dict(origin.variables)
        self.sweep = dict(origin.sweep)
        self.way = origin.way
        self.targets = origin.targets
        self._budget = origin.budget

    @property
    def failure(self) -> Failure | None:
        """The first layer that could not be applied, if there is one: then the network ends there."""
        return self.failures[0] if self.failures else None

    @property
    def mark(self) -> list[str]:
        """What the first line of a table says besides: that the network is incomplete, if it is."""
        return ["incomplete"] if self.failures else []

    def with_nodes(self, nodes: Sequence[Node]) -> Network:
        """A network of other nodes with the same outputs, within the same limits."""
        origin = Origin(budget=self._budget)
        return Network(self.name, nodes, self.outputs, origin=origin, dialect=self.dialect)

    def work(self, name: str) -> Work:
        """A count of the steps of an analysis of it (`name` is a key of LIMITS)."""
        return Work(name) if self._budget is None else self._budget.part(name)

    def walk(self, rule: Callable[[Node, list[T]], T]) -> list[T]:
        """The value of `rule(node, values of its inputs)` for every node, each visited once."""
        values: list[T] = []
        for node in self.nodes:
            values.append(rule(node, [values[i] for i in node.inputs]))
        return values

    def total(self, number: Callable[[Node], int | None], *, shared: bool = False) -> Total:
        """The sum of a number over all nodes; with `shared`, weights used again count again."""
        known, gaps = 0, []
        for node in self.nodes:
            if node.shared_with is not None and not shared:
                continue
            value = number(node)
            if value is None:
                gaps.append(node.name)
            else:
                known += value
        return Total(known, tuple(gaps))

    @property
    def params(self) -> Total:
        """Learnable weights, shared ones counted once."""
        return self.total(lambda node: node.facts.params)

    @property
    def trainable(self) -> Total:
        """Learnable weights of layers that are not frozen."""
        return self.total(lambda node: node.trainable_params)

    @property
    def buffers(self) -> Total:
        """What is stored but not learnt: running means and variances."""
        return self.total(lambda node: node.facts.buffer_count)

    @property
    def macs(self) -> Total:
        """Multiply-accumulates for one example."""
        return self.total(lambda node: node.facts.macs, shared=True)

    @property
    def flops(self) -> Total:
        """Floating-point operations for one example: 2 × MACs and all other arithmetic."""
        return self.total(lambda node: node.facts.flops, shared=True)

    @cached_property
    def readers(self) -> list[list[int]]:
        """For each node the nodes that read it, one that reads it twice twice."""
        readers: list[list[int]] = [[] for _ in self.nodes]
        for index, node in enumerate(self.nodes):
            for i in node.inputs:
                readers[i].append(index)
        return readers

    @cached_property
    def alike(self) -> list[list[Node]]:
        """The nodes in groups with equal facts, in the order of their first: equal layers on equal shapes."""
        groups: dict[int, list[Node]] = {}
        for node in self.nodes:
            place = id(node.facts)
            if place in groups:
                groups[place].append(node)
            else:
                groups[place] = [node]
        return list(groups.values())

    @property
    def depth(self) -> int:
        """The number of layers with weights, norms aside, on the longest path (ResNet-50: 50)."""
        depths = self.depths
        return max((depths[i] for i in self.outputs.values()), default=0)

    @property
    def depths(self) -> list[int]:
        """For each node, how many layers with weights lie on the longest path down to it."""
        return self.walk(lambda node, before: max(before, default=0) + _is_deep(node))

    def __repr__(self) -> str:
        """`<Network resnet50: 175 nodes, 25,557,032 params>`."""
        return f"<Network {foreign.name(self.name)}: {len(self.nodes)} nodes, {self.params} params>"

    def _repr_html_(self) -> str:
        """The summary, for notebooks."""
        table = registry.load("analyzers", "summary").analyze(self)
        return str(registry.load("formats", "html").render(table))


class Total(NamedTuple):
    """A sum of which some terms may be unknown: then it is a lower bound and `gaps` names them."""

    known: int
    gaps: tuple[str, ...] = ()

    @property
    def value(self) -> int | None:
        """The sum, or None if a term is unknown."""
        return None if self.gaps else self.known

    def __str__(self) -> str:
        """`25,557,032`, or `≥ 1,234` if a term is unknown."""
        return f"{'≥ ' if self.gaps else ''}{self.known:,}"


def times(number: int | None, batch: int) -> int | None:
    """A number of one example for a batch of them; what is unknown stays so."""
    return None if number is None else number * batch


def _is_deep(node: Node) -> bool:
    return bool(node.facts.weights) and node.layer is not None and not node.layer.role
