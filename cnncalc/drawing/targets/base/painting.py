"""A scene painted by matplotlib, for files that need more than text: PNG and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.drawing.palette import by_day
from cnncalc.drawing.scene import Part, Rect, Text
from cnncalc.errors import UsageError
from cnncalc.plots.base import style
from cnncalc.plots.base.paper import LEAST_DOTS, Paper, paper

if TYPE_CHECKING:
    from cnncalc.drawing.scene import Look, Path, Scene, Thing

_DOTS = 144
_MOST = 30_000
"""So many dots are on a side: programs do not open more."""
_POINTS = 72


def paint(scene: Scene, ending: str, dots: int | None = None) -> bytes:
    """The picture as a file of a kind; a PNG has `dots` to the inch, by default 144 or as many as go.

    Raises UsageError if matplotlib is missing, or if the dots are too few, or too many for the picture.
    """
    longest = max(scene.width, scene.height) / _POINTS
    allowed = max(1, int(_MOST / longest))
    size = scene.width / _POINTS, scene.height / _POINTS
    asked = paper(dots=dots).dots
    if asked and asked > allowed:
        raise UsageError(
            f"a picture has at most {_MOST:,} dots on a side, at --dpi {asked} this one has more",
            f"--dpi {allowed}, or a PDF, which has no dots"
            if allowed >= LEAST_DOTS
            else "a PDF has no dots",
        )
    with style.look(Paper(size, None, asked or min(_DOTS, allowed))):
        figure = style.figure(*size)
        figure.set_layout_engine("none")
        place = figure.add_axes((0, 0, 1, 1))
        place.set(xlim=(0, scene.width), ylim=(scene.height, 0))
        place.set_axis_off()
        for order, thing in enumerate(_flat(scene.things)):
            _paint(place, thing, order + 1)
        return style.save_bytes(figure, ending)


def _flat(things: tuple[Thing, ...]) -> list[Rect | Path | Text]:
    found: list[Rect | Path | Text] = []
    for thing in things:
        if isinstance(thing, Part):
            found += _flat(thing.items)
        else:
            found.append(thing)
    return found


def _paint(place: Any, thing: Rect | Path | Text, order: int) -> None:
    if isinstance(thing, Text):
        _write(place, thing, order)
        return
    patches = style.import_needed("matplotlib.patches")
    looks = {**_looks(thing.look), "zorder": order}
    if isinstance(thing, Rect):
        box = patches.FancyBboxPatch(
            (thing.x, thing.y), thing.width, thing.height, **looks,
            boxstyle=f"round,pad=0,rounding_size={thing.radius}" if thing.radius else "square,pad=0",
        )  # fmt: skip
        place.add_patch(box)
        return
    paths = style.import_needed("matplotlib.path")
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for letter, numbers in thing.steps:
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True)) or [(0.0, 0.0)]
        points += pairs
        codes += [getattr(paths.Path, _CODES[letter])] * len(pairs)
    place.add_patch(patches.PathPatch(paths.Path(points, codes), **looks))


_CODES = {"M": "MOVETO", "L": "LINETO", "C": "CURVE4", "Z": "CLOSEPOLY"}


def _looks(look: Look) -> dict[str, Any]:
    return {
        "facecolor": by_day(look.fill) if look.fill else "none",
        "edgecolor": by_day(look.stroke) if look.stroke else "none",
        "linewidth": look.width if look.stroke else 0,
        "linestyle": (0, look.dash) if look.dash else "solid",
    }


def _write(place: Any, text: Text, order: int) -> None:
    effects = None
    if text.halo:
        paths = style.import_needed("matplotlib.patheffects")
        effects = [paths.withStroke(linewidth=3, foreground=by_day(text.halo))]
    place.text(
        text.x, text.y, text.text, fontsize=text.size, color=by_day(text.tone), zorder=order,
        ha={"start": "left", "middle": "center", "end": "right"}[text.anchor], va="baseline",
        fontweight="bold" if text.bold else "normal", rotation=90 if text.turned else 0,
        # Turned around the point where it is anchored, as in SVG; the default aligns what is turned already.
        rotation_mode="anchor", path_effects=effects, parse_math=False,
    )  # fmt: skip
