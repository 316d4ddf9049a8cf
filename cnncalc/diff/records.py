"""A comparison for spreadsheets: a line for every number and key shown, then and now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.diff import words
from cnncalc.diff.document import document
from cnncalc.tables.plain import nothing
from cnncalc.tables.table import Column, Envelope, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.diff.models import Comparison

COLUMNS = (
    Column("model", "model"),
    Column("layer", "layer"),
    Column("status", "status"),
    Column("part", "part"),
    Column("name", "name"),
    Column("old", "old", words.plain, plain=nothing),
    Column("new", "new", words.plain, plain=nothing),
    Column("change", "change", right=True, plain=nothing),
    Column("budget", "budget", right=True),
)


def records(found: Comparison) -> Table:
    """The document of a comparison line by line.

    `part` is what a line tells of: a `model` as a whole, a `variable` of the spec, a `total`, what was
    `renamed` or `repeated`, or of a layer a `key` or a `number`. Of a layer those numbers stand there that are
    not as before; totals all do.
    """
    rows = [Row(line) for row in document(found).rows for line in _model(row.values)]
    return Table("diff", COLUMNS, rows, Envelope({}))


def _model(model: dict[str, Any]) -> Iterator[dict[str, Any]]:
    sides = [model[side] for side in ("old", "new")]
    told = [place and (place["name"] or place["path"]) for place in sides]
    named = {"model": told[1] or told[0], "status": model["status"]}
    yield {**named, "part": "model", "name": None, "old": told[0], "new": told[1]}
    for name, pair in model["variables"].items():
        yield {**named, "part": "variable", "name": name, **pair}
    for name, number in model["totals"].items():
        budget = number.get("budget", {}).get("new")
        yield {**named, "part": "total", "name": name, **number, "budget": budget}
    for part in ("renamed", "repeated"):
        for pair in model.get(part, ()):
            then, now = pair.get("times", (None, None))
            old, new = (f"{pair[side]} ×{times}" if times else pair[side]
                        for side, times in (("old", then), ("new", now)))  # fmt: skip
            yield {**named, "part": part, "name": None, "old": old, "new": new}
    for layer in model.get("layers", ()):
        place = {"model": named["model"], "layer": layer["new"] or layer["old"]}
        yield from ({**place, "status": layer["status"], **line} for line in _layer(layer))


def _layer(layer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, pair in layer.get("keys", {}).items():
        yield {"part": "key", "name": name, **pair}
    for name, pair in layer.items():
        if isinstance(pair, dict) and name != "keys" and pair["old"] != pair["new"]:
            old, new = pair["old"], pair["new"]
            known = isinstance(old, int) and isinstance(new, int)
            change = {"change": new - old} if known else {}
            yield {"part": "number", "name": name, **pair, **change}
