"""Annotations of GitHub Actions: findings appear at their lines of a pull request.

GitHub shows ten annotations of a step and drops the others without a word. So the worst ten are
given as such, and the rest in a notice; all of them are in the summary of the step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.check.reporting import path_in_repository, rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Diagnostic

LOG = True

SHOWN = 10
_LISTED = 50
_KINDS = {"error": "error", "warning": "warning", "note": "notice"}


def report(findings: Sequence[Diagnostic], **_: Any) -> str:
    """A workflow command for each of the worst findings, and one for the rest."""
    order = rank(findings)
    commands = [_annotation(finding) for finding in order[:SHOWN]]
    rest = order[SHOWN:]
    if rest:
        noun = "finding" if len(rest) == 1 else "findings"
        lines = [f"{len(rest)} more {noun}", *(_line(finding) for finding in rest[:_LISTED])]
        if len(rest) > _LISTED:
            lines.append(f"and {len(rest) - _LISTED} more")
        commands.append(f"::notice title=cnncalc::{_data(lines)}\n")
    return "".join(commands)


def _annotation(finding: Diagnostic) -> str:
    """`::error file=net.yaml,line=3,col=5,endLine=3,endColumn=9,title=E301::net.yaml:3:5: …`."""
    properties: dict[str, object] = {}
    if finding.source is not None:
        properties["file"] = path_in_repository(finding.source.name)
    if finding.span is not None:
        line, column, end_line, end_column = finding.span
        properties |= {"line": line, "col": column, "endLine": end_line, "endColumn": end_column}
    properties["title"] = f"cnncalc {finding.code}"
    given = ",".join(
        f"{name}={foreign.github_property(str(value))}" for name, value in properties.items()
    )
    lines = [_line(finding), *([f"help: {finding.help}"] if finding.help else [])]
    return f"::{_KINDS[finding.severity]} {given}::{_data(lines)}\n"


def _line(finding: Diagnostic) -> str:
    """The finding with its place, so that the log tells all without the annotations."""
    if finding.source is None:
        return str(finding)
    place = path_in_repository(finding.source.name)
    if finding.span is not None:
        place += f":{finding.span.line}:{finding.span.column}"
    return f"{place}: {finding.code}: {finding.message}"


def _data(lines: Sequence[str]) -> str:
    return "%0A".join(map(foreign.github, lines))
