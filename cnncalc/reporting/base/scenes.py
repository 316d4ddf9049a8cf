"""A scene as plain data, which a script draws by elements: no text of it is ever read as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.drawing.palette import TONES, shade
from cnncalc.drawing.scene import Part, Rect, Text, number
from cnncalc.drawing.targets.svg import outline
from cnncalc.foreign import visible

if TYPE_CHECKING:
    from cnncalc.drawing.scene import Look, Scene, Thing


def plain_things(scene: Scene) -> dict[str, Any]:
    """The size of a scene, and what is drawn: lists that begin with a letter for what they are.

    `r` is a rectangle, `p` a path, `t` a text, `g` things that belong together.
    """
    return {
        "width": round(scene.width, 1),
        "height": round(scene.height, 1),
        "title": visible(scene.title),
        "things": [_thing(thing) for thing in scene.things],
    }


def _thing(thing: Thing) -> list[Any]:
    if isinstance(thing, Part):
        items = [_thing(item) for item in thing.items]
        return ["g", thing.kind, visible(thing.title), dict(thing.data), items]
    if isinstance(thing, Text):
        place = [round(thing.x, 1), round(thing.y, 1), round(thing.size, 1)]
        return [
            "t",
            *place,
            visible(thing.text),
            thing.tone,
            thing.anchor,
            int(thing.bold),
            thing.halo,
        ]
    if isinstance(thing, Rect):
        sides = [round(side, 1) for side in thing[:4]]
        return ["r", *sides, round(thing.radius, 1), *_look(thing.look)]
    return ["p", outline(thing), *_look(thing.look)]


def _look(look: Look) -> list[Any]:
    return [look.fill, look.stroke, look.width, " ".join(map(number, look.dash))]


def tone_rules() -> str:
    """The style of every tone, by day and by night."""
    days = ["".join(_rule(tone, shade(tone)[night]) for tone in TONES) for night in (0, 1)]
    return f"{days[0]}\n@media (prefers-color-scheme: dark) {{{days[1]}}}\n@media print {{{days[0]}}}\n"


def _rule(tone: str, colour: str) -> str:
    return f".f-{tone}{{fill:{colour}}}.s-{tone}{{stroke:{colour}}}"
