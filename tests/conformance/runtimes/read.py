"""Files of rows, plain or compressed: what runtime they are of stands in their name, or in themselves."""

import gzip
import json
from pathlib import Path
from typing import Any

from . import frameworks, mobile, onnx
from .rows import Form, Row

DATA = Path(__file__).parent / "data"

FORMS: dict[str, Form] = {**mobile.FORMS, **onnx.FORMS, **frameworks.FORMS}


def read(path: Path) -> list[Row]:
    """All rows of a file, `NAME_windows.json` or `NAME_windows.json.gz`; raises KeyError for an unknown runtime."""
    raw = path.read_bytes()
    found = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    form = FORMS[_name(path, found)]
    return [row for op, measured in form.tables(found).items() for each in measured for row in form.rows(op, each)]


def _name(path: Path, found: dict[str, Any]) -> str:
    """The name of a form: that of the file, or that which is the first in what it says of itself."""
    named = path.name.partition("_windows")[0]
    if named in FORMS:
        return named
    said = str(found.get("runtime") or found.get("framework") or found.get("about", "")).lower().replace(" ", "")
    fitting = [name for name in FORMS if name in said]
    return max(fitting, key=len) if fitting else named
