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
    if by not in (None, "block", "op", "depth"):
        raise UsageError(f"--by takes block, op or depth, got {by}")
    if top is not None and top < 1:
        raise UsageError(f"--top takes a number from 1, got {top}")
    keys = ("layer", "op", "inputs", "output", Pick("params", share=True), "trainable", "buffers")
    table = tabulate(network, "params", keys, strict=strict)
    if by is None and top is None:
        return table

    def arrange(depth: int | None, *, expand: bool) -> Table:
        found = _group(table, network, by, depth, expand=expand)
        if top is not None:
            found = found.having(rows=[Row(row.values) for row in _by_params(found.rows)[:top]])
        return found.having(arrange=arrange)

    return arrange(None, expand=False)


def _group(
    table: Table, network: Network, by: str | None, depth: int | None, *, expand: bool
) -> Table:
    """The rows of a table added up; by kind and by depth those of single layers, unless they fold."""
    if by is None:
        return table.fold(depth, expand=expand)
    if by == "block":
        return table.fold(depth or 1, expand=expand)
    own = [(row, at) for row, at in zip(table.rows, network.depths, strict=True)
           if not row.values.get("shared_with")]  # fmt: skip
    rows = [row._replace(values={**row.values, _DEPTH.key: at}) for row, at in own]
    single = table.having(rows=rows, columns=[*table.columns, _DEPTH])
    found = _sum_groups(single if depth is None else single.fold(depth, expand=expand), by)
    return found.having(rows=_by_params(found.rows)) if by == "op" else found


def _by_params(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -(row.values["params"] or 0))


_SUMMED = ("params", "params_share", "trainable", "buffers")
_DEPTH = Column("depth", "depth", right=True, fold="max")


def _place(item: tuple[str | int, object]) -> tuple[int, str]:
    """Numbers by size, words by letter."""
    group = item[0]
    return (group, "") if isinstance(group, int) else (0, group)


def _sum_groups(table: Table, key: str) -> Table:
    """One row for each value of a column, of rows that have weights or buffers, sorted."""
    sums: dict[str | int, dict[str, int | None]] = {}
    for row in table.rows:
        if row.values["params"] == 0 and row.values["buffers"] == 0:
            continue
        total = sums.setdefault(row.values[key], dict.fromkeys(("layers", *_SUMMED), 0))
        total["layers"] = (total["layers"] or 0) + 1
        for name in _SUMMED:
            value, before = row.values[name], total[name]
            total[name] = None if value is None or before is None else before + value
    rows = [Row({key: group, **total}) for group, total in sorted(sums.items(), key=_place)]
    kept = {column.key: column for column in table.columns}
    layers = Column("layers", "layers", show_count, right=True, fold="sum")
    return table.having(columns=[kept[key], layers, *(kept[name] for name in _SUMMED)], rows=rows)
