"""What stands above a picture: the name and the totals of the network, and legends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import foreign, quantity
from cnncalc.drawing.lettering import text_width
from cnncalc.drawing.palette import heat
from cnncalc.drawing.scene import Look, Rect, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.drawing.numbers import Numbers
    from cnncalc.drawing.scene import Thing
    from cnncalc.network import Network

    Legend = tuple[Callable[[float, float], list[Thing]], float, float]

TITLE, SMALL = 15.0, 9.0
_LEFT = 16.0


def heading(network: Network, note: str = "") -> tuple[list[Thing], float, float]:
    """The name and a line of totals; how high it is, and how wide."""
    name = foreign.name(network.name)
    params, macs = network.params, network.macs
    words = [
        f"{params} params",
        f"{'≥ ' if macs.gaps else ''}{quantity.short(macs.known)} MACs",
        *network.mark,
    ]
    line = " · ".join(words)
    things: list[Thing] = [
        Text(_LEFT, 26, name, TITLE, bold=True),
        Text(_LEFT, 41, line, SMALL, "faint"),
    ]
    wide = max(text_width(name, TITLE, bold=True), text_width(line, SMALL))
    if not note:
        return things, 44.0, wide
    things.append(Text(_LEFT, 54, note, SMALL, "faint"))
    return things, 57.0, max(wide, text_width(note, SMALL))


def legend_of_tones(tones: Sequence[tuple[str, str]], room: float) -> Legend:
    """A swatch for each tone with its title, in rows of at least four that go into the room.

    What draws it at a place, its height and width.
    """
    widths = [text_width(title, SMALL) + 28 for _, title in tones]
    rows: list[list[int]] = [[]]
    for index in range(len(tones)):
        if len(rows[-1]) >= 4 and sum(widths[i] for i in rows[-1]) + widths[index] > room:
            rows.append([])
        rows[-1].append(index)
    width = max(sum(widths[i] for i in row) for row in rows)

    def draw(x: float, y: float) -> list[Thing]:
        things: list[Thing] = []
        for place, row in enumerate(rows):
            left, top = x, y + 8 + 14 * place
            for index in row:
                tone, title = tones[index]
                things.append(Rect(left, top, 10, 10, Look(tone, "line", 0.8), 2))
                things.append(Text(left + 14, top + 8.5, title, SMALL, "faint"))
                left += widths[index]
        return things

    return draw, 14.0 * len(rows) + 8, width


def legend_of_heat(numbers: Numbers) -> Legend:
    """The scale from nothing to the largest number: what draws it at a place, its height and width."""
    most = numbers.show(numbers.largest)
    title = f"{numbers.title}, on a logarithmic scale"

    def draw(x: float, y: float) -> list[Thing]:
        things: list[Thing] = [Text(x, y + 14, title, SMALL, "faint")]
        things += [
            Rect(x + 12 + 5 * step, y + 20, 5, 9, Look(heat(step / 23))) for step in range(24)
        ]
        things.append(Text(x, y + 28, "0", SMALL, "faint"))
        things.append(Text(x + 138, y + 28, most, SMALL, "faint"))
        return things

    return draw, 40.0, max(text_width(title, SMALL), 142 + text_width(most, SMALL))
