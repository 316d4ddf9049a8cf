"""The colours of pictures as the style of a page."""

from __future__ import annotations

from cnncalc.drawing.palette import TONES, shade


def tone_rules() -> str:
    """The style of every tone, by day and by night."""
    days = ["".join(_rule(tone, shade(tone)[night]) for tone in TONES) for night in (0, 1)]
    return f"{days[0]}\n@media (prefers-color-scheme: dark) {{{days[1]}}}\n@media print {{{days[0]}}}\n"


def _rule(tone: str, colour: str) -> str:
    return f".f-{tone}{{fill:{colour}}}.s-{tone}{{stroke:{colour}}}"
