"""The data of the page: of each network what its panels show, and how two of them differ."""

from __future__ import annotations

from os.path import basename
from typing import TYPE_CHECKING, Any

from cnncalc import __version__, quantity, registry
from cnncalc.cost.memory import inference
from cnncalc.diff import words
from cnncalc.diff.lines import lines
from cnncalc.diff.pages import COLUMNS, following, layer_rows
from cnncalc.foreign import name, visible
from cnncalc.language.source import PREFIX, ZOO
from cnncalc.receptive_field.describe import axes, cross, show_size
from cnncalc.receptive_field.survey import survey_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.diff.models import Comparison
    from cnncalc.errors import Source
    from cnncalc.network import Network, Total
    from cnncalc.reporting.base.subject import Subject


def document(subjects: Sequence[Subject], compared: Comparison | None = None) -> dict[str, Any]:
    """All that the scripts of the page draw, as plain data for JSON."""
    return {
        "cnncalc": __version__,
        "networks": [describe(subject) for subject in subjects],
        "comparison": None if compared is None else _comparison(compared),
    }


def describe(subject: Subject) -> dict[str, Any]:
    """A network: its name, its totals in words, its nodes, and the data of every panel."""
    network = subject.network
    nodes = network.nodes
    return {
        "name": name(network.name),
        "path": visible(_place(network.source)) if network.source else "",
        "dialect": network.dialect or "",
        "about": visible(network.description),
        "totals": _totals(subject),
        "nodes": {
            "name": [visible(node.name) for node in nodes],
            "op": [visible(node.op) for node in nodes],
            "shape": [str(node.output) for node in nodes],
            "inputs": [list(node.inputs) for node in nodes],
        },
        "panels": {
            panel: registry.load("reporting.panels", panel).data(subject)
            for panel in registry.names("reporting.panels")
        },
    }


def _place(source: Source) -> str:
    """Where a spec stands, as users name it: what comes with cnncalc lies in no folder of theirs."""
    if getattr(source.origin, "kind", "") == ZOO:
        return PREFIX + basename(source.name).rpartition(".")[0]
    return source.name


def _totals(subject: Subject) -> list[list[str]]:
    """What stands at the top of the page: words and numbers."""
    network, memory = subject.network, subject.memory
    inputs = [node for node in network.nodes if node.layer is None]
    outputs = [network.nodes[index] for index in network.outputs.values()]
    needed = inference(memory)
    found = [
        ["input", ", ".join(str(node.output) for node in inputs)],
        ["output", ", ".join(str(node.output) for node in outputs)],
        ["parameters", str(network.params)],
        ["MACs", f"{_least(network.macs)}{quantity.short(network.macs.known)}"],
        ["layers deep", f"{network.depth:,}"],
        ["receptive field", _field(network)],
        ["memory for inference", f"{_least(needed)}{quantity.size(needed.known)}"],
        ["peak of activations", quantity.size(memory.timeline.peak)],
    ]
    return [pair for pair in found if pair[1]]


def _least(total: Total) -> str:
    return "≥ " if total.gaps else ""


def _field(network: Network) -> str:
    """The size of the field of the whole network; empty if there is none."""
    survey = survey_of(network)
    whole = survey.of_network()
    if whole is None:
        return ""
    index, source = whole
    sides = axes({source: survey.views[index][source]})[source]
    return cross([show_size(side) for side in sides])


def _comparison(found: Comparison) -> dict[str, Any]:
    """The pair of networks: its totals, and of layers what `diff` tells in the same words."""
    [model] = found.models
    told = lines(model.layers) if model.layers is not None else []
    rows = layer_rows(told, model.layers) if model.layers is not None else []
    names = [place[1] if place else "" for place in (model.old, model.new)]
    return {
        "old": visible(names[0] or found.old),
        "new": visible(names[1] or found.new),
        "variables": [
            [visible(key), words.plain(then), words.plain(now)]
            for key, then, now in model.variables
        ],
        "totals": [
            [words.name(n.key), words.value(n.key, n.old), words.value(n.key, n.new),
             words.change(n.key, n.old, n.new)]
            for n in model.totals
        ],
        "columns": [[column.title, column.right] for column in COLUMNS],
        "lines": [
            [line.status, [column.text(row.values[column.key]) for column in COLUMNS]]
            for line, row in zip(told, rows, strict=True)
        ],
        "rest": following(model.layers) if model.layers is not None else "",
    }  # fmt: skip
