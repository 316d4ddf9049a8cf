"""Where the parameters are: learnable weights, trainable ones, and buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cnncalc.columns import tabulate
from cnncalc.errors import UsageError
from cnncalc.table import Column, Row, Table, show_count

if TYPE_CHECKING:
    from cnncalc.network import Network

By = Annotated[str | None, "Add up by `block` (the outermost) or by `op` (the kind of layer)."]
Top = Annotated[int | None, "Only the N rows with the most parameters."]


def analyze(network: Network, *, by: By = None, top: Top = None) -> Table:
    """Per layer: weights, how many of them training changes, and running statistics."""
    keys = ("layer", "op", "inputs", "output", "params", "trainable", "buffers")
    table = tabulate(network, "params", keys, shares=["params"])
    if by == "block":
        table = table.folded(1)
    elif by == "op":
        table = _by_op(table)
    elif by is not None:
        raise UsageError(f"--by takes block or op, got {by}")
    if top is not None:
        if top < 1:
            raise UsageError(f"--top takes a number from 1, got {top}")
        rows = (table if by else table.folded()).rows
        ranked = sorted(rows, key=lambda row: -(row.values["params"] or 0))[:top]
        table = table.having(rows=[Row(row.values) for row in ranked])
    return table


def _by_op(table: Table) -> Table:
    """One row for each kind of layer that has weights or buffers, the largest first."""
    sums: dict[str, dict[str, int | None]] = {}
    for row in table.rows:
        if row.values["params"] == 0 and row.values["buffers"] == 0:
            continue
        if row.values.get("shared_with"):
            continue
        total = sums.setdefault(row.values["op"], dict.fromkeys(("layers", *_SUMMED), 0))
        total["layers"] = (total["layers"] or 0) + 1
        for key in _SUMMED:
            value, before = row.values[key], total[key]
            total[key] = None if value is None or before is None else before + value
    rows = [Row({"op": op, **total}) for op, total in sums.items()]
    rows.sort(key=lambda row: -(row.values["params"] or 0))
    layers = Column("layers", "layers", show_count, right=True, fold="sum")
    kept = {column.key: column for column in table.columns}
    return table.having(columns=[kept["op"], layers, *(kept[key] for key in _SUMMED)], rows=rows)


_SUMMED = ("params", "params_share", "trainable", "buffers")
