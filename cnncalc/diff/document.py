"""A comparison for machines: every number then and now, every layer that is not the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.tables.table import Column, Envelope, Row, Table

if TYPE_CHECKING:
    from cnncalc.diff.layers import Change
    from cnncalc.diff.models import Compared, Comparison, Number

_KEYS = ("status", "old", "new", "variant", "variables", "totals", "renamed", "repeated", "unchanged",
         "layers")  # fmt: skip


def document(found: Comparison, analysis: str = "diff") -> Table:
    """The table whose JSON is the document: a row for each network; `analysis` is what was asked for."""
    return Table(
        analysis,
        [Column(key, key) for key in _KEYS],
        [Row(_model(model)) for model in found.models],
        Envelope({"old": found.old, "new": found.new, "differs": found.differs}, rows_are="models"),
        findings=found.findings,
    )


def _model(model: Compared) -> dict[str, Any]:
    record: dict[str, Any] = {"status": model.status}
    for side, place in (("old", model.old), ("new", model.new)):
        record[side] = (
            None if place is None else {"path": place[0] or None, "name": place[1] or None}
        )
    record["variant"] = model.variant
    record["variables"] = {name: {"old": then, "new": now} for name, then, now in model.variables}
    record["totals"] = {number.key: _number(number) for number in model.totals}
    if model.layers is not None:
        record["renamed"] = [{"old": then, "new": now} for then, now in model.layers.renamed]
        record["repeated"] = [
            {"old": then, "new": now, "times": times} for then, now, *times in model.layers.repeated
        ]
        record["unchanged"] = model.layers.same
        record["layers"] = [_layer(change) for change in model.layers.changes]
    return record


def _number(number: Number) -> dict[str, Any]:
    record = {"old": number.old, "new": number.new}
    if isinstance(number.old, int) and isinstance(number.new, int):
        record["change"] = number.new - number.old
    if number.budget is not None or number.old_budget is not None:
        record["budget"] = {"old": number.old_budget, "new": number.budget}
        known = isinstance(number.new, int) and number.budget is not None
        record["headroom"] = (
            number.budget - number.new if known and number.budget is not None else None
        )
    return record


def _layer(change: Change) -> dict[str, Any]:
    old, new = change.old, change.new
    record: dict[str, Any] = {
        "status": change.status,
        "old": old.name if old else None,
        "new": new.name if new else None,
        "op": change.row.op,
    }
    if change.group:
        record["group"] = change.group
    if change.keys:
        record["keys"] = {
            key: {"old": then, "new": now} for key, (then, now) in change.keys.items()
        }
    record["output"] = {"old": old.output if old else None, "new": new.output if new else None}
    for name in change.row.numbers:
        record[name] = {
            side: row.numbers[name] if row else None for side, row in (("old", old), ("new", new))
        }
    record["receptive_field"] = {
        "old": old.field if old else None,
        "new": new.field if new else None,
    }
    return record
