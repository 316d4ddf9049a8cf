"""What can become of a layer in a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SAME, UNKNOWN, PADDED = "same", "unknown", "padded"
AVERAGES, BORDER, SHIFTED, SIZE = "averages", "border", "shifted", "size"
INEXPRESSIBLE, REFUSED = "inexpressible", "refused"

VERDICTS = {
    SAME: "the same",
    UNKNOWN: "not known",
    PADDED: "explicit padding",
    AVERAGES: "other averages",
    BORDER: "another border",
    SHIFTED: "shifted",
    SIZE: "another size",
    INEXPRESSIBLE: "not expressible",
    REFUSED: "refused",
}
"""What can become of a layer, from the mildest to the worst, and how tables say it."""

SEVERITY = {verdict: rank for rank, verdict in enumerate(VERDICTS)}
"""The place of a verdict among them."""

ANOTHER = (AVERAGES, BORDER, SHIFTED, SIZE, INEXPRESSIBLE, REFUSED)
"""The verdicts with which it is another network, or none."""


def worst(verdicts: Iterable[str]) -> str:
    """The worst of several verdicts; `same` of none."""
    return max(verdicts, key=SEVERITY.__getitem__, default=SAME)
