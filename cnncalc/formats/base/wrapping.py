"""Lines that fit a width, measured in the cells of a terminal."""

from __future__ import annotations

import re

from cnncalc.system.cells import cells


def wrap(text: str, width: int | None, first: str = "", further: str = "") -> list[str]:
    """A text in lines of at most `width` cells that begin with `first` and `further`.

    It breaks at spaces; a word, and code in backquotes, stays whole even where it is wider. Without
    a width it is one line.

    >>> wrap("say `a b` and c", 10, "- ", "  ")
    ['- say', '  `a b`', '  and c']
    """
    if width is None or cells(first) + cells(text) <= width:
        return [first + text]
    lines = []
    line, room = first, width - cells(first)
    started = False
    for word in re.findall(_PIECES, text):
        wide = cells(word)
        if started and wide + 1 > room:
            lines.append(line)
            line, room, started = further, width - cells(further), False
        line += f" {word}" if started else word
        room -= wide + started
        started = True
    return [*lines, line]


# It is compiled where a line is too long.
_PIECES = r"(?:`[^`]*`|\S)+"
