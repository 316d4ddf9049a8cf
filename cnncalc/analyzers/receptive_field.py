"""What every unit sees of the input: size, stride and place of its field, and what is odd about it."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING, Annotated, Any

from cnncalc import foreign, quantity
from cnncalc.errors import UsageError
from cnncalc.layers.base.shape import names_of
from cnncalc.receptive_field import describe, one_unit, projection, recurrence
from cnncalc.receptive_field.effective import show_width
from cnncalc.receptive_field.exact import check_unit, find
from cnncalc.receptive_field.feasible_sizes import feasible
from cnncalc.receptive_field.survey import Survey
from cnncalc.registry import suggestion
from cnncalc.tables.columns import COLUMNS
from cnncalc.tables.plain import nothing, of_field, of_fields
from cnncalc.tables.table import Column, Envelope, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.network import Network

Layer = Annotated[str, "Only this layer."]
Unit = Annotated[str, "One unit of the layer, Y,X: what it sees, to the element."]
From = Annotated[str, "The input to look at, if there are several."]
Project = Annotated[str, "An element of the input, Y,X: the units that see it."]
Object = Annotated[str, "The size of an object, H,W: layers whose field is smaller are marked."]
Working = Annotated[bool, "Show how the field grows, layer by layer."]
AllAxes = Annotated[bool, "Show every axis, even if all are equal."]

NOTES = (
    "first centre: 0 is the middle of the first element",
    "effective: 4σ of the influence where all weights are equal, about 95 % of it",
    "seen %: how much of the field a unit reads; below 100 it has holes",
)


def analyze(
    network: Network,
    *,
    layer: Layer = "",
    unit: Unit = "",
    from_: From = "",
    project: Project = "",
    object_size: Object = "",
    show_working: Working = False,
    all_axes: AllAxes = False,
) -> Table:
    """Per layer: the receptive field, the jump to the next unit's, the first centre, and flags.

    Raises UsageError for an unknown layer, unit or input.
    """
    survey = Survey(network)
    source = known_input(survey, from_)
    wanted = _size_of(object_size)
    if project:
        if layer or unit:
            raise UsageError("--project is about all layers, --layer and --unit about one",
                             "give one of them")  # fmt: skip
        return projection.table(network, source, whole_numbers(project, "project"))
    whole = survey.of_network(from_)
    index = find(network, layer) if layer else None
    if unit and index is None:
        index = whole[0] if whole else len(network.nodes) - 1
    looked = None
    if unit and index is not None:
        looked = one_unit.look(
            survey, index, check_unit(network, index, whole_numbers(unit, "unit"))
        )
    target = (index, source) if index is not None else whole
    steps = _working(survey, target) if show_working else None
    told = looked.lines() if looked else [] if index is not None else _of_network(survey, whole)
    rows = _rows(survey, source, wanted)
    if index is not None:
        rows[index].values[_ASKED] = True
    return Table(
        "receptive-field",
        _columns(all_axes=all_axes, several=len(survey.inputs) > 1),
        rows,
        _envelope(survey, whole, steps, looked),
        caption="\n".join(
            [*(steps or ()), _header(survey), *told, *survey.notes(), *_notes(survey, whole)]
        ),
        answers=2,
        failure=network.failure,
        needs=_ASKED if index is not None else "",
    )


def _envelope(
    survey: Survey,
    whole: tuple[int, str] | None,
    steps: list[str] | None,
    looked: one_unit.Look | None,
) -> Envelope:
    """What the JSON document holds beside the rows."""
    network = survey.network
    return Envelope(
        {"model": network.name, "dialect": network.dialect, "batch": 1},
        totals=_totals(survey, whole),
        also={
            **({} if steps is None else {"working": steps}),
            **({} if looked is None else {"units": [looked.to_dict()]}),
            **({"not_computed": dict(survey.gaps)} if survey.gaps else {}),
        },
    )


_ASKED = "asked"
_KEYS = ("layer", "op", "inputs", "output", "window")
_SHOWN = ("size", "field", "shortest", "jump", "centre", "effective")
_BARS = 32


def whole_numbers(given: Any, option: str) -> tuple[int, ...]:
    """`"3,5"`, or a list, as integers; raises UsageError."""
    parts = given.replace("x", ",").split(",") if isinstance(given, str) else given
    try:
        return tuple(int(part) for part in parts)
    except (TypeError, ValueError):
        raise UsageError(
            f"--{option} takes whole numbers, got {given}", f"--{option} 3,5"
        ) from None


def _size_of(given: Any) -> tuple[int, ...]:
    """The size of an object, () without one; raises UsageError."""
    size = whole_numbers(given, "object-size") if given else ()
    if min(size, default=1) < 1:
        raise UsageError(f"--object-size must be above 0, got {given}", "--object-size 32,32")
    return size


def known_input(survey: Survey, name: str) -> str:
    """The input of a name, or the first; raises UsageError if there is none."""
    if name and name not in survey.inputs:
        raise UsageError(f"{survey.network.name} has no input `{name}`",
                         suggestion(name, survey.inputs) or "inputs: " + ", ".join(survey.inputs))  # fmt: skip
    return name or next(iter(survey.inputs))


# The rows -----------------------------------------------------------------------------------------


def _rows(survey: Survey, source: str, wanted: Sequence[int]) -> list[Row]:
    """A row for every node; `wanted` is the size of what should be seen."""
    rows = []
    alignment: dict[int, list[dict[str, Any]]] = {}
    for v in survey.meetings:
        entry = {"input": v.source, "axis": v.axis, "verdict": v.kind, "pixels": str(v.pixels),
                 "cells": str(v.cells)}  # fmt: skip
        alignment.setdefault(v.node, []).append(entry)
    known: dict[tuple[int, ...], dict[str, list[dict[str, Any]]]] = {}
    for index, node in enumerate(survey.network.nodes):
        parts = survey.views[index], survey.shortest[index], survey.spreads[index]
        # Behind a layer that changes no field all three are those of the layer before.
        same = tuple(map(id, parts))
        told = known.get(same) or describe.with_more(describe.axes(parts[0]), *parts[1:])
        known[same] = told
        chosen = source if source in told else next(iter(told), "")
        axes = told.get(chosen) or None
        values: dict[str, Any] = {key: COLUMNS[key][1](node, survey.network) for key in _KEYS}
        values |= dict.fromkeys(_SHOWN, axes)
        values["size"] = list(node.output.size) or None
        values["sees"] = list(told)
        values["receptive_field"] = told
        share = survey.shares[index]
        values["seen"] = {
            name: part if part is None else 1.0 if part == 1 else round(float(part), 6)
            for name, part in share.items()
        }
        values["share"] = share.get(chosen) if node.layer is not None else None
        values["blind"] = survey.unseeing[index] > 0
        values["flags"] = [flag.word for flag in survey.flags[index]]
        if axes and node.layer is not None and wanted and _sees_less(axes, wanted):
            values["flags"].append("below object")
        if index in alignment:
            values["alignment"] = alignment[index]
        rows.append(Row(values, node.frame))
    return rows


def _sees_less(axes: Sequence[dict[str, Any]], wanted: Sequence[int]) -> bool:
    sizes = [one["size_max"] for one in axes if not one["global"]]
    return any(size is not None and size < n for size, n in zip(sizes, wanted, strict=False))


def _columns(*, all_axes: bool, several: bool) -> list[Column]:
    def column(key: str, title: str, of: Callable[[dict[str, Any]], str], minor: int = 0) -> Column:
        return describe.column(key, title, of, minor, all_axes=all_axes)

    def size(sizes: Any) -> str:
        return describe.cross([str(n) for n in sizes], all_axes=all_axes) if sizes else ""

    return [
        COLUMNS["layer"][0],
        COLUMNS["op"][0],
        COLUMNS["inputs"][0],
        COLUMNS["output"][0]._replace(shown=False),
        COLUMNS["window"][0],
        Column(
            "receptive_field",
            "receptive field",
            fold="last",
            shown=False,
            plain=of_fields if several else nothing,
        ),
        Column("seen", "seen", fold="last", shown=False, plain=None if several else _plain_share),
        Column("alignment", "alignment", shown=False),
        Column("sees", "sees", ", ".join, fold="last", data=False, shown=several, minor=7),
        Column("size", "N", size, right=True, fold="last", data=False, minor=2),
        column("field", "field", describe.show_size)._replace(plain=of_field),
        column("shortest", "shortest", lambda one: _plain(one.get("min_path")), 5),
        column("jump", "jump", describe.show_jump),
        column("centre", "first centre", lambda one: one["offset"] or "", 3),
        column(
            "effective",
            "effective",
            lambda one: show_width(one["erf"]) if one.get("erf") else "",
            4,
        ),
        Column("share", "seen %", _percent, right=True, fold="last", data=False, minor=6),
        Column("flags", "flags", ", ".join, fold=_fold_flags, minor=1),
    ]


def _fold_flags(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What is odd about layers as one: what is true of the last of them, and where operands meet.

    A field within that has holes, or a unit that sees padding alone, may be filled in by what follows;
    and together layers see more unless each of them sees no more.
    """
    told = dict.fromkeys(flag for row in rows for flag in row["flags"])
    late = [
        {"border", "unproductive"} & {*row["flags"]} for row in rows if row["window"] is not None
    ]
    last = rows[-1]
    untrue = set() if last["share"] is not None and last["share"] < 1 else {"holes"}
    untrue |= set() if last.get("blind", True) else {"blind units"}
    untrue |= {"below object"} - {*last["flags"]}
    untrue |= set() if late and all(late) and "border" not in told else {"unproductive"}
    return [flag for flag in told if flag not in untrue]


