"""The layers that cost most, by MACs, parameters or activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cnncalc import foreign, quantity
from cnncalc.analyzers.base.keywords import Batch, Dtype, Strict
from cnncalc.analyzers.base.tabulate import tabulate
from cnncalc.cost.memory import Memory, Way, known_batch, known_dtype
from cnncalc.errors import UsageError
from cnncalc.network import Total
from cnncalc.tables.columns import list_names
from cnncalc.tables.table import Column, Row, Table, show_count

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.tables.columns import Rule

By = Annotated[
    str,
    "What counts as cost: macs (the default), params, or activation (the bytes that a layer writes).",
]
Count = Annotated[int, "The number of rows (default: 10)."]

HAS_WORKING = False
"""The rows of other analyses are explained; what is costliest is only a choice of them."""

_COSTS = {"macs": "MACs", "params": "params", "activation": "bytes of activations"}


def analyze(
    network: Network,
    *,
    by: By = "macs",
    count: Count = 10,
    batch: Batch = 1,
    dtype: Dtype = "fp32",
    strict: Strict = False,
) -> Table:
    """The costliest layers, each with its norm and activation: cost, share, and share so far.

    Raises UsageError for an unknown cost or a `count` below 1.
    """
    if by not in _COSTS:
        raise UsageError(f"--by takes {', '.join(_COSTS)}, got {by}")
    if count < 1:
        raise UsageError(f"--count takes a number from 1, got {count}")
    memory = Memory(network, Way(known_batch(batch), known_dtype(dtype)))
    key = "activation_bytes" if by == "activation" else by
    cost = _activation(memory) if by == "activation" else by
    keys = ("layer", "op", "inputs", "output", cost)
    table = tabulate(network, "top", keys, batch=batch, strict=strict)
    total = (
        Total(sum(row.values[key] for row in table.rows)) if by == "activation" else table.sums[key]
    )
    rows = [row for row in table.rows if not (by == "params" and row.values.get("shared_with"))]
    whole = table.having(
        rows=rows, header={**table.header, "by": by, "dtype": dtype}, sums={key: total}
    )

    def arrange(depth: int | None, *, expand: bool) -> Table:
        ranked = _rank(whole.fold(depth, expand=expand), key, total, count)
        caption = _caption(network, by, total, len(ranked.rows), batch)
        return ranked.having(caption=caption, arrange=arrange)

    return arrange(None, expand=False)


def _rank(table: Table, key: str, total: Total, count: int) -> Table:
    """The costliest rows of a table, with their share of the total and what it comes to so far."""
    costly = [row for row in table.rows if row.values[key]]
    ranked, so_far = [], 0
    for row in sorted(costly, key=lambda row: row.values[key], reverse=True)[:count]:
        so_far += row.values[key]
        ranked.append(Row({**row.values, "share": row.values[key], "so_far": so_far}))
    shares = [_share("share", "%", total), _share("so_far", "% so far", total)]
    return table.having(columns=[*table.columns, *shares], rows=ranked)


def _activation(memory: Memory) -> Rule:
    graph = memory.graph()
    title = "bytes" if "," in memory.types else f"{memory.types} bytes"
    column = Column("activation_bytes", title, show_count, right=True, fold="sum")
    return column, lambda node, network: graph.size(node.index)


def _share(key: str, title: str, total: Total) -> Column:
    def show(value: Any) -> str:
        return quantity.share(value, total.known) if value else ""

    return Column(key, title, show, right=True, data=False)


def _caption(network: Network, by: str, total: Total, rows: int, batch: int) -> str:
    noun = "layer" if rows == 1 else "layers"
    most = f"the {rows} costliest {noun} of {total} {_COSTS[by]}"
    lines = [" · ".join([foreign.name(network.name), f"batch {batch}", most, *network.mark])]
    if total.gaps:
        lines.append(f"unknown, so not among them: {list_names(total.gaps)}")
    return "\n".join(lines)
