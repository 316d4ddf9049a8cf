"""What all recorded answers share: finite numbers, and the head of a file."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib.metadata import version
from typing import Any


def head(name: str, note: str, *packages: str) -> dict[str, Any]:
    """Who answered, and how to ask again."""
    return {
        "made_by": f"python -m tools.truth formulas --only {name}",
        "versions": {package: version(package) for package in packages},
        "note": note,
    }


def finite(value: float) -> float | None:
    """The number, or None where there is none: JSON has neither infinities nor NaN."""
    return value if math.isfinite(value) else None


def rounded(value: Callable[[], Any]) -> float | None:
    """A value of any precision as the nearest double, None where it is too large for one."""
    try:
        return finite(float(value()))
    except OverflowError:
        return None
