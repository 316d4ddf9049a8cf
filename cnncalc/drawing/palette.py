"""The colours of pictures by their names, by day and by night.

Sources: the hues are those of Okabe and Ito, "Color Universal Design", lightened so that dark letters
are read on them (at least 7:1), darkened for light ones at night.
"""

from __future__ import annotations

TONES: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#15171a"),
    "ink": ("#1f2328", "#e6e8ea"),
    "faint": ("#59636e", "#9aa4ae"),
    "wire": ("#6e7781", "#8b949e"),
    "line": ("#3d444d", "#b8c0c8"),
    "group": ("#f4f5f7", "#1d2024"),
    "inner": ("#eaecef", "#24282d"),
    "border": ("#c9ced4", "#3c434b"),
    "dark": ("#1f2328", "#1f2328"),
    "input": ("#dfe3e8", "#3a4149"),
    "conv": ("#bcdcf5", "#173f5f"),
    "up": ("#b5e6dd", "#12473d"),
    "pool": ("#f7c9c0", "#5c2418"),
    "norm": ("#e6e2f6", "#37305a"),
    "act": ("#fdecc0", "#54410c"),
    "merge": ("#ffd9a8", "#5c390a"),
    "dense": ("#cfe8c2", "#254a17"),
    "mix": ("#f2cfe3", "#561f41"),
    "shape": ("#e9ebed", "#33393f"),
    "other": ("#e9ebed", "#33393f"),
    "block": ("#d5dcf7", "#28325f"),
}
"""Each tone by day and by night."""

_COLD, _HOT = (255, 250, 224), (240, 124, 70)


def heat(share: float) -> str:
    """A colour from pale to strong for a share from 0 to 1, on which dark letters are read.

    >>> heat(0.0), heat(1.0)
    ('#fffae0', '#f07c46')
    """
    mixed = (round(a + (b - a) * share) for a, b in zip(_COLD, _HOT, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def by_day(tone: str) -> str:
    """The colour of a tone on paper."""
    return tone if tone.startswith("#") else shade(tone)[0]


def shade(tone: str) -> tuple[str, str]:
    """Both colours of a tone; `conv-dark` and `conv-light` are those of its sides in perspective."""
    name, _, side = tone.partition("-")
    day, night = TONES[name]
    if not side:
        return day, night
    ground = 0 if side == "dark" else 255
    return _mix(day, ground, 0.15 if side == "dark" else 0.4), _mix(night, ground, 0.2)


def _mix(colour: str, ground: int, part: float) -> str:
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(value + (ground - value) * part):02x}" for value in parts)
