"""Findings with a line each: `specs/net.yaml:12:18: E306: message`, for editors and grep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Diagnostic

LOG = True
"""Read by people as it appears, so a line with the verdict follows."""
CONSOLE = True
"""For people alone: in the encoding of their console."""


def report(findings: Sequence[Diagnostic], **_: Any) -> str:
    """A line for each finding."""
    return "".join(f"{foreign.visible(str(finding))}\n" for finding in findings)
