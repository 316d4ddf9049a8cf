"""How every window is padded: what is drawn of it, along each axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.arithmetic.windows import TransposedWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.reporting.base.subject import Subject

PLACE = 5
"""Where it stands on the page."""


def data(subject: Subject) -> dict[str, Any] | None:
    """The different windows, each with its axes and the nodes that have it; None without any."""
    table = registry.load("analyzers", "padding").analyze(subject.network)
    windows: list[dict[str, Any]] = []
    places: dict[str, int] = {}
    for node, row in zip(subject.network.nodes, table.rows, strict=True):
        if row.values["sizes"] is None:
            continue
        drawn = {
            "axes": _axes(row.values, node.facts.windows),
            "transposed": isinstance(node.facts.windows[0], TransposedWindow),
        }
        place = places.setdefault(repr(drawn), len(windows))
        if place == len(windows):
            windows.append({**drawn, "nodes": []})
        windows[place]["nodes"].append(node.index)
    return {"windows": windows} if windows else None


def _axes(values: dict[str, Any], windows: Sequence[Any]) -> list[dict[str, Any]]:
    """What the analyzer says of each axis; `input` and `output` are lengths.

    `mode` is how the map is continued by its own values, empty where it is by others.
    """
    window = values["window"]
    parts = zip(window["kernel"], window["stride"], window["dilation"], window["padding"],
                values["sizes"], values["dropped"], values["rule"], windows, strict=True)  # fmt: skip
    return [
        {
            "kernel": kernel,
            "stride": stride,
            "dilation": dilation,
            "before": before,
            "after": after,
            "input": size,
            "output": output,
            "dropped": dropped,
            "rule": rule,
            "mode": getattr(each, "mode", ""),
        }
        for kernel, stride, dilation, (before, after), (size, output), dropped, rule, each in parts
    ]
