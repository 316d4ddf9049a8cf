"""What a network becomes in other frameworks and runtimes: every layer judged, sizes led on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import registry
from cnncalc.dialects.base.dialect import dialect_names, find
from cnncalc.errors import Refusal, UsageError
from cnncalc.network import Network, Node
from cnncalc.porting.judging import Judge, Judged, Origin
from cnncalc.porting.rewriting import in_dialect
from cnncalc.porting.verdicts import ANOTHER, SAME, UNKNOWN, worst
from cnncalc.porting.way import Target
from cnncalc.receptive_field.size_free import views
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from cnncalc.layers.base.layer import Facts, Layer
    from cnncalc.layers.base.shape import Shape
    from cnncalc.receptive_field.size_free import Views


class PortedLayer(NamedTuple):
    """What becomes of a layer in a target.

    `judged` is the layer by itself, on the input that it has in the source. `output` is what it gives
    behind all that is different before it, None if nothing comes of it; `breaks` says why not, where
    it is the first.
    """

    node: Node
    judged: Judged
    output: Shape | None
    breaks: str = ""


class Offset(NamedTuple):
    """How much further on the field of an output lies, per axis of an input; None where not known."""

    output: str
    input: str
    axes: tuple[Fraction | None, ...]


class PortedNetwork(NamedTuple):
    """A network in a target: the dialects between, what converts it, and its layers."""

    target: Target
    route: tuple[Target, ...]
    by: tuple[str, ...]
    layers: tuple[PortedLayer, ...]
    offsets: tuple[Offset, ...]

    @property
    def verdict(self) -> str:
        """The worst of its layers."""
        return worst([layer.judged.verdict for layer in self.layers])

    @property
    def breaks(self) -> list[PortedLayer]:
        """The layers that what is before them takes their sizes from."""
        return [layer for layer in self.layers if layer.breaks]

    @property
    def is_another(self) -> bool:
        """Whether it is another network there, or none."""
        return self.verdict in ANOTHER or bool(self.breaks)

    @property
    def differing(self) -> list[PortedLayer]:
        """The layers of which there is something to say."""
        return [ported for ported in self.layers
                if ported.breaks or ported.judged.verdict not in (SAME, UNKNOWN)]  # fmt: skip

    @property
    def unknown(self) -> list[str]:
        """The kinds that nobody has looked at in the target."""
        kinds = (p.node.op for p in self.layers if p.judged.verdict == UNKNOWN)
        return list(dict.fromkeys(kinds))


class PortResult(NamedTuple):
    """A network and what becomes of it, target by target; `origin` is where it comes from."""

    network: Network
    origin: Target | None
    networks: tuple[PortedNetwork, ...]

    def to_dict(self) -> dict[str, Any]:
        """The document of `--format json`."""
        from cnncalc.porting.document import document

        return document(self).to_dict()

    def _repr_html_(self) -> str:
        """The targets and the layers that differ, for notebooks."""
        from cnncalc.porting.pages import page

        return page(self, registry.load("formats", "html").render)


def port(network: Network, to: Iterable[str] | str = (), from_: str = "") -> PortResult:
    """What a network becomes in each dialect of `to`, all others if it is empty.

    `from_` says where it comes from if its spec does not. Raises UsageError for unknown names.
    """
    origin = _origin(network, from_)
    names = to.split(",") if isinstance(to, str) else to
    chosen = [_target(name.strip()) for name in names if name.strip()]
    if not chosen:
        own = origin.dialect and origin.dialect.name
        chosen = [_target(name) for name in dialect_names() if name != own]
    fields = _Fields(network)
    return PortResult(
        network, origin.dialect, tuple(carry(network, origin, t, fields) for t in chosen)
    )


def _target(name: str) -> Target:
    known = dialect_names()
    if name not in known:
        raise UsageError(f"there is no dialect `{name}`",
                         suggestion(name, known) or f"dialects: {', '.join(known)}")  # fmt: skip
    return Target(name, find(name))


def _origin(network: Network, from_: str) -> Origin:
    """The dialect of the network, or the one that is said."""
    if from_ and network.dialect not in (None, from_):
        raise UsageError(f"{network.name} has the dialect {network.dialect}, not {from_}",
                         "--from is for specs that have none")  # fmt: skip
    name = network.dialect or from_
    if not name:
        return Origin(None)
    return Origin(_target(name))


def find_route(origin: Target | None, target: Target) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """The dialects behind the origin up to the target, and what converts from each to the next.

    Without a converter, the target alone and nothing that converts.
    """
    ways = target.rules.converters
    if origin is None or origin.name == target.name:
        return (target,), ()
    if origin.name in ways:
        return (target,), (ways[origin.name],)
    for name in (name for name in ways if name in dialect_names()):
        between = Target(name, find(name))
        first = between.rules.converters.get(origin.name)
        if first:
            return (between, target), (first, ways[name])
    return (target,), ()


def carry(network: Network, origin: Origin, target: Target, fields: _Fields) -> PortedNetwork:
    """What becomes of a network in one target."""
    route, by = find_route(origin.dialect, target)
    judge = Judge(origin, route, is_converted=bool(by))
    found: list[PortedLayer] = []
    facts: list[Facts | None] = []
    for node in network.nodes:
        ported, known = _lead_on(network, node, judge, facts)
        found.append(ported)
        facts.append(known)
    found_there = PortedNetwork(target, route, by, tuple(found), ())
    return found_there._replace(offsets=tuple(fields.offsets(facts, found)))


def _lead_on(
    network: Network, node: Node, judge: Judge, facts: Sequence[Facts | None]
) -> tuple[PortedLayer, Facts | None]:
    """A layer by itself, and behind what the layers before it give in the target."""
    if node.layer is None:
        same = _SAME._replace(facts=node.facts)
        return PortedLayer(node, same, node.output), node.facts
    inputs = tuple(network.nodes[i].output for i in node.inputs)
    judged = judge.judge(node.layer, inputs, node.facts)
    before = [facts[i] for i in node.inputs]
    if judged.facts is None or any(known is None for known in before):
        return PortedLayer(node, judged, None), None
    given = tuple(known.output for known in before if known is not None)
    if given == inputs:
        return PortedLayer(node, judged, judged.facts.output), judged.facts
    try:
        known = _apply(node.layer, judged, judge.target, given)
    except Refusal as refusal:
        return PortedLayer(node, judged, None, f"{refusal.message}: {_list(given)}"), None
    if known.params != judged.facts.params:
        why = f"its weights are for {_list(inputs)}, and {_list(given)} comes"
        return PortedLayer(node, judged, None, why), None
    return PortedLayer(node, judged, known.output), known


def _apply(layer: Layer, judged: Judged, target: Target, given: tuple[Shape, ...]) -> Facts:
    """The layer as it is written in the target, on other inputs."""
    if judged.way is not None:
        return judged.way.apply(*given)
    covered = target.rules.covers(layer.kind)
    return (in_dialect(layer, target.name) if covered else layer).apply(*given)


def _list(shapes: Iterable[Shape]) -> str:
    return " and ".join(map(str, shapes))


class _Fields:
    """The fields of a network, found when they are first asked for."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._views: list[Views] | None = None

    def offsets(self, facts: Sequence[Facts | None], found: Sequence[PortedLayer]) -> list[Offset]:
        """How much further on the fields of the outputs lie, where windows have moved."""
        if not any(ported.judged.moves for ported in found):
            return []
        if self._views is None:
            self._views = views(self.network)
        nodes = [
            Node(n.name, n.op, n.layer, n.inputs, known or n.facts, index=n.index)
            for n, known in zip(self.network.nodes, facts, strict=True)
        ]
        there = views(self.network.with_nodes(nodes))
        told = []
        for name, index in self.network.outputs.items():
            at = _with_field(self.network, self._views, index)
            for source, axes in self._views[at].items():
                told.append(Offset(name, source, tuple(
                    _between(a.field, b.field) for a, b in zip(axes, there[at][source], strict=True)
                ) if facts[at] is not None else (None,) * len(axes)))  # fmt: skip
        return told


def _between(here: object, there: object) -> Fraction | None:
    a, b = getattr(here, "centre", None), getattr(there, "centre", None)
    return None if a is None or b is None else b - a


def _with_field(network: Network, seen: Sequence[Views], index: int) -> int:
    """The node itself, or the one before it that still sees by windows: not all, as behind a pool."""
    while True:
        axes = [view for views in seen[index].values() for view in views]
        if any(view.field is not None for view in axes) or not network.nodes[index].inputs:
            return index
        index = network.nodes[index].inputs[0]


_SAME = Judged(SAME, None)
