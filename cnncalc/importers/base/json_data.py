"""JSON that others wrote, read under limits."""

from __future__ import annotations

import json
from typing import Any

from cnncalc.importers.base.description import Unreadable

_MOST = 1_500_000
"""So many values, at most, are in a description: each takes a hundred bytes or two."""


def parse_json(text: str, what: str) -> dict[str, Any]:
    """The object in a text; raises Unreadable, which calls the text `what`."""
    if sum(map(text.count, "[{,")) > _MOST:
        raise Unreadable(f"{what} holds more than {_MOST:,} values")
    try:
        found = json.loads(text)
    except RecursionError:
        raise Unreadable(f"{what} is nested too deeply") from None
    except ValueError as error:
        reason = "a number is too long"
        if isinstance(error, json.JSONDecodeError):
            reason = f"{error.msg} in line {error.lineno}, column {error.colno}"
        raise Unreadable(f"{what} is no JSON: {reason}") from None
    if not isinstance(found, dict):
        raise Unreadable(f"{what} is no JSON object")
    return found
