"""What a network becomes elsewhere, for machines: every layer in every target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.porting.verdicts import ANOTHER, VERDICTS
from cnncalc.tables.columns import COLUMNS
from cnncalc.tables.plain import axis_names, nothing, number, per_axis
from cnncalc.tables.table import Column, Envelope, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.porting.port import PortedLayer, PortedNetwork, PortResult

_KEYS = ("target", "title", "version", "same", "verdict", "route", "converters", "not_known", "outputs",
         "layers")  # fmt: skip

_OF_TARGET = ("version", "route", "converters", "not_known")


def document(result: PortResult) -> Table:
    """The table whose JSON is the document: a row for each target."""
    network = result.network
    return Table(
        "port",
        [Column(key, key) for key in _KEYS],
        [Row(_target(found, result)) for found in result.networks],
        Envelope(
            {
                "model": network.name,
                "dialect": network.dialect,
                "from": result.origin and result.origin.name,
            },
            rows_are="targets",
        ),
        failure=network.failure,
    )


def _target(found: PortedNetwork, result: PortResult) -> dict[str, Any]:
    nodes = result.network.nodes
    return {
        **_describe_target(found),
        "layers": [
            {**layer_record(layer), "inputs": [nodes[i].name for i in layer.node.inputs]}
            for layer in found.layers if layer.node.layer is not None
        ],
    }  # fmt: skip


def _describe_target(found: PortedNetwork) -> dict[str, Any]:
    """What is said of a target besides its layers."""
    return {
        "target": found.target.name,
        "title": found.target.rules.title,
        "version": found.target.rules.version,
        "same": not found.is_another,
        "verdict": found.verdict,
        "route": [step.name for step in found.route],
        "converters": list(found.by),
        "not_known": found.unknown,
        "outputs": [
            {"output": offset.output, "input": offset.input,
             "offset": [None if far is None else str(far) for far in offset.axes]}
            for offset in found.offsets
        ],
    }  # fmt: skip


def layer_record(ported: PortedLayer) -> dict[str, Any]:
    """A layer in a target; what does not apply is null."""
    judged = ported.judged
    return {
        "layer": ported.node.name,
        "op": ported.node.op,
        "verdict": judged.verdict,
        "output": ported.node.output.to_dict(),
        "output_there": ported.output and ported.output.to_dict(),
        "shift": [None if m.by is None else str(m.by) for m in judged.moves] or None,
        "why": judged.why or None,
        "fix": judged.fix or None,
        "breaks": ported.breaks or None,
    }


def records(result: PortResult) -> Table:
    """The same for spreadsheets: a line for every layer in every target, and in each what is known of that."""
    columns = [
        Column("target", "target"),
        Column("layer", "layer"),
        Column("op", "op"),
        Column("verdict", "verdict"),
        COLUMNS["output"][0]._replace(shown=False),
        Column("output_there", "output there", shown=False),
        Column("shift", "shift", shown=False, plain=_shifts),
        Column("why", "why", plain=nothing),
        Column("fix", "fix", plain=nothing),
        Column("breaks", "breaks", plain=nothing),
        Column("offset", "offset", shown=False, plain=_offsets),
        *(Column(key, key, shown=False) for key in _OF_TARGET),
    ]
    return Table("port", columns, map(Row, _lines(result)), Envelope({}))


def _shifts(axes: list[str | None]) -> dict[str, Any]:
    return {f"shift_{letter}": far for letter, far in zip(axis_names(len(axes)), axes, strict=True)}


def _offsets(by_input: dict[str, list[str | None]]) -> dict[str, Any]:
    """`offset_h` of an output, behind the name of the input where there are several."""
    return {
        name: number(far)
        for source, axes in by_input.items()
        for name, far in per_axis(
            axes, f"{source}_offset" if len(by_input) > 1 else "offset"
        ).items()
    }


def _lines(result: PortResult) -> Iterator[dict[str, Any]]:
    outputs = result.network.outputs
    for found in result.networks:
        record = _describe_target(found)
        # A converter without a name is the target itself.
        of_target = {
            key: record[key]
            if isinstance(record[key], str)
            else ", ".join(filter(None, record[key]))
            for key in _OF_TARGET
        }
        offsets: dict[int, dict[str, Any]] = {}
        for offset in record["outputs"]:
            offsets.setdefault(outputs[offset["output"]], {})[offset["input"]] = offset["offset"]
        for layer in found.layers:
            if layer.node.layer is not None:
                yield {"target": found.target.name, **layer_record(layer),
                       "offset": offsets.get(layer.node.index), **of_target}  # fmt: skip


def describe(found: PortedNetwork) -> str:
    """`the same`, `the same with 3 layers of padding`, `another size in 2 layers, shifted in 1`."""
    counts: dict[str, int] = {}
    for layer in found.layers:
        verdict = layer.judged.verdict
        counts[verdict] = counts.get(verdict, 0) + 1
    parts = [
        f"{VERDICTS[v]}: {counts[v]}" for v in reversed(VERDICTS) if v in counts and v in ANOTHER
    ]
    if found.breaks:
        first = found.breaks[0].node.name
        parts.append(f"it ends at {first}")
    if not parts:
        parts.append("the same")
    if "padded" in counts:
        parts.append(f"{VERDICTS['padded']}: {counts['padded']}")
    return ", ".join(parts)
