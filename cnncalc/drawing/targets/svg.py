"""SVG: a picture for pages and browsers, by day and by night.

Source: W3C, "Scalable Vector Graphics (SVG) 1.1 (Second Edition)".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import foreign
from cnncalc.drawing.palette import shade
from cnncalc.drawing.scene import Part, Path, Rect, Text, number

if TYPE_CHECKING:
    from cnncalc.drawing.scene import Look, Scene, Thing

ENDINGS = ("svg",)
FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif"


def render(scene: Scene) -> str:
    """The text of an SVG file."""
    return _Writer().write(scene) + "\n"


class _Writer:
    """Writes one picture, and collects the colours that it uses."""

    def __init__(self) -> None:
        self.tones: dict[str, None] = {"paper": None}

    def write(self, scene: Scene) -> str:
        body = "\n".join(self.thing(thing) for thing in scene.things)
        size = f"{number(scene.width)} {number(scene.height)}"
        width, height = size.split()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="cnncalc" role="img" viewBox="0 0 {size}" '
            f'width="{width}" height="{height}" font-family="{foreign.xml(FONT)}">\n'
            f"<title>{foreign.xml(scene.title)}</title>\n<desc>{foreign.xml(scene.description)}</desc>\n"
            f"{self.rules()}\n"
            f'<rect class="f-paper" width="{width}" height="{height}"/>\n{body}\n</svg>'
        )

    def rules(self) -> str:
        """The colours by day, and those by night."""
        looks = [("f", "fill"), ("s", "stroke")]
        days = [
            "".join(f".cnncalc .{letter}-{tone}{{{name}:{shade(tone)[night]}}}"
                    for tone in self.tones for letter, name in looks)
            for night in (0, 1)
        ]  # fmt: skip
        halo = ".cnncalc .h{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}"
        return f"<style>{halo}{days[0]}\n@media (prefers-color-scheme:dark){{{days[1]}}}</style>"

    def thing(self, thing: Thing) -> str:
        """One thing as an element."""
        if isinstance(thing, Part):
            return self.part(thing)
        if isinstance(thing, Text):
            return self.text(thing)
        if isinstance(thing, Rect):
            size = " ".join(
                f'{key}="{number(value)}"'
                for key, value in zip(("x", "y", "width", "height"), thing[:4], strict=True)
            )
            radius = f' rx="{number(thing.radius)}"' if thing.radius else ""
            return f"<rect {size}{radius}{self.look(thing.look)}/>"
        return f'<path d="{outline(thing)}"{self.look(thing.look)}/>'

    def part(self, part: Part) -> str:
        """Things together, with the texts that a pointer and a page find."""
        words = "".join(
            f' {key}="{foreign.xml(value)}"'
            for key, value in (("id", part.id), ("class", part.kind), *((f"data-{k}", v) for k, v in part.data))
            if value
        )  # fmt: skip
        title = f"<title>{foreign.xml(part.title)}</title>" if part.title else ""
        return f"<g{words}>{title}" + "".join(self.thing(thing) for thing in part.items) + "</g>"

    def text(self, text: Text) -> str:
        """A line of text; a halo keeps it readable on lines."""
        anchor = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
        bold = ' font-weight="600"' if text.bold else ""
        x, y = number(text.x), number(text.y)
        turned = f' transform="rotate(-90 {x} {y})"' if text.turned else ""
        halo = f"h s-{text.halo} " if text.halo else ""
        self.tones.update({text.halo: None} if text.halo else {})
        return (
            f'<text x="{x}" y="{y}" font-size="{number(text.size)}"{anchor}{bold}{turned}'
            f"{self.paint('fill', text.tone, halo)}>{foreign.xml(text.text)}</text>"
        )

    def look(self, look: Look) -> str:
        """The attributes of an area or a line."""
        classes = [f"{letter}-{tone}" for letter, tone in (("f", look.fill), ("s", look.stroke))
                   if tone and not tone.startswith("#")]  # fmt: skip
        self.tones.update((name[2:], None) for name in classes)
        words = f' class="{" ".join(classes)}"' if classes else ""
        for name, tone in (("fill", look.fill), ("stroke", look.stroke)):
            if tone.startswith("#"):
                words += f' {name}="{tone}"'
        words += ' fill="none"' if not look.fill else ""
        if look.stroke and look.width != 1:
            words += f' stroke-width="{number(look.width)}"'
        if look.dash:
            words += f' stroke-dasharray="{" ".join(map(number, look.dash))}"'
        return words

    def paint(self, name: str, tone: str, before: str = "") -> str:
        """The colour of a text."""
        if tone.startswith("#"):
            return f' {name}="{tone}"'
        self.tones[tone] = None
        return f' class="{before}f-{tone}"'


def outline(path: Path) -> str:
    """The steps of a path as SVG has them."""
    return "".join(letter + " ".join(map(number, points)) for letter, points in path.steps)
