r"""TikZ: a picture for papers, to be put into a document with `\input`.

Source: Tantau, "The TikZ and PGF Packages", version 3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.drawing.palette import by_day
from cnncalc.drawing.scene import Part, Path, Rect, Text, number
from cnncalc.working.tex import prose

if TYPE_CHECKING:
    from cnncalc.drawing.scene import Look, Scene, Thing

ENDINGS = ("tex", "tikz")
_LONGEST = 12_000
"""TeX has no length of 16,384 points; longer pictures are drawn smaller."""
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def render(scene: Scene) -> str:
    """The text of a `tikzpicture`."""
    scale = min(1.0, _LONGEST / max(scene.width, scene.height, 1))
    lines = [f"  {line}" for thing in scene.things for line in _thing(thing, scale)]
    tones: dict[str, str] = {}
    _collect(scene.things, tones)
    colours = [f"  \\definecolor{{{name}}}{{HTML}}{{{colour}}}" for name, colour in tones.items()]
    head = [
        "% needs \\usepackage{tikz}",
        f"\\begin{{tikzpicture}}[x={scale:.4g}bp, y=-{scale:.4g}bp, line join=round, inner sep=0pt]",
    ]
    return "\n".join([*head, *colours, *lines, "\\end{tikzpicture}"]) + "\n"


def _name(tone: str) -> str:
    """What a colour is called in the document: only letters and digits."""
    return "cnn" + "".join(c for c in tone if c.isalnum())


def _collect(things: tuple[Thing, ...], tones: dict[str, str]) -> None:
    for thing in things:
        if isinstance(thing, Part):
            _collect(thing.items, tones)
            continue
        used = (thing.tone,) if isinstance(thing, Text) else (thing.look.fill, thing.look.stroke)
        for tone in used:
            if tone:
                tones[_name(tone)] = by_day(tone)[1:].upper()


def _thing(thing: Thing, scale: float) -> list[str]:
    if isinstance(thing, Part):
        return [line for item in thing.items for line in _thing(item, scale)]
    if isinstance(thing, Text):
        return [_text(thing, scale)]
    if isinstance(thing, Rect):
        radius = f", rounded corners={number(thing.radius * scale)}bp" if thing.radius else ""
        start = _point((thing.x, thing.y))
        end = _point((thing.x + thing.width, thing.y + thing.height))
        return [f"\\path[{_options(thing.look, scale)}{radius}] {start} rectangle {end};"]
    return _outline(thing, scale)


def _outline(path: Path, scale: float) -> list[str]:
    """A path as one command."""
    words = []
    for letter, points in path.steps:
        if letter == "M":
            words.append(_point(points))
        elif letter == "L":
            words.append(f"-- {_point(points)}")
        elif letter == "C":
            first, second, end = points[:2], points[2:4], points[4:]
            words.append(f".. controls {_point(first)} and {_point(second)} .. {_point(end)}")
        else:
            words.append("-- cycle")
    return [f"\\path[{_options(path.look, scale)}] {' '.join(words)};"]


def _point(point: tuple[float, ...]) -> str:
    return f"({number(point[0])},{number(point[1])})"


def _options(look: Look, scale: float) -> str:
    options = [f"fill={_name(look.fill)}"] if look.fill else []
    if look.stroke:
        options += [f"draw={_name(look.stroke)}", f"line width={number(look.width * scale)}bp"]
    if look.dash:
        spans = " ".join(
            f"{word} {number(length * scale)}bp"
            for word, length in zip(("on", "off") * len(look.dash), look.dash, strict=False)
        )
        options.append(f"dash pattern={spans}")
    return ", ".join(options)


def _text(text: Text, scale: float) -> str:
    size = number(text.size * scale)
    bold = "\\bfseries" if text.bold else ""
    turned = ", rotate=90" if text.turned else ""
    return (
        f"\\node[anchor={_ANCHORS[text.anchor]}, text={_name(text.tone)}{turned}] at "
        f"{_point((text.x, text.y))} "
        f"{{\\fontsize{{{size}bp}}{{{size}bp}}\\selectfont\\sffamily{bold} {prose(text.text)}}};"
    )