def _plain_share(share: dict[str, Any]) -> dict[str, Any]:
    """The share of the one input there is."""
    return {"seen": next(iter(share.values()), None)}


def _plain(number: int | None) -> str:
    return "" if number is None else str(number)


def _percent(share: Any) -> str:
    return "" if share is None else quantity.share(share.numerator, share.denominator)


def _notes(survey: Survey, whole: tuple[int, str] | None) -> list[str]:
    """What the numbers mean, if there are any.

    Along an axis that a reshape has cut, units at a border are told apart.
    """
    if whole is None:
        return []
    cut = next((node.name for node, of in zip(survey.network.nodes, survey.views, strict=True)
                for views in of.values() for view in views
                if view.field and isinstance(view.along, tuple)), "")  # fmt: skip
    counted = f"; along an axis that {cut} cuts they count from there on" if cut else ""
    return [f"elements of the input, borders ignored{counted}", *NOTES]


# Below the rows -----------------------------------------------------------------------------------


def _header(survey: Survey) -> str:
    network = survey.network
    parts = [
        foreign.name(network.name),
        *([f"dialect {network.dialect}"] if network.dialect else []),
    ]
    parts += [f"{name} {node.output}" for name, node in survey.inputs.items()]
    return " · ".join([*parts, *network.mark])


