"""One row for the layers that the spec wrote as one, or for those of one block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Frame
    from cnncalc.tables.table import Column, Row


def fold(
    rows: Sequence[Row], columns: Sequence[Column], needs: str, depth: int | None, *, expand: bool
) -> list[Row]:
    """A layer with its norm and activation as one row unless `expand`; a block below `depth` too.

    Each column folds as it says; `needs` is a value that tables need and no column may have.
    """
    groups: list[tuple[Frame | None, list[Row]]] = []
    for row in rows:
        frame = fold_into(row.frame, depth, expand=expand)
        if frame is not None and groups and groups[-1][0] is frame:
            groups[-1][1].append(row)
        else:
            groups.append((frame, [row]))
    shown = {
        row.values["layer"]: frame.name if frame else row.values["layer"]
        for frame, inner in groups
        for row in inner
        if "layer" in row.values
    }
    return [
        inner[0]
        if frame is None
        else inner[0]._replace(
            values=_merge(frame, inner, columns, needs, shown), frame=frame.parent
        )
        for frame, inner in groups
    ]


def _merge(
    frame: Frame, rows: list[Row], columns: Sequence[Column], needs: str, shown: dict[str, str]
) -> dict[str, Any]:
    """The values of the row that replaces these; `shown` are the names that rows will have."""
    values: dict[str, Any] = {}
    for column in columns:
        how = column.fold
        if how == "only" and not frame.is_layer:
            # A block has no window of its own, even if one stands alone in it.
            how = "none"
        if callable(how):
            values[column.key] = how([row.values for row in rows])
        else:
            values[column.key] = _fold_values(how, [row.values.get(column.key) for row in rows])
    for column in columns:
        if column.derive is not None:
            values[column.key] = column.derive(values)
    if needs and needs not in values:
        values[needs] = _fold_values("max", [row.values.get(needs) for row in rows])
    inside = {row.values["layer"] for row in rows}
    outside = [name for row in rows for name in row.values.get("inputs", ())]
    values["inputs"] = list(dict.fromkeys(shown.get(n, n) for n in outside if n not in inside))
    values["layer"] = frame.name
    values["op"] = frame.label
    values["shared_with"] = _name_shared(rows, shown)
    return values


def _name_shared(rows: Sequence[Row], shown: dict[str, str]) -> str | None:
    """Whose weights are used again by all of these rows that have some."""
    shared = [row.values.get("shared_with") for row in rows]
    owns = any(row.values.get("params") != 0 for row, of in zip(rows, shared, strict=True)
               if not of and "params" in row.values)  # fmt: skip
    names = dict.fromkeys(shown.get(name, name) for name in shared if name)
    return None if owns else ", ".join(names) or None


def fold_into(frame: Frame | None, depth: int | None, *, expand: bool) -> Frame | None:
    """The frame that what stands in `frame` is folded into; None if it stays as it is."""
    if frame is None:
        return None
    if depth is not None:
        path = frame.path()
        if len(path) >= depth:
            return path[depth - 1]
    return frame if frame.is_layer and not expand else None


def _fold_values(how: str, values: list[Any]) -> Any:
    if how == "sum":
        return None if None in values else sum(values)
    if how == "max":
        return max((value for value in values if value is not None), default=None)
    if how == "union":
        return list(dict.fromkeys(entry for value in values for entry in value or ()))
    if how == "last":
        return values[-1]
    if how == "same":
        return values[0] if values.count(values[0]) == len(values) else None
    if how == "none":
        return None
    known = [value for value in values if value is not None]
    return known[0] if len(known) == 1 else None
