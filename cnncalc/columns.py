"""The columns that several analyzers share, each stated once: what it says of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import quantity
from cnncalc.arithmetic.windows import TransposedWindow, Window
from cnncalc.collector import paused
from cnncalc.errors import Diagnostic
from cnncalc.table import Column, Row, Table, show_count, show_short

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.network import Network, Node, Total


def window(node: Node) -> dict[str, Any] | None:
    """The window of a layer as in JSON; None where it has none, or only sees everything."""
    windows = node.facts.windows
    if not windows or not all(isinstance(w, (Window, TransposedWindow)) for w in windows):
        return None
    kinds: list[Any] = list(windows)
    return {
        "kernel": [w.kernel for w in kinds],
        "stride": [w.stride for w in kinds],
        "dilation": [w.dilation for w in kinds],
        "padding": [list(w.padding) for w in kinds],
    }


def show_window(value: dict[str, Any] | None) -> str:
    """`7×7 s2 p3`: kernel, then stride, dilation and padding where they are not the default."""
    if value is None:
        return ""
    text = "×".join(map(str, value["kernel"]))
    for letter, key, default in (("s", "stride", 1), ("d", "dilation", 1), ("p", "padding", 0)):
        axes = value[key]
        plain = [a[0] if isinstance(a, list) and a[0] == a[1] else a for a in axes]
        if any(a != default for a in plain):
            same = all(a == plain[0] for a in plain)
            text += f" {letter}{_show_side(plain[0]) if same else ','.join(map(_show_side, plain))}"
    return text


def _show_side(side: Any) -> str:
    return f"{side[0]}+{side[1]}" if isinstance(side, list) else str(side)


def show_shape(value: dict[str, Any] | None) -> str:
    """`64×112×112`, `1000` or `100 tokens` from the form of JSON."""
    if value is None:
        return ""
    if "features" in value:
        text = str(value["features"])
    elif "tokens" in value:
        tokens = value["tokens"]
        text = (
            f"{'×'.join(map(str, tokens)) if isinstance(tokens, (list, tuple)) else tokens} tokens"
        )
    else:
        text = "×".join(map(str, [value["channels"], *value["size"]]))
    return f"{value['copies']} × ({text})" if "copies" in value else text


COLUMNS: dict[str, tuple[Column, Callable[[Node, Network], Any]]] = {
    "layer": (Column("layer", "layer"), lambda node, net: node.name),
    "op": (Column("op", "type"), lambda node, net: node.op),
    "inputs": (
        Column("inputs", "inputs", ", ".join, shown=False),
        lambda node, net: [net.nodes[i].name for i in node.inputs],
    ),
    "output": (
        Column("output", "output", show_shape, right=True, fold="last"),
        lambda node, net: node.output.to_dict(),
    ),
    "window": (Column("window", "window", show_window, minor=1), lambda node, net: window(node)),
    "params": (
        Column("params", "params", show_count, right=True, fold="sum"),
        lambda node, net: node.facts.params,
    ),
    "trainable": (
        Column("trainable", "trainable", show_count, right=True, fold="sum"),
        lambda node, net: node.trainable_params,
    ),
    "buffers": (
        Column("buffers", "buffers", show_count, right=True, fold="sum", minor=3),
        lambda node, net: node.facts.buffer_count,
    ),
    "macs": (
        Column("macs", "MACs", show_count, right=True, fold="sum"),
        lambda node, net: node.facts.macs,
    ),
    "flops": (
        Column("flops", "FLOPs", show_short, right=True, fold="sum", minor=4),
        lambda node, net: node.facts.flops,
    ),
}  # fmt: skip

Rule = tuple[Column, "Callable[[Node, Network], Any]"]
"""A column, and what it says of a node."""

_BATCHED = ("macs", "flops")
_OF_FACTS = ("output", "window", "params", "buffers", *_BATCHED)
MAC_RULE = "1 MAC = 1 multiply-add of conv, dense, recurrent, attention, matmul; nothing else"


@paused
def tabulate(
    network: Network,
    analysis: str,
    keys: Sequence[str],
    *,
    batch: int = 1,
    more: Sequence[tuple[Column, Callable[[Node, Network], Any]]] = (),
    shares: Sequence[str] = (),
    notes: Sequence[str] = (),
    hidden: Sequence[str] = (),
    abbreviated: Sequence[str] = (),
    needs: str = "",
    strict: bool = False,
    places: Mapping[str, str] | None = None,
) -> Table:
    """A table of the columns `keys` and `more`, one row per node, with totals and a caption.

    `shares` are keys that also get a column of their percentage of the total; `hidden` columns
    are shown only if asked for, `abbreviated` ones with three digits; `places` puts a column
    behind another one. If `strict`, layers of which
    a total does not know all are findings.
    """
    chosen = [*(COLUMNS[key] for key in keys), *more]
    sums: dict[str, Total] = {
        key: getattr(network, key) for key in ("params", "trainable", "buffers", "macs", "flops")
        if key in keys
    }  # fmt: skip
    for key in set(_BATCHED) & set(sums):
        sums[key] = sums[key]._replace(known=sums[key].known * batch)
    rows = _rows(network, chosen, batch)
    for row in rows:
        for key in shares:
            row.values[f"{key}_share"] = row.values[key]
    columns = [c._replace(shown=False) if c.key in hidden else c for c, _ in chosen]
    columns = [c._replace(show=show_short) if c.key in abbreviated else c for c in columns]
    for key in shares:
        columns.insert(_after(columns, key), _share(key, sums[key]))
    for key, before in (places or {}).items():
        moved = next(column for column in columns if column.key == key)
        columns.remove(moved)
        columns.insert(_after(columns, before), moved)
    return Table(
        analysis,
        columns,
        rows,
        header={"model": network.name, "dialect": network.dialect, "batch": batch},
        totals=sums,
        caption=caption(network, sums, batch, notes, abbreviated),
        failure=network.failures[0] if network.failures else None,
        needs=needs,
        findings=unknown(network, sums) if strict else (),
    )


def unknown(network: Network, sums: Mapping[str, Total]) -> list[Diagnostic]:
    """A finding for each layer that leaves a gap in one of these sums."""
    missing: dict[str, list[str]] = {}
    for key, total in sums.items():
        for gap in total.gaps:
            missing.setdefault(gap, []).append(key)
    nodes = {node.name: node for node in network.nodes}
    return [
        Diagnostic("X502", f"{network.name}: {_joined(keys)} of `{gap}` {_is(keys)} not known",
                   network.source, nodes[gap].span, model=network.name, layer=gap,
                   help="the totals are lower bounds; state the number, or leave out --strict")
        for gap, keys in missing.items()
    ]  # fmt: skip


def _joined(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _is(keys: Sequence[str]) -> str:
    return "are" if len(keys) > 1 or keys[0].endswith("s") else "is"


def _rows(network: Network, chosen: Sequence[Rule], batch: int) -> list[Row]:
    """The row of every node; what follows from its facts alone is found once for equal facts."""
    of_facts = [(column.key, rule) for column, rule in chosen if column.key in _OF_FACTS]
    of_node = [(column.key, rule) for column, rule in chosen if column.key not in _OF_FACTS]
    derived = [(column.key, column.derive) for column, _ in chosen if column.derive is not None]
    known: dict[int, dict[str, Any]] = {}
    rows = []
    for node in network.nodes:
        values = known.get(id(node.facts))
        if values is None:
            values = known[id(node.facts)] = {key: rule(node, network) for key, rule in of_facts}
            for key in _BATCHED:
                if values.get(key) is not None:
                    values[key] *= batch
        values = dict(values)
        for key, rule in of_node:
            values[key] = rule(node, network)
        for key, derive in derived:
            values[key] = derive(values)
        if node.shared_with is not None:
            values["shared_with"] = network.nodes[node.shared_with].name
        rows.append(Row(values, node.frame))
    return rows


def caption(
    network: Network,
    sums: dict[str, Total],
    batch: int,
    notes: Sequence[str] = (),
    abbreviated: Sequence[str] = (),
) -> str:
    """`resnet50 · dialect torch · batch 1 · 25,557,032 params (+53,120 buffers) · 4.09G MACs`.

    All digits of the MACs, unless they are `abbreviated` in the table.
    """
    parts = [network.name]
    if network.dialect:
        parts.append(f"dialect {network.dialect}")
    if "macs" in sums:
        parts.append(f"batch {batch}")
    if "params" in sums:
        params = f"{sums['params']} params"
        if network.buffers.known:
            params += f" (+{network.buffers} buffers)"
        parts.append(params)
        trainable = network.trainable
        if trainable.value != sums["params"].value:
            parts.append(f"{trainable} trainable")
    if "macs" in sums:
        total = sums["macs"]
        number = quantity.short if "macs" in abbreviated else quantity.exact
        parts.append(f"{'≥ ' if total.gaps else ''}{number(total.known)} MACs")
    if "flops" in sums:
        total = sums["flops"]
        parts.append(f"{'≥ ' if total.gaps else ''}{quantity.short(total.known)} FLOPs")
    if network.failures:
        parts.append("incomplete")
    if "params" in sums and (shared := _shared(network)):
        notes = [f"{shared} use weights again: their rows count in full, the total once", *notes]
    if gaps := dict.fromkeys(gap for total in sums.values() for gap in total.gaps):
        notes = [f"unknown, so that totals are lower bounds: {listed(list(gaps))}", *notes]
    return "\n".join([" · ".join(parts), *notes])


def listed(names: Sequence[str], most: int = 5) -> str:
    """`a, b, c`, of many the first: `a, b, c, d, e and 3 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _shared(network: Network) -> str:
    """The names of what uses weights again, as the spec gives them."""
    names = [
        node.frame.path()[0].name if node.frame else node.name
        for node in network.nodes
        if node.shared_with is not None
    ]
    return ", ".join(dict.fromkeys(names))


def _share(key: str, total: Total) -> Column:
    def show(value: int | None) -> str:
        return quantity.share(value, total.known) if value else ""

    title = f"{COLUMNS[key][0].title} %"
    return Column(f"{key}_share", title, show, right=True, fold="sum", data=False, minor=2)


def _after(columns: Sequence[Column], key: str) -> int:
    return next(i for i, column in enumerate(columns) if column.key == key) + 1