def _of_network(survey: Survey, whole: tuple[int, str] | None) -> list[str]:
    """What there is to say of all layers together."""
    if whole is None:
        return ["no layer sees a map"]
    index, name = whole
    axes = describe.axes({name: survey.views[index][name]})[name]
    size = survey.inputs[name].output.size
    seen = describe.cross([describe.show_size(one) for one in axes])
    whole_input = describe.cross([str(n) for n in size])
    of = f" of {name}, which" if len(survey.inputs) > 1 else "; the input"
    lines = [f"{survey.network.nodes[index].name} sees {seen}{of} has {whole_input}"]
    lines += _growth(survey, index, name)
    if len(survey.inputs) == 1:
        ranges = [feasible(survey.read, survey.views, survey.shortest, name, axis)
                  for axis in range(len(size))]  # fmt: skip
        told = describe.cross(
            [str(r.least) if r.least == r.most else f"{r.least} to {r.most}" for r in ranges]
        )
        lines.append(
            f"for inputs of {told}: no layer is unproductive, and the field covers the input"
        )
    if survey.unproductive:
        first = survey.network.nodes[survey.unproductive[0]].name
        lines.append(
            f"from {first} on, {len(survey.unproductive)} layers read units that see the whole input"
        )
    return [*lines, *_unread(survey)]


def _unread(survey: Survey) -> list[str]:
    lines = []
    for name, axes in survey.unread.items():
        for axis, runs in enumerate(axes):
            if runs:
                listed = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs[:4])
                more = f" and {len(runs) - 4} more" if len(runs) > 4 else ""
                shape = survey.inputs[name].output
                letter = names_of(shape)[axis - shape.rank]
                lines.append(f"no output depends on {listed}{more} along {letter} of {name}")
    return lines


def _growth(survey: Survey, index: int, name: str) -> list[str]:
    """The sizes on the way to a layer as a line of bars, by their logarithm."""
    made = recurrence.steps(survey.network, survey.views, index, name, 0)
    sizes = [1, *(step.after.size for step in made)]
    if len(sizes) < 3 or max(sizes) < 2:
        return []
    if len(sizes) > _BARS:
        sizes = [sizes[round(i * (len(sizes) - 1) / (_BARS - 1))] for i in range(_BARS)]
    top = log2(max(sizes))
    bars = "".join("▁▂▃▄▅▆▇█"[min(7, int(8 * log2(max(size, 1)) / top))] for size in sizes)
    return [f"growth 1 {bars} {sizes[-1]}"]


def _working(survey: Survey, target: tuple[int, str] | None) -> list[str]:
    """The recurrence with its numbers, once if all axes are alike."""
    if target is None:
        return []
    index, name = target
    seen = survey.views[index]
    name = name if name in seen else next(iter(seen), "")
    texts: list[list[str]] = []
    for axis in range(len(seen.get(name, ()))):
        made = recurrence.lines(
            recurrence.steps(survey.network, survey.views, index, name, axis), name
        )
        if made not in texts:
            texts.append(made)
    if len(texts) < 2:
        return [line for text in texts for line in text]
    return [line for i, text in enumerate(texts) for line in (f"axis {i}", *text)]


def _totals(survey: Survey, whole: tuple[int, str] | None) -> dict[str, Any]:
    """The field of the network, and the layer that has it; what no output depends on."""
    if whole is None:
        return {"receptive_field": None}
    index, name = whole
    return {
        "receptive_field": describe.axes({name: survey.views[index][name]}),
        "receptive_field_of": survey.network.nodes[index].name,
        "unread": {
            source: [[list(run) for run in runs] for runs in axes]
            for source, axes in survey.unread.items()
        },
    }
