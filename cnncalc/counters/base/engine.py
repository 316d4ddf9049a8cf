"""How other counters count: what differs from MACs, layer by layer, and why.

A module of `conventions/` is one tool. It states what its number leaves out and adds as data:
differences with a reason and a rule for each kind of layer that they concern.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc import registry
from cnncalc.cost.memory import Memory, Way
from cnncalc.errors import UsageError
from cnncalc.network import Total

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from cnncalc.layers.base.layer import Facts, Layer
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network


class Call(NamedTuple):
    """A layer at work, as a counter meets it; `op` is its kind.

    An export for inference folds a norm into the layer before it, of the kind `folded`; that is
    then a `host`.
    """

    op: str
    layer: Layer
    facts: Facts
    inputs: tuple[Shape, ...]
    folded: str = ""
    host: bool = False

    @property
    def output_count(self) -> int:
        """The elements of its output."""
        return self.facts.output.elements

    @property
    def input_count(self) -> int:
        """The elements of its first input."""
        return self.inputs[0].elements

    def weights(self, name: str) -> tuple[int, ...]:
        """The shape of the weights of that name; (0,) if it has none."""
        return (self.facts.weights or {}).get(name, (0,))


class Difference(NamedTuple):
    """One cause for which a counter differs, and by how much for the kinds of layer concerned.

    A rule gives None where the counter fails.
    """

    reason: str
    rules: Mapping[str, Callable[[Call], int | None]]


class Count(NamedTuple):
    """A number that a counter prints, by its own word: `factor` × MACs and the differences.

    One that is `plain` is of multiply-adds alone: those of a layer of which nothing else is known
    are its own.
    """

    word: str
    differences: tuple[Difference, ...] = ()
    factor: int = 1
    plain: bool = False


def each(
    rule: Callable[[Call], int | None], *kinds: str
) -> dict[str, Callable[[Call], int | None]]:
    """The same rule for several kinds of layer."""
    return dict.fromkeys(kinds, rule)


def per_output(times: int) -> Callable[[Call], int]:
    """So much for each element of the output."""
    return lambda call: times * call.output_count


def per_input(times: int) -> Callable[[Call], int]:
    """So much for each element of the input."""
    return lambda call: times * call.input_count


def affine(scaled: int, plain: int) -> Callable[[Call], int]:
    """So much for each element if something is learnt, else so much."""
    return lambda call: (scaled if call.facts.weights else plain) * call.output_count


def biases(call: Call) -> int:
    """One for each element of the output, if there is a bias."""
    return call.output_count if "bias" in (call.facts.weights or {}) else 0


def learnt(call: Call) -> int:
    """One for each weight."""
    return call.facts.params or 0


def nothing(times: int = 1) -> Callable[[Call], int]:
    """The MACs of the layer are not counted, nor their `times` in operations."""
    return lambda call: -times * (call.facts.macs or 0)


def fails(call: Call) -> None:
    """The counter does not get through a network with this layer."""


def unknown_count(*kinds: str) -> Difference:
    """What a counter makes of layers that it was not asked about is not known."""
    return Difference("not measured with this tool", each(fails, *kinds))


def of_rank(rank: int, rule: Callable[[Call], int]) -> Callable[[Call], int]:
    """The rule for maps of so many axes, nothing for others."""
    return lambda call: rule(call) if call.inputs[0].rank == rank else 0


def by_mode(**rates: int) -> Callable[[Call], int]:
    """So much for each element of the output of an interpolation, by its mode; else nothing."""

    def rule(call: Call) -> int:
        mode = getattr(call.facts.windows[0], "mode", "").removesuffix("_exact")
        return rates.get(mode, 0) * call.output_count

    return rule


def unseen_products(times: int = 1) -> Callable[[Call], int]:
    """Of attention only the projections are counted: the products of positions are fused."""

    def rule(call: Call) -> int:
        sizes = attention(call)
        pairs = sizes.copies * sizes.heads * sizes.queries * sizes.keys
        return -times * pairs * (sizes.key_dim + sizes.value_dim)

    return rule


def at_outputs(call: Call) -> int:
    """A transposed convolution counted at each output, as if it were a convolution."""
    kernel = call.weights("kernel")
    groups: int = call.layer.__dict__["groups"]
    return call.output_count * kernel[0] * prod(kernel[2:]) // groups - (call.facts.macs or 0)


def count_padded(call: Call) -> int:
    """The elements of a map with as many channels more as a window over the channels overlaps."""
    x = call.inputs[0]
    size: int = call.layer.__dict__["size"]
    return x.elements + (size - 1) * x.elements // x.channels


def response(call: Call) -> int:
    """A local response norm: three products or sums per element, and the pool over the channels."""
    return 3 * call.input_count + count_padded(call)


def gates(times: int, *, stacked: bool = False) -> Callable[[Call], int]:
    """For each step of a recurrent layer its biases, and so many operations for each unit.

    `stacked` counts the two directions of a layer as one.
    """

    def rule(call: Call) -> int:
        record, x = call.layer.__dict__, call.inputs[0]
        passes: int = record["layers"]
        if record["bidirectional"] != "none" and not stacked:
            passes *= 2
        each: int = prod(call.weights("bias")) + times * passes * record["units"]
        return x.size[0] * x.copies * each

    return rule


class Attention(NamedTuple):
    """The sizes of attention: heads, positions of query and key, features per head, channels."""

    heads: int
    queries: int
    keys: int
    key_dim: int
    value_dim: int
    channels: int
    copies: int


def attention(call: Call) -> Attention:
    """The sizes of attention."""
    query, key = call.inputs[0], call.inputs[min(1, len(call.inputs) - 1)]
    channels, heads, key_dim = call.weights("query")
    value_dim = call.weights("value")[2]
    positions = prod(query.size), prod(key.size)
    return Attention(heads, *positions, key_dim, value_dim, channels, query.copies)


class Restated(NamedTuple):
    """A network as a counter counts it: one of its numbers.

    `number` says which, for `times` examples; `rows` belong to the nodes; `causes` are (reason,
    difference, how many layers).
    """

    number: Count
    times: int
    rows: list[int | None]
    total: Total
    causes: list[tuple[str, int, int]]


def counters() -> list[str]:
    """The names of all tools whose counting is known."""
    return [known.replace("_", "-") for known in registry.names("counters")]


def counter(name: str) -> ModuleType:
    """The module of a counter: `onnx-tool` or `onnx_tool`; raises UsageError."""
    key = name.replace("-", "_")
    if registry.exists("counters", key):
        return registry.load("counters", key)
    names = counters()
    raise UsageError(f"there is no convention `{name}`", registry.suggestion(name, names)
                     or "conventions: " + ", ".join([*names, "all"]))  # fmt: skip


def restate(network: Network, module: ModuleType, batch: int = 1) -> list[Restated]:
    """The numbers of a counter, for a batch if it multiplies by that."""
    times = batch if module.BATCHED else 1
    calls = list_calls(network)
    return [_restate_number(network, count, calls, times) for count in module.COUNTS]


def _restate_number(
    network: Network, count: Count, calls: list[Call | None], times: int
) -> Restated:
    rows: list[int | None] = []
    sums = [[0, 0] for _ in count.differences]
    for call in calls:
        number = 0 if call is None else _number(call, count, sums, times)
        rows.append(number)
    gaps = [n.name for n, row in zip(network.nodes, rows, strict=True) if row is None]
    total = Total(sum(row or 0 for row in rows), tuple(gaps))
    causes = [
        (difference.reason, amount, layers)
        for difference, (amount, layers) in zip(count.differences, sums, strict=True)
        if amount
    ]
    return Restated(count, times, rows, total, causes)


def _number(call: Call, count: Count, sums: list[list[int]], times: int) -> int | None:
    """What a counter counts for a layer; what it adds for each cause is added to `sums`."""
    found = differences(call, count)
    if found is None or call.facts.macs is None:
        return None
    for place, amount in found.items():
        sums[place][0] += amount * times
        sums[place][1] += amount != 0
    return (count.factor * call.facts.macs + sum(found.values())) * times


def differences(call: Call, count: Count) -> dict[int, int] | None:
    """What a counter adds to a layer's MACs, or leaves out, by the place of the cause in `count`.

    None where it fails, and where that is not known.
    """
    if call.facts.macs is None or (call.layer.saves is None and not count.plain):
        return None
    found: dict[int, int] = {}
    for place, difference in enumerate(count.differences):
        rule = difference.rules.get(call.op)
        amount = rule(call) if rule else 0
        if amount is None:
            return None
        found[place] = amount
    return found


def list_calls(network: Network) -> list[Call | None]:
    """Every layer as a counter meets it; None for what is no layer."""
    folded = Memory(network, Way(fold_norm=True)).folded
    hosts = set(folded.values())
    calls: list[Call | None] = []
    for index, node in enumerate(network.nodes):
        if node.layer is None:
            calls.append(None)
            continue
        layer = innermost(node.layer)
        inputs = tuple(network.nodes[i].output for i in node.inputs)
        host = network.nodes[folded[index]].layer if index in folded else None
        into = innermost(host).kind if host else ""
        calls.append(Call(layer.kind, layer, node.facts, inputs, into, index in hosts))
    return calls


def innermost(layer: Layer) -> Layer:
    """A layer that applies another is met as that one."""
    inner: Layer = layer.__dict__.get("layer", layer)
    return inner
