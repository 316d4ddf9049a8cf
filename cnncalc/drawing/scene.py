"""A picture as a list of what is drawn, whoever draws it: styles make scenes, targets render them.

Lengths are in points of 1/72 inch on paper and in pixels of a browser; x grows to the right, y downwards.
A `tone` is the name of a colour of the palette, which may differ by day and by night, or a colour of
its own, `#rrggbb`. Texts are plain: every target escapes them.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Look(NamedTuple):
    """How an area or a line looks: tones, empty for none; the width of the line; dashes."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()


class Rect(NamedTuple):
    """A rectangle with round corners of a radius."""

    x: float
    y: float
    width: float
    height: float
    look: Look
    radius: float = 0.0


class Path(NamedTuple):
    """Lines and curves: each step is a letter and its points.

    `M` goes to a point, `L` draws a line, `C` a cubic curve by two points of control, `Z` closes.
    """

    steps: tuple[tuple[str, tuple[float, ...]], ...]
    look: Look


class Text(NamedTuple):
    """One line of text; `anchor` says whether x is its start, middle or end, y is the line it stands on.

    A `halo` is the tone of what is around the letters, so that they are read on lines.
    """

    x: float
    y: float
    text: str
    size: float
    tone: str = "ink"
    anchor: str = "start"
    bold: bool = False
    halo: str = ""
    turned: bool = False
    """Upwards, turned by a quarter."""


class Part(NamedTuple):
    """Things that belong together, with a name by which a page finds them.

    `data` are attributes of it: names in lower case with hyphens, and values. `title` is what a
    pointer over it shows.
    """

    items: tuple[Thing, ...]
    id: str = ""
    kind: str = ""
    title: str = ""
    data: tuple[tuple[str, str], ...] = ()


Thing: TypeAlias = "Rect | Path | Text | Part"


class Scene(NamedTuple):
    """A whole picture; `title` and `description` say what it is to those who do not see it."""

    width: float
    height: float
    things: tuple[Thing, ...]
    title: str
    description: str = ""


def polygon(points: tuple[tuple[float, float], ...], look: Look) -> Path:
    """A closed area with straight borders."""
    first, *rest = points
    return Path((("M", first), *(("L", point) for point in rest), ("Z", ())), look)


def line(x1: float, y1: float, x2: float, y2: float, look: Look) -> Path:
    """A straight line."""
    return Path((("M", (x1, y1)), ("L", (x2, y2))), look)


def number(value: float) -> str:
    """A length with one decimal at most, alike on every machine.

    >>> number(12.0), number(0.25), number(-0.04)
    ('12', '0.2', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
