"""Plain data as YAML: a line for each layer, so that a fault can be made smaller line by line."""

from __future__ import annotations

import json
import re
from typing import Any

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*").fullmatch
_TAKEN = {"true", "false", "null"}


def text(spec: dict[str, Any]) -> str:
    """A whole spec."""
    return "\n".join(_lines(spec, "")) + "\n"


def _lines(mapping: dict[str, Any], indent: str) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        if key in {"layers", "variants"} and isinstance(value, list) and value:
            lines += [f"{indent}{key}:", *(f"{indent}  - {flow(item)}" for item in value)]
        elif isinstance(value, dict) and any("layers" in part for part in _parts(value)):
            lines += [f"{indent}{key}:", *_lines(value, indent + "  ")]
        elif isinstance(value, dict) and "layers" in value:
            lines += [f"{indent}{_key(key)}:", *_lines(value, indent + "  ")]
        elif key in {"vars", "defaults"} and isinstance(value, dict) and value:
            named = (f"{indent}  {_key(k)}: {flow(part)}" for k, part in value.items())
            lines += [f"{indent}{key}:", *named]
        else:
            lines.append(f"{indent}{_key(key)}: {flow(value)}")
    return lines


def _parts(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in value.values() if isinstance(part, dict)]


def _key(key: str) -> str:
    return key if _WORD(key) and key.lower() not in _TAKEN else json.dumps(key)


def flow(value: Any) -> str:
    """Data in the flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and _WORD(value) and value.lower() not in _TAKEN:
        return value
    return json.dumps(value)
