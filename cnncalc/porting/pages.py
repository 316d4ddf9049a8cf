"""What a network becomes elsewhere, as text: a line for each target, then the layers that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import foreign
from cnncalc.porting.document import describe
from cnncalc.porting.verdicts import PADDED, VERDICTS
from cnncalc.porting.words import NOTES_ON_PADS
from cnncalc.tables.columns import list_names
from cnncalc.tables.table import Column, Envelope, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from cnncalc.porting.port import Offset, PortedLayer, PortResult


def page(result: PortResult, render: Callable[[Table], str]) -> str:
    """The text of it; `render` draws a table."""
    parts = [render(targets(result))]
    rows = layers(result)
    if rows.rows:
        parts.append(render(rows))
    return "\n".join(parts)


def targets(result: PortResult) -> Table:
    """A line for each target."""
    rows = [
        Row({
            "target": found.target.name,
            "by": " → ".join(filter(None, found.by)),
            "there": describe(found),
            "offset": tell_offset(found.offsets),
            "unknown": list_names(found.unknown),
        })
        for found in result.networks
    ]  # fmt: skip
    columns = [
        Column("target", "target"),
        Column("by", "converted by", minor=2),
        Column("there", "the network there"),
        Column("offset", "offset", right=True),
        Column("unknown", "not looked at", minor=1),
    ]
    return Table("port", columns, rows, Envelope({}), caption="\n".join(_caption(result)))


def _caption(result: PortResult) -> list[str]:
    network, origin = result.network, result.origin
    same = sum(not found.is_another for found in result.networks)
    head = [foreign.name(network.name), f"from {origin.name}" if origin else "no dialect",
            f"the same in {same} of {len(result.networks)}", *network.mark]  # fmt: skip
    lines = [" · ".join(head)]
    if origin is None:
        lines.append(
            "without a dialect nobody knows what averages count: --from says where it comes from"
        )
    lines += disagreements(result)
    if any(found.offsets for found in result.networks):
        lines.append("offset: how many elements of the input further on outputs see")
    if any(found.unknown for found in result.networks):
        lines.append(
            "not looked at: kinds of which nothing is known there; they are taken as they are"
        )
    return lines


def disagreements(result: PortResult) -> list[str]:
    """A line if those that read the format of the network itself do not make the same of it."""
    origin = result.origin
    readers = [
        n for n in result.networks if origin and n.target.rules.converters.get(origin.name) == ""
    ]
    same = [n.target.name for n in readers if not n.is_another]
    others = [n.target.name for n in readers if n.is_another]
    if origin is None or not others:
        return []
    agreed = f"{list_names(same)} read it as {origin.rules.title} means it, " if same else ""
    return [f"its runtimes disagree: {agreed}{list_names(others)} do not"]


def tell_offset(offsets: tuple[Offset, ...]) -> str:
    """The largest offset of an output, an axis each if they differ; `?` where it is not known."""
    axes = [offset.axes for offset in offsets]
    if not axes:
        return ""
    largest = max(
        axes, key=lambda one: max((abs(far) for far in one if far is not None), default=0)
    )
    told = [_with_sign(far) for far in largest]
    return told[0] if len(set(told)) == 1 else ", ".join(told)


def _with_sign(far: Fraction | None) -> str:
    if far is None:
        return "?"
    return f"{'−' if far < 0 else '+' if far > 0 else ''}{abs(far)}"


_COLUMNS = (
    Column("target", "target"),
    Column("layer", "layer"),
    Column("op", "op", minor=1),
    Column("there", "there"),
    Column("fix", "write instead"),
)


def layers(result: PortResult) -> Table:
    """The layers that are not the same; those alike in all but their names, or targets, in one line."""
    found: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for network in result.networks:
        alike: dict[tuple[str, ...], list[str]] = {}
        for layer in network.differing:
            for told in _tell(layer):
                alike.setdefault(told, []).append(layer.node.name)
        for told, names in alike.items():
            found.setdefault((list_names(names, 3), *told), {}).setdefault(
                network.target.name, names
            )
    rows = [
        Row({"target": ", ".join(by_target), "layer": layer, "op": op, "there": there,
             "fix": fix})
        for (layer, op, there, fix), by_target in found.items()
    ]  # fmt: skip
    return Table("port", _COLUMNS, rows, Envelope({}), caption="\n".join(_notes(result)))


def _tell(layer: PortedLayer) -> list[tuple[str, ...]]:
    judged, op = layer.judged, layer.node.op
    told: list[tuple[str, ...]] = []
    if judged.verdict not in ("same", "unknown"):
        why = f": {judged.why}" if judged.why else ""
        told.append((op, f"{VERDICTS[judged.verdict]}{why}", judged.fix))
    if layer.breaks:
        told.append((op, f"it ends here: {layer.breaks}", ""))
    return told


def _notes(result: PortResult) -> list[str]:
    padded = {
        layer.node.op
        for network in result.networks
        for layer in network.differing
        if layer.judged.verdict == PADDED
    }
    return [note for op, note in NOTES_ON_PADS.items() if op in padded]
