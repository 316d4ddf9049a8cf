"""A comparison as pages of text: for each network that changed its totals and its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.diff import words
from cnncalc.diff.layers import sum_changes
from cnncalc.diff.lines import MARKS, affected_layers, lines
from cnncalc.diff.models import ADDED, CHANGED, FAILED, REMOVED, RENAMED, SAME
from cnncalc.foreign import visible
from cnncalc.tables.table import Column, Envelope, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cnncalc.diff.layers import Layers
    from cnncalc.diff.lines import Line
    from cnncalc.diff.models import Compared, Comparison, Number

LONG, MOST = 12, 500
"""In Markdown, more lines than the first are folded away; nowhere are more than the second shown."""


def page(
    found: Comparison, render: Callable[[Table], str], *, fold: bool, depth: int | None = None
) -> str:
    """The text of a comparison; `render` draws a table, `fold` hides long ones as HTML does."""
    parts: list[str] = []
    for model in found.models:
        if model.status in (CHANGED, ADDED, REMOVED):
            parts.append(render(_totals(model, found)))
            told = lines(model.layers, depth) if model.layers is not None else []
            if told and model.layers is not None and not model.variant:
                text = render(_layers(told, model.layers))
                if fold and len(told) > LONG:
                    text = (
                        f"<details><summary>{len(told)} changes</summary>\n\n{text}\n</details>\n"
                    )
                parts.append(text)
    rest = [Row({"status": status, "models": models}) for status, models in _rest(found)]
    if rest:
        columns = [Column("status", ""), Column("models", "other models" if parts else "models")]
        parts.append(render(Table("diff", columns, rest, Envelope({}))))
    return "\n".join(parts)


def title(model: Compared) -> str:
    """`resnet50`, `unet → unet_small`, with the status where it is not `changed`."""
    names = [visible(place[1]) for place in (model.old, model.new) if place is not None]
    text = " → ".join(dict.fromkeys(names))
    return text if model.status in (CHANGED, SAME) else f"{text} ({model.status})"


# Totals --------------------------------------------------------------------------------------


def _totals(model: Compared, found: Comparison) -> Table:
    rows = [
        Row({
            "name": words.name(n.key),
            "old": words.value(n.key, n.old) if model.old else None,
            "new": words.value(n.key, n.new) if model.new else None,
            "change": words.change(n.key, n.old, n.new),
            "budget": words.describe_budget(n.key, n.new, n.budget, n.old_budget) if model.new else None,
        })
        for n in _telling(model)
    ] or [Row({"name": "totals as before"})]  # fmt: skip
    columns = [
        Column("name", title(model)),
        Column("old", visible(found.old), right=True),
        Column("new", visible(found.new), right=True),
        Column("change", "change", right=True),
        Column("budget", "budget", right=True, minor=1),
    ]
    notes = [
        visible(f"{name}: {words.plain(then)} → {words.plain(now)}")
        for name, then, now in model.variables
    ]
    return Table("diff", columns, rows, Envelope({}), caption="\n".join(notes))


def _telling(model: Compared) -> Iterable[Number]:
    """The totals to show: what is different or has a budget, and nothing twice."""
    by_key = {number.key: number for number in model.totals}
    alone = model.old is None or model.new is None
    for number in model.totals:
        if number.budget is None and number.old_budget is None:
            metric = words.metric(number.key)
            twin = by_key.get(metric.twin_of)
            if not number.differs or (twin and (number.old, number.new) == (twin.old, twin.new)):
                continue
            if metric.detail_of and (alone or _differs(by_key, metric.detail_of)):
                continue
        yield number


def _differs(numbers: dict[str, Number], key: str) -> bool:
    return key in numbers and numbers[key].differs


# Layers --------------------------------------------------------------------------------------

COLUMNS = (
    Column("mark", ""),
    Column("layer", "layer"),
    Column("what", "change"),
    Column("output", "output", right=True, minor=2),
    Column("params", "params", words.show_signed, right=True),
    Column("macs", "MACs", words.show_signed_short, right=True),
    Column("field", "field", right=True, minor=3),
)


def _layers(told: Sequence[Line], found: Layers) -> Table:
    more = [f"and {len(told) - MOST} more: --depth 1 or --format json"] if len(told) > MOST else []
    notes = "\n".join([*more, following(found)])
    return Table("diff", COLUMNS, layer_rows(told[:MOST], found), Envelope({}), caption=notes)


def layer_rows(told: Sequence[Line], found: Layers) -> list[Row]:
    """The cells of lines about layers, by the keys of `COLUMNS`."""
    return [
        Row({"mark": MARKS[line.status], "layer": visible(line.name), "what": visible(line.what),
             "output": line.output, "field": line.field,
             "params": line.params if "params" in found.known else 0,
             "macs": line.macs if "macs" in found.known else 0})
        for line in told
    ]  # fmt: skip


def following(found: Layers) -> str:
    """What the layers do that nobody changed."""
    after = affected_layers(found)
    parts = []
    if after and len(after) < len(found.changes) + len(found.renamed):
        shows = (("params", "params", words.show_signed), ("macs", "MACs", words.show_signed_short))
        told = [
            (name, show(sum_changes(after, key))) for key, name, show in shows if key in found.known
        ]
        costs = [f"{text} {name}" for name, text in told if text]
        parts.append(
            _count(len(after), "follows", "follow")
            + " from that"
            + (f": {', '.join(costs)}" if costs else "")
        )
    parts.append(f"{found.same:,} as before" if parts else _count(found.same, "as before"))
    return ", ".join(parts)


def _count(number: int, one: str, more: str = "") -> str:
    """`1 layer follows`, `3 layers follow`."""
    return f"1 layer {one}" if number == 1 else f"{number:,} layers {more or one}"


# The rest ------------------------------------------------------------------------------------


def _rest(found: Comparison) -> Iterable[tuple[str, str]]:
    """One line for all that did not change, each that was renamed, and what could not be compared."""
    moves = []
    for model in found.models:
        if model.status == RENAMED and model.old and model.new:
            at = 0 if model.old[0] != model.new[0] else 1
            moves.append(f"{visible(model.old[at])} → {visible(model.new[at])}")
    # A file takes all of its models and variants with it.
    yield from ((RENAMED, move) for move in dict.fromkeys(moves))
    failed = [model for model in found.models if model.status == FAILED]
    # Where a model is bad, its variants are as well.
    named = [model for model in failed if not model.variant] or failed
    for status, models in (
        ("not compared", named),
        (SAME, [m for m in found.models if m.status == SAME]),
    ):
        names = [
            visible(place[1] or place[0]) for m in models for place in [m.new or m.old] if place
        ]
        if names:
            more = len(names) - _LISTED
            yield status, ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")


_LISTED = 8
