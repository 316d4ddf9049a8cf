"""What `check` finds in the spec, each with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.foreign import source as shown
from cnncalc.foreign import visible

if TYPE_CHECKING:
    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network
    from cnncalc.reporting.base.subject import Subject

PLACE = 6
"""Where it stands on the page."""

_AROUND = 2
"""So many lines above and below the place are shown."""
_WIDEST = 200
"""So much of a long line is shown."""


def data(subject: Subject) -> list[dict[str, Any]]:
    """The findings in the order of the spec."""
    return [describe(finding, subject.network) for finding in subject.findings]


def describe(finding: Diagnostic, network: Network | None = None) -> dict[str, Any]:
    """A finding as plain data: its words, its lines of the spec, and the node that it is about."""
    finding = finding.where_it_stands()
    found: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity,
        "message": visible(finding.message),
        "label": visible(finding.label),
        "help": visible(finding.help),
        "path": visible(finding.source.name) if finding.source else "",
        "node": None if network is None else _node(finding, network),
    }
    if finding.span is not None and finding.source is not None:
        line, column, end_line, end_column = finding.span
        lines = finding.source.lines
        first = max(1, line - _AROUND)
        last = min(len(lines), line + _AROUND)
        found["span"] = [line, column, end_line, end_column]
        found["lines"] = [
            [n, shown(finding.source.line(n)[:_WIDEST])] for n in range(first, last + 1)
        ]
    return found


def _node(finding: Diagnostic, network: Network) -> int | None:
    """The node that a finding is about: by its name, else the first that the line declares."""
    by_line = None
    for node in network.nodes:
        if finding.layer is not None and finding.layer in (node.name, node.declared_name):
            return node.index
        if by_line is None and node.span and finding.span and node.span.line == finding.span.line:
            by_line = node.index
    return by_line
