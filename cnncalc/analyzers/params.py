"""Where the parameters are: learnable weights, trainable ones, and buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cnncalc.analyzers.base.keywords import Strict
from cnncalc.analyzers.base.tabulate import Pick, tabulate
from cnncalc.errors import UsageError
from cnncalc.tables.table import Column, Row, Table, show_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Network

By = Annotated[str | None, "Add up by `block` (the outermost), by `op` (the kind of layer) or by "
               "`depth` (how many layers with weights lie on the way, norms aside)."]  # fmt: skip
Top = Annotated[int | None, "Show only the N rows with the most parameters."]


def analyze(network: Network, *, by: By = None, top: Top = None, strict: Strict = False) -> Table:
    """Per layer: weights, how many of them training changes, and running statistics.

    Raises UsageError for an unknown group or a `top` below 1.
    """
    keys = ("layer", "op", "inputs", "output", Pick("params", share=True), "trainable", "buffers")
    table = tabulate(network, "params", keys, strict=strict)
    if by == "block":
        table = table.fold(1)
    elif by == "op":
        table = _sum_groups(table, "op", [row.values["op"] for row in table.rows])
        table = table.having(rows=sorted(table.rows, key=lambda row: -(row.values["params"] or 0)))
    elif by == "depth":
        table = _sum_groups(table, "depth", network.depths)
    elif by is not None:
        raise UsageError(f"--by takes block, op or depth, got {by}")
    if top is not None:
        if top < 1:
            raise UsageError(f"--top takes a number from 1, got {top}")
        rows = (table if by else table.fold()).rows
        ranked = sorted(rows, key=lambda row: -(row.values["params"] or 0))[:top]
        table = table.having(rows=[Row(row.values) for row in ranked])
    return table


_SUMMED = ("params", "params_share", "trainable", "buffers")


def _group(item: tuple[str | int, object]) -> tuple[int, str]:
    """Numbers by size, words by letter."""
    group = item[0]
    return (group, "") if isinstance(group, int) else (0, group)


def _sum_groups(table: Table, key: str, groups: Sequence[str | int]) -> Table:
    """One row for each group of rows that have weights or buffers, sorted."""
    sums: dict[str | int, dict[str, int | None]] = {}
    for group, row in zip(groups, table.rows, strict=True):
        if row.values["params"] == 0 and row.values["buffers"] == 0:
            continue
        if row.values.get("shared_with"):
            continue
        total = sums.setdefault(group, dict.fromkeys(("layers", *_SUMMED), 0))
        total["layers"] = (total["layers"] or 0) + 1
        for name in _SUMMED:
            value, before = row.values[name], total[name]
            total[name] = None if value is None or before is None else before + value
    rows = [Row({key: group, **total}) for group, total in sorted(sums.items(), key=_group)]
    kept = {column.key: column for column in table.columns}
    first = kept.get(key, Column(key, key, right=True))
    layers = Column("layers", "layers", show_count, right=True, fold="sum")
    return table.having(columns=[first, layers, *(kept[name] for name in _SUMMED)], rows=rows)
