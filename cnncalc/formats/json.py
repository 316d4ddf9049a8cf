"""The machine's format: the document of a table, raw integers, a row for every layer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Diagnostic
    from cnncalc.table import Table

FOLDS = False


def render(table: Table, **_: Any) -> str:
    """The document of a table."""
    return _dump(table.to_dict())


def report(diagnostics: Sequence[Diagnostic], **more: Any) -> str:
    """The document of findings, with whatever else is known beside them."""
    from cnncalc import __version__

    head = {"schema": 1, "cnncalc": __version__}
    return _dump({**head, **more, "diagnostics": [found.to_dict() for found in diagnostics]})


def _dump(document: dict[str, Any]) -> str:
    """Indented, but with each layer and each finding on a line of its own."""
    lines = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            items = ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in value)
            lines.append(f"  {json.dumps(key)}: [\n    {items}\n  ]")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
