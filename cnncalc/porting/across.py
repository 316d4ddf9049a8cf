"""One layer with windows under the rules of every dialect: how many outputs, where the first window begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import foreign
from cnncalc.arithmetic.windows import SLIDING, TransposedWindow
from cnncalc.dialects.base.dialect import dialects
from cnncalc.errors import Refusal, UsageError
from cnncalc.porting.rewriting import can_pad, in_dialect, is_windowed
from cnncalc.porting.way import Target, divisors
from cnncalc.porting.words import in_yaml
from cnncalc.receptive_field.exact import find
from cnncalc.tables.columns import list_names
from cnncalc.tables.plain import nothing, per_axis
from cnncalc.tables.table import Column, Envelope, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.dialects.base.dialect import Dialect
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node


class Reading(NamedTuple):
    """What a dialect makes of a layer, an axis each; all None where it refuses it, for a reason.

    `first` is the element at which the first window begins, negative in the padding; of a transposed
    convolution minus what is cut. `odd` is the side with more padding. `divisors` are those of the first
    and the last average along each axis. `apart` says that another layer pads: this one cannot.
    """

    length: tuple[int, ...] | None = None
    first: tuple[int, ...] | None = None
    odd: tuple[str, ...] | None = None
    divisors: tuple[tuple[Any, Any], ...] | None = None
    apart: bool = False
    refused: str = ""


def read(layer: Layer, x: Shape, target: Target) -> Reading:
    """What a dialect makes of a layer with these keys on this input."""
    rules = target.rules
    if not rules.covers(layer.kind) or "*" in rules.lacks.get(layer.kind, ""):
        return Reading(refused=f"`{layer.kind}` is not known there")
    try:
        there = in_dialect(layer, target.name)
        found = there.apply(x)
        averages = divisors(rules, there, x) if layer.kind == "avg_pool" else None
    except Refusal as refusal:
        return Reading(refused=refusal.message.partition(" refuses this: ")[2] or refusal.message)
    sides = [w.padding for w in found.windows if isinstance(w, (*SLIDING, TransposedWindow))]
    return Reading(
        found.output.size,
        tuple(-before for before, _ in sides),
        tuple("before" if a > b else "after" if b > a else "" for a, b in sides),
        tuple((axis[0], axis[-1]) for axis in averages) if averages else None,
        not can_pad(there, rules),
    )


def table(network: Network, layer: str = "") -> Table:
    """A row for every window, or that of a `layer`, in every dialect; those that agree share one.

    Raises UsageError if there is no such layer, or it has no window.
    """
    targets = [Target(name, rules) for name, rules in dialects().items()]
    rows = []
    asked = [_find_window(network, layer)] if layer else _windows(network)
    for node, held in asked:
        x = network.nodes[node.inputs[0]].output
        readings: dict[Reading, list[str]] = {}
        for target in targets:
            readings.setdefault(read(held, x, target), []).append(target.name)
        rows += [_row(node, x, reading, names) for reading, names in readings.items()]
    header = {"model": network.name, "dialect": network.dialect}
    defaults = _tell_defaults([held for _, held in asked], targets)
    title = " · ".join([foreign.name(network.name), *network.mark])
    return Table("padding", _COLUMNS, rows, Envelope(header, rows_are="readings"),
                 caption="\n".join([title, *_NOTES, *defaults]), failure=network.failure)  # fmt: skip


_OF_WINDOWS = ("size", "kernel", "stride", "dilation", "padding", "ceil")


def _tell_defaults(layers: Iterable[Layer], targets: Sequence[Target]) -> Iterator[str]:
    """For keys that a layer leaves at its default, the runtimes that have another one."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for layer in layers:
        for key in (key for key in _OF_WINDOWS if key in layer.keys):
            value = layer.__dict__[key]
            if value != _default(layer, key, layer.rules):
                continue
            for target in targets:
                theirs = _default(layer, key, target.rules)
                if target.rules.covers(layer.kind) and theirs != value:
                    said = "stride: size" if theirs is None else f"{key}: {in_yaml(theirs)}"
                    found.setdefault((layer.kind, said), {})[target.name] = None
    for (kind, said), names in found.items():
        yield f"where {kind} leaves it out, `{said}` holds in {list_names(list(names))}"


def _default(layer: Layer, key: str, rules: type[Dialect]) -> Any:
    return rules.defaults.get(layer.kind, {}).get(key, layer.keys[key].default)


def _windows(network: Network) -> list[tuple[Node, Layer]]:
    """The layers that can be padded in several ways."""
    return [(n, n.layer) for n in network.nodes if n.layer and is_windowed(n.layer, n.facts)]


def _find_window(network: Network, name: str) -> tuple[Node, Layer]:
    last = find(network, name)
    inside = [
        (node, layer) for node, layer in _windows(network)
        if name == node.name or name in [f.name for f in (node.frame.path() if node.frame else ())]
    ]  # fmt: skip
    if not inside:
        raise UsageError(f"`{network.nodes[last].name}` has no window that could be padded",
                         "--across is about convolutions and pools")  # fmt: skip
    return inside[0]


def _row(node: Node, x: Shape, reading: Reading, names: Sequence[str]) -> Row:
    size = reading.length
    return Row({
        "layer": node.name,
        "op": node.op,
        "runtimes": list(names),
        "input": list(x.size),
        "length": size and list(size),
        "sizes": size and list(zip(x.size, size, strict=True)),
        "first": reading.first and list(reading.first),
        "odd": reading.odd and list(reading.odd),
        "divisors": reading.divisors and list(map(list, reading.divisors)),
        "apart": reading.apart,
        "refused": reading.refused or None,
    })  # fmt: skip


def _alike(show: Any) -> Any:
    """The text of a value per axis, once if all are alike; nothing for none."""

    def text(values: Iterable[Any] | None) -> str:
        told = list(map(show, values or ()))
        return told[0] if len(set(told)) == 1 else ", ".join(told)

    return text


def _number(value: int) -> str:
    return f"−{-value}" if value < 0 else str(value)


def _ends(pair: Sequence[Any]) -> str:
    if any(isinstance(end, (tuple, list)) for end in pair):
        return "unequal"
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}…{pair[1]}"


_NOTES = (
    "the same keys everywhere, defaults written out; runtimes that agree share a line",
    "first: where the first window begins, before the input if negative",
    "odd: the side on which more is padded, or cut",
    "divisor: of the first average, and of the last if it is another, along each axis",
)

_COLUMNS = (
    Column("layer", "layer"),
    Column("op", "op", minor=2),
    Column("runtimes", "runtimes", lambda names: list_names(names, 30)),
    Column("input", "input", shown=False),
    Column("length", "length", shown=False),
    Column("sizes", "in→out", _alike(lambda pair: f"{pair[0]}→{pair[1]}"), right=True, data=False,
           plain=nothing),
    Column("first", "first", _alike(_number), right=True, plain=lambda axes: per_axis(axes, "first")),
    Column("odd", "odd", _alike(str), plain=lambda axes: per_axis(axes, "odd")),
    Column("divisors", "divisor", _alike(_ends), right=True,
           plain=lambda axes: per_axis(axes, "divisor_first", "divisor_last")),
    Column("apart", "padded by", lambda apart: "another layer" if apart else ""),
    Column("refused", "refused"),
)  # fmt: skip
