"""A code quality report of GitLab: findings appear in a merge request and at its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.check.reporting import fingerprints, path_in_repository

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Diagnostic

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def report(findings: Sequence[Diagnostic], **_: Any) -> str:
    """An issue for each finding, in a JSON array.

    GitLab wants a path and a line of every issue: what concerns a whole file stands at line 1.
    """
    issues = [
        _issue(finding, fingerprint)
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
    ]
    return foreign.json(issues, indent=2) + "\n"


def _issue(finding: Diagnostic, fingerprint: str) -> dict[str, Any]:
    help = f" ({finding.help})" if finding.help else ""
    lines = {"begin": 1}
    if finding.span is not None:
        lines = {"begin": finding.span.line, "end": finding.span.end_line}
    return {
        "description": foreign.visible(f"{finding.code}: {finding.message}{help}"),
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": path_in_repository(finding.source.name) if finding.source else "",
            "lines": lines,
        },
    }
