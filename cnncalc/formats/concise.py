"""Findings with a line each: `specs/net.yaml:12:18: E306: message`, for editors and grep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.judging.reporting import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Diagnostic

LOG = True
"""Read by people as it appears, so a line with the verdict follows."""


def report(findings: Sequence[Diagnostic], **_: Any) -> str:
    """A line for each finding."""
    return "".join(f"{visible(str(finding))}\n" for finding in findings)
