"""Tables with a row for every node: columns, totals, shares, and a caption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import foreign, metrics, quantity
from cnncalc.errors import Diagnostic
from cnncalc.metrics import METRICS
from cnncalc.network import times
from cnncalc.system.gc_pause import pause
from cnncalc.tables.columns import COLUMNS, list_names
from cnncalc.tables.table import Column, Envelope, Row, Table, show_count, show_short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from cnncalc.metrics import Metric
    from cnncalc.network import Network, Total
    from cnncalc.tables.columns import Rule

    Key: TypeAlias = "str | Pick | Rule"

_OF_FACTS = ("output", "window")
MAC_RULE = "1 MAC = 1 multiply-add of conv, dense, recurrent, attention, matmul; nothing else"


class Pick(NamedTuple):
    """A column by its key, and how this table shows it.

    With a `share`, the percentage of the total stands behind it. What is not `shown` is shown only
    if asked for; what is `short` has three digits.
    """

    key: str
    share: bool = False
    shown: bool = True
    short: bool = False


@pause
def tabulate(
    network: Network,
    analysis: str,
    keys: Sequence[Key],
    *,
    batch: int = 1,
    notes: Sequence[str] = (),
    needs: str = "",
    strict: bool = False,
) -> Table:
    """A table with one row per node, with totals and a caption.

    `keys` are columns: those that analyzers share and those of numbers by their keys, others with
    their rules. `needs` names a column without which a row is left out. If `strict`, layers of
    which a total does not know all are findings.
    """
    picked = [_pick_rule(key, batch) for key in keys]
    named = {pick.key for pick, _ in picked}
    sums: dict[str, Total] = {
        name: _for_batch(metric, metric.compute(network), batch)
        for name, metric in metrics.sums().items()
        if name in named
    }
    rows = _rows(network, [rule for _, rule in picked])
    for pick, _ in picked:
        if pick.share:
            for row in rows:
                row.values[f"{pick.key}_share"] = row.values[pick.key]
    short = [pick.key for pick, _ in picked if pick.short]
    return Table(
        analysis,
        _columns(picked, sums),
        rows,
        Envelope({"model": network.name, "dialect": network.dialect, "batch": batch}, sums),
        caption=caption(network, sums, batch, notes, short),
        failure=network.failure,
        needs=needs,
        findings=unknown(network, sums) if strict else (),
    )


def _pick_rule(key: Key, batch: int) -> tuple[Pick, Rule]:
    """The column as the table shows it, and its rule."""
    if isinstance(key, str):
        return Pick(key), _rule(key, batch)
    if isinstance(key, Pick):
        return key, _rule(key.key, batch)
    return Pick(key[0].key), key


def _columns(picked: Sequence[tuple[Pick, Rule]], sums: Mapping[str, Total]) -> list[Column]:
    columns = []
    for pick, (column, _) in picked:
        show = show_short if pick.short else column.show
        columns.append(column._replace(show=show, shown=column.shown and pick.shown))
        if pick.share:
            columns.append(_share(pick.key, sums[pick.key]))
    return columns


def _rule(key: str, batch: int) -> Rule:
    """A column that several analyzers share, or that of a number; raises KeyError for another."""
    if key in COLUMNS:
        return COLUMNS[key]
    metric = METRICS[key]
    add = metric.per_layer
    if add is None:
        raise KeyError(key)
    show = show_short if metric.abbreviated else show_count
    column = Column(key, metric.title, show, right=True, fold="sum", minor=metric.minor)
    if metric.work:
        return column, lambda node, network: times(add(node), batch)
    return column, lambda node, network: add(node)


def _for_batch(metric: Metric, total: Total, batch: int) -> Total:
    return total._replace(known=total.known * batch) if metric.work else total


def unknown(network: Network, sums: Mapping[str, Total]) -> list[Diagnostic]:
    """A finding for each layer that leaves a gap in one of these sums."""
    missing: dict[str, list[str]] = {}
    for key, total in sums.items():
        for gap in total.gaps:
            missing.setdefault(gap, []).append(key)
    nodes = {node.name: node for node in network.nodes}
    return [
        Diagnostic("X502", f"{network.name}: {_join_words(keys)} of `{gap}` {_is(keys)} not known",
                   network.source, nodes[gap].span, model=network.name, layer=gap,
                   help="the totals are lower bounds; state the number, or leave out --strict")
        for gap, keys in missing.items()
    ]  # fmt: skip


def _join_words(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _is(keys: Sequence[str]) -> str:
    return "are" if len(keys) > 1 or keys[0].endswith("s") else "is"


def _rows(network: Network, chosen: Sequence[Rule]) -> list[Row]:
    """The row of every node; what follows from its facts alone is found once for equal facts."""
    same = {*_OF_FACTS, *(name for name, metric in metrics.sums().items() if metric.of_facts)}
    of_facts = [(column.key, rule) for column, rule in chosen if column.key in same]
    of_node = [(column.key, rule) for column, rule in chosen if column.key not in same]
    derived = [(column.key, column.derive) for column, _ in chosen if column.derive is not None]
    known: dict[int, dict[str, Any]] = {}
    rows = []
    for node in network.nodes:
        values = known.get(id(node.facts))
        if values is None:
            values = known[id(node.facts)] = {key: rule(node, network) for key, rule in of_facts}
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
    parts = [foreign.name(network.name)]
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
    parts += network.mark
    if "params" in sums and (shared := _shared_names(network)):
        notes = [f"{shared} use weights again: their rows count in full, the total once", *notes]
    if gaps := dict.fromkeys(gap for total in sums.values() for gap in total.gaps):
        notes = [f"unknown, so that totals are lower bounds: {list_names(list(gaps))}", *notes]
    return "\n".join([" · ".join(parts), *notes])


def _shared_names(network: Network) -> str:
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

    title = f"{METRICS[key].title} %"
    return Column(f"{key}_share", title, show, right=True, fold="sum", data=False, minor=2)
