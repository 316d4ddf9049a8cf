"""How wide texts are, before anybody draws them: those of DejaVu Sans, the widest of the usual fonts.

Source: the advance widths of DejaVu Sans 2.37, in thousandths of the size of the letters.
"""

from __future__ import annotations

LETTERS = (
    (275, "'"), (278, "ijl"), (295, "IJ"), (318, " ,.·"), (337, "/:;\\|"), (352, "f"), (361, "-"),
    (390, "()[]"), (392, "t"), (401, "!"), (411, "r"), (460, '"'), (500, "*_`"), (521, "s"), (525, "z"),
    (531, "?"), (550, "c"), (557, "L"), (575, "F"), (579, "k"), (592, "vxy"), (603, "P"), (611, "TY"),
    (612, "o"), (613, "a"), (615, "e"), (632, "E"), (634, "hnu"), (635, "Sbdgpq"),
    (636, "$0123456789{}"), (656, "K"), (684, "AV"), (685, "XZ"), (686, "B"), (695, "R"), (698, "C"),
    (732, "U"), (748, "N"), (752, "H"), (770, "D"), (775, "G"), (780, "&"), (787, "OQ"), (818, "w"),
    (838, "#+<=>^~×−≥→←"), (863, "M"), (950, "%"), (974, "m"), (989, "W"), (1000, "@…"),
)  # fmt: skip
"""Widths, and the letters that have them."""

_WIDTHS = {letter: width for width, letters in LETTERS for letter in letters}


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line in letters of a size; of unknown ones that of the widest.

    >>> text_width("1×1", 10)
    21.1
    """
    whole = sum(_WIDTHS.get(letter, 1000) for letter in text)
    return round(whole * size * (1.12 if bold else 1.0) / 1000, 1)


def shorten(text: str, most: int = 40) -> str:
    """A text of at most so many letters, what is left out being in the middle.

    >>> shorten("features.denseblock1.denselayer1", 15)
    'featur…selayer1'
    """
    if len(text) <= most:
        return text
    head = most // 2 - 1
    return f"{text[:head]}…{text[len(text) - (most - head - 1) :]}"
