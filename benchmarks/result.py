"""What was measured, as a plain table that states every limit beside its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLES = ("measure", "ours", "against", "its", "ratio", "limit", "verdict")
_UNITS = {"ms": (1e3, 1), "µs": (1e6, 2), "bytes": (1.0, 0)}


class Result(NamedTuple):
    """One comparison; `ours` and `other` are seconds, or bytes where the unit says so.

    `limit` is the largest ratio `ours / other` that is allowed, None where nothing is demanded.
    `other` is None where the peer is not installed.
    """

    measure: str
    ours: float
    against: str
    other: float | None
    limit: float | None = None
    unit: str = "ms"

    @property
    def ratio(self) -> float | None:
        """Ours in units of the other: below 1 is less than the other."""
        return None if self.other is None else self.ours / self.other

    @property
    def verdict(self) -> str:
        """`ok`, `BROKEN`, or why there is none."""
        if self.ratio is None:
            return "not installed"
        if self.limit is None:
            return "-"
        return "ok" if self.ratio <= self.limit else "BROKEN"

    def to_dict(self) -> dict[str, Any]:
        """The comparison for `--json`."""
        return {**self._asdict(), "ratio": self.ratio, "verdict": self.verdict}


def table(results: Sequence[Result]) -> str:
    """Aligned columns; the first and third are words, the others numbers."""
    lines = [list(TITLES), *(_cells(result) for result in results)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ""
    for line in lines:
        cells = [
            cell.ljust(width) if number in (0, 2, 6) else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        text += "  ".join(cells).rstrip() + "\n"
    return text


def _cells(result: Result) -> list[str]:
    return [
        result.measure,
        _amount(result.ours, result.unit),
        result.against,
        _amount(result.other, result.unit),
        _times(result.ratio),
        _times(result.limit),
        result.verdict,
    ]


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    scale, decimals = _UNITS[unit]
    return f"{value * scale:,.{decimals}f} {unit}"


def _times(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio:.4f}×" if ratio < 0.01 else f"{ratio:.2f}×"
