"""A network, or what a saved document says of one, in the form in which two can be compared."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.arithmetic.windows import SLIDING, TransposedWindow
from cnncalc.check.claims.base.wording import name_claim
from cnncalc.errors import Refusal
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.merging import Merge
from cnncalc.layers.base.named_axes import AxesKind, choose_axes, name_of
from cnncalc.layers.base.number_types import plain_type
from cnncalc.layers.base.shape import Shape, names_of
from cnncalc.metrics import METRICS, claimed_value, per_layer_metrics, totals
from cnncalc.quantity import Quantity
from cnncalc.receptive_field.survey import survey_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Claim, Network, Node
    from cnncalc.receptive_field.size_free import Views

Fields = dict[str, list["int | None"]]
"""By input, the size of the receptive field along each of its axes; None if it is not a number."""


class Row(NamedTuple):
    """A layer, its norm and its activation among its keys.

    `keys` are plain data. `numbers` are those that are compared layer by layer, None where they are
    unknown; what is shared costs no params of its own. `padding` is what a document says of it,
    which may follow from the size of the input; a network has it among the keys. `windows` say how
    the input is read, where that is known. `shares` is the layer whose weights it has. Operands may
    stand `in_any_order`.
    """

    name: str
    op: str
    keys: dict[str, Any]
    inputs: tuple[str, ...]
    output: dict[str, Any]
    numbers: dict[str, int | None]
    field: Fields
    padding: Any = None
    windows: tuple[Any, ...] = ()
    shares: str = ""
    in_any_order: bool = False

    @property
    def signature(self) -> str:
        """Equal for layers that are the same but for their names and the shapes they get."""
        return f"{self.op} {sorted(self.keys.items())}"


class Snapshot(NamedTuple):
    """A network at one time.

    `rows` are its layers, None where a document does not have them; `labels` the blocks by the
    names of their uses. `totals` are numbers, `outputs` shapes by name, `budget` upper bounds by the
    names of totals, which say how the network is run if a budget does: `memory (int8)`. What a
    document did not know is missing. If `coarse`, the keys of layers are only what follows from a
    document. `given` are the names, of layers and of what they stand in, that somebody gave; None
    where that is not known.
    """

    name: str
    rows: tuple[Row, ...] | None
    labels: dict[str, str]
    totals: dict[str, Any]
    outputs: dict[str, dict[str, Any]]
    budget: dict[str, int]
    variables: dict[str, Any]
    dialect: str | None = None
    coarse: bool = False
    given: frozenset[str] | None = None


GEOMETRY = ("kernel", "size", "stride", "padding", "dilation", "ceil", "output_padding")
"""Keys that say how a window slides."""


def of_network(network: Network, *, apart: bool = False) -> Snapshot:
    """A network with everything that can be compared; if `apart`, norms have rows of their own."""
    labels: dict[str, str] = {}
    for node in network.nodes:
        frame = node.frame
        while frame is not None and frame.name not in labels:
            if not frame.is_layer:
                labels[frame.name] = frame.op
            frame = frame.parent
    return Snapshot(
        network.name,
        tuple(_rows(network, survey_of(network).views, apart=apart)),
        labels,
        _totals(network),
        METRICS["output"].value(network),
        budget(network),
        network.variables,
        network.dialect,
        given=_given_names(network),
    )


def _given_names(network: Network) -> frozenset[str]:
    """The names that somebody gave; one with dots gives names to what stands above it, too."""
    frames = {}
    for node in network.nodes:
        frame = node.frame
        while frame is not None and frame.name not in frames:
            frames[frame.name] = frame.given
            frame = frame.parent
    found: set[str] = set()
    names = [node.name for node in network.nodes if node.given or node.layer is None]
    for name in (*names, *(name for name, given in frames.items() if given)):
        path = name
        while path not in found:
            # A number is that of a repetition: no name begins with a digit.
            if not path.rpartition(".")[2].isdigit():
                found.add(path)
            path = path.rpartition(".")[0]
            if not path or path in frames:
                break
    return frozenset(found)


def budget(network: Network) -> dict[str, int]:
    """The upper bounds that a spec gives, by the names of totals; one for each axis is no number."""
    return {name: limit for name, _, limit in _limits(network)}


def _totals(network: Network) -> dict[str, Any]:
    """All numbers, and those with a budget in the way that the network is run for it."""
    found = {name: METRICS[name].value(network) for name in totals()}
    for name, claim, _ in _limits(network):
        if claim.way:
            found[name] = claimed_value(network, claim)[0]
    return found


def run_as(snapshot: Snapshot, network: Network, other: Network) -> Snapshot:
    """The snapshot of a network with what the budget of another is on, run as that one is for it."""
    found = {
        name: claimed_value(network, claim)[0]
        for name, claim, _ in _limits(other)
        if claim.way and name not in snapshot.totals
    }
    return snapshot._replace(totals={**snapshot.totals, **found}) if found else snapshot


def _limits(network: Network) -> Iterator[tuple[str, Claim, int]]:
    """The upper bounds, each with the name of its total, `memory.peak (int8)`, and its claim."""
    for claim in network.claims:
        if claim.kind == "budget":
            limit = claim.wanted if isinstance(claim.wanted, Quantity) else claim.wanted[1]
            if isinstance(limit, Quantity):
                yield name_claim(network, claim), claim, limit.value


# Layers of a network --------------------------------------------------------------------------


def _rows(network: Network, views: Sequence[Views], *, apart: bool) -> Iterable[Row]:
    """A row for each layer, the norm and activation behind it included unless they stand `apart`."""
    groups: list[list[int]] = []
    for index, node in enumerate(network.nodes):
        if groups and not apart and _belongs(node, network.nodes[groups[-1][0]], groups[-1][-1]):
            groups[-1].append(index)
        else:
            groups.append([index])
    shown = {i: network.nodes[group[0]].name for group in groups for i in group}
    for group in groups:
        nodes = [network.nodes[index] for index in group]
        first, last = nodes[0], nodes[-1]
        keys = _keys(first, network)
        for part in nodes[1:]:
            role = "norm" if part.name.endswith(".norm") else "activation"
            stated = (
                _unusual(part.layer, network.nodes[part.inputs[0]].output) if part.layer else {}
            )
            keys[role] = {part.op: stated} if stated else part.op
        own = [node for node in nodes if node.shared_with is None]
        yield Row(
            first.name,
            first.op,
            keys,
            tuple(shown[i] for i in first.inputs),
            last.output.to_dict(),
            {
                name: total(map(rule, nodes if metric.work else own))
                for name, metric in per_layer_metrics().items()
                if (rule := metric.per_layer) is not None
            },
            {
                name: [view.field.size if view.field else None for view in seen]
                for name, seen in views[group[-1]].items()
            },
            windows=tuple(map(without_rule, first.facts.windows)),
            shares="" if first.shared_with is None else shown[first.shared_with],
            in_any_order=has_any_order(first),
        )


def has_any_order(node: Node) -> bool:
    """Whether the operands of a layer may change places: a sum is one in any order."""
    return isinstance(node.layer, Merge) and node.layer.in_any_order


def _belongs(node: Node, first: Node, last: int) -> bool:
    """Whether a node is the norm or the activation of a layer, whose last node so far is `last`.

    Known by the names, not by `Node.host`: in a spec that was expanded these are items of their own,
    and it has the same layers all the same. So it is with saved documents.
    """
    role = node.layer.role if node.layer is not None else ""
    suffix = {"norm": "norm", "activation": "act"}.get(role)
    return node.name == f"{first.name}.{suffix}" and node.inputs == (last,)


def without_rule(window: Axis) -> Axis:
    """A window without the rule by which its padding came about."""
    return window._replace(rule="") if isinstance(window, (*SLIDING, TransposedWindow)) else window


def _keys(node: Node, network: Network) -> dict[str, Any]:
    """The keys of a layer, those at their defaults included; for an input its shape."""
    layer = node.layer
    if layer is None:
        return {"shape": node.output.to_dict()}
    keys = keys_on(layer, operand_of(node, network))
    if not node.trainable:
        keys["trainable"] = False
    if node.dtype:
        keys["dtype"] = plain_type(node.dtype)
    if node.shared_with is not None:
        keys["reuse"] = True
    return keys


def operand_of(node: Node, network: Network) -> Shape | None:
    """What a layer reads first."""
    return network.nodes[node.inputs[0]].output if node.inputs else None


def keys_on(layer: Layer, x: Shape | None) -> dict[str, Any]:
    """The keys of a layer as plain data, the axes of what it reads by their names, however they are given."""
    found = {
        name: plain(layer.__dict__[name]) for name in layer.keys if name not in layer.references
    }
    for name in layer.axis_keys:
        value = layer.__dict__[name]
        if x is not None and value is not None and name in found:
            # What the shape has no axis for is left as it is: nothing says what it means.
            with suppress(Refusal):
                found[name] = _axes(layer, name, value, x)
    return found


def _axes(layer: Layer, name: str, value: Any, x: Shape) -> Any:
    """Axes by their names: a set of them as a word where there is one, else in the order of the shape."""
    names, rules = names_of(x), layer.rules
    called = {names[0]: "channels"} if x.form != "tensor" else {}
    if isinstance(layer.keys[name].kind, AxesKind):
        chosen = choose_axes(x, value, name, rules)
        if len(chosen) > 1 and chosen == frozenset(names):
            return "all"
        if len(chosen) > 1 and chosen == frozenset(names[len(names) - x.rank :]):
            return "space"
        found = [axis for axis in names if axis in chosen]
    elif isinstance(value, tuple):
        return [name_of(x, axis, name, rules) for axis in value]
    else:
        found = [name_of(x, value, name, rules)]
    shown = [called.get(axis, axis) for axis in found]
    return shown[0] if len(shown) == 1 else shown


def _unusual(layer: Layer, x: Shape | None = None) -> dict[str, Any]:
    """The keys of a norm or an activation that are not what they are without any dialect."""
    usual = {name: plain(declared.default) for name, declared in layer.keys.items()}
    return {name: value for name, value in keys_on(layer, x).items() if value != usual[name]}


def plain(value: Any) -> Any:
    """A value of a key as plain data; a list of equal numbers is that number."""
    if isinstance(value, Shape):
        return value.to_dict()
    if isinstance(value, Layer):
        stated = _unusual(value)
        return {value.kind: stated} if stated else value.kind
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [plain(item) for item in value]
        alike = items and not isinstance(items[0], list) and all(item == items[0] for item in items)
        return items[0] if alike else items
    return value


def total(values: Iterable[int | None]) -> int | None:
    """The sum; unknown if a term is."""
    known = 0
    for value in values:
        if value is None:
            return None
        known += value
    return known
