"""The machine's format: the document of a table, raw integers, a row for every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.check.verdict import Checked
    from cnncalc.errors import Diagnostic
    from cnncalc.tables.table import Table
    from cnncalc.working.steps import Section

FOLDS = False
TOTALS = METRICS
"""The totals that its report of findings shows of every model."""


def render(table: Table, **_: Any) -> str:
    """The document of a table."""
    return _dump(table.to_dict())


def report(
    findings: Sequence[Diagnostic], *, files: Sequence[Checked] = (), strict: bool = False, **_: Any
) -> str:
    """The document of findings and, where files were judged, of each model with its numbers."""
    from cnncalc import __version__

    head: dict[str, Any] = {"schema": 1, "cnncalc": __version__}
    found = {"diagnostics": [finding.to_dict() for finding in findings]}
    if not files:
        return _dump({**head, **found})
    models = [
        {
            "name": foreign.cut(verdict.name, foreign.NAME),
            "path": file.path,
            "model": _cut_name(verdict.model),
            "variant": _cut_name(verdict.variant),
            "passed": not verdict.fails(strict=strict),
            **_numbers(verdict.totals or dict.fromkeys(TOTALS)),
        }
        for file in files
        for verdict in file.verdicts
    ]
    return _dump({**head, "analysis": "check", **found, "models": models})


def _cut_name(name: str | None) -> str | None:
    return None if name is None else foreign.cut(name, foreign.NAME)


def _numbers(found: dict[str, Any]) -> dict[str, Any]:
    """Numbers by their keys in documents."""
    return {METRICS[name].key or name: value for name, value in found.items()}


def _dump(document: dict[str, Any]) -> str:
    """Indented, but with each layer and each finding on a line of its own."""
    lines = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            items = ",\n    ".join(map(foreign.json, value))
            lines.append(f"  {foreign.json(key)}: [\n    {items}\n  ]")
        else:
            lines.append(f"  {foreign.json(key)}: {foreign.json(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def explain(
    sections: Sequence[Section], *, document: dict[str, Any] | None = None, **_: Any
) -> str:
    """The document of a working; without one of its own, that of its sections."""
    if document is None:
        document = {"schema": 1, "sections": [section.to_dict() for section in sections]}
    return _dump(document)
