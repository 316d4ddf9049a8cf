"""Boxes and sizes that a seed says in full: recorded answers keep the seed, not the boxes.

Only integer arithmetic, products and sums of doubles are used, so every machine makes the same
boxes, to the last bit. Scores of whole boxes are thousandths: ties are frequent, and so are scores
and overlaps that equal a threshold.
"""

from __future__ import annotations

from typing import Any

_MODULUS = 2**64
_FACTOR, _STEP = 6364136223846793005, 1442695040888963407
"""Knuth's MMIX: state = state × factor + step, modulo 2⁶⁴; the upper 32 bits are used."""

Box = dict[str, Any]
"""{"box": [x1, y1, x2, y2], "score": number, "class": name}, as `cnncalc calc nms` reads it."""


class Draws:
    """A linear congruential generator."""

    def __init__(self, seed: int) -> None:
        self.state = seed
        self.bits()  # the first state after a small seed is nearly the same for all of them

    def bits(self) -> int:
        """32 random bits."""
        self.state = (self.state * _FACTOR + _STEP) % _MODULUS
        return self.state >> 32

    def below(self, count: int) -> int:
        """A whole number from 0 to count − 1."""
        return self.bits() * count >> 32

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + self.below(high - low + 1)

    def unit(self) -> float:
        """A double in [0, 1): a multiple of 2⁻³²."""
        return self.bits() / 2**32


def boxes(seed: int, count: int, classes: int, *, whole: bool = True,
          width: int = 640, height: int = 480) -> list[Box]:
    """Boxes inside an image: one in four is new, the others are shifted copies of earlier ones.

    A copy has the class of its model, so there is much to suppress; whole boxes have integer
    corners and scores k / 1000, others have doubles everywhere.
    """
    draws = Draws(seed)
    found: list[Box] = []
    for number in range(count):
        if number and draws.below(4):
            model = found[draws.below(number)]
            corners, name = _shifted(draws, model["box"], whole), model["class"]
        else:
            corners, name = _fresh(draws, whole, width, height), f"c{draws.below(classes)}"
        corners = _inside(corners, width, height)
        score = draws.below(1001) / 1000 if whole else draws.unit()
        found.append({"box": corners, "score": score, "class": name})
    return found


def sizes(seed: int, count: int) -> list[tuple[float, float]]:
    """Widths and heights like those of COCO: many small, few large, wide, square and tall.

    Products of factors between 1/2 and 2 spread them as a log-normal law does, without a
    logarithm, whose last bit differs between machines. In hundredths of a pixel.
    """
    draws = Draws(seed)
    kinds = ((14.0, 16.0), (24.0, 60.0), (60.0, 45.0), (110.0, 180.0), (330.0, 240.0))
    found = []
    for _ in range(count):
        width, height = kinds[min(draws.below(7), 4)]
        both = _factor(draws) * _factor(draws)
        width, height = width * both * _factor(draws), height * both * _factor(draws)
        found.append((max(1, int(width * 100)) / 100, max(1, int(height * 100)) / 100))
    return found


def _fresh(draws: Draws, whole: bool, width: int, height: int) -> list[float]:
    long, high = draws.between(8, width // 4), draws.between(8, height // 4)
    x, y = draws.below(width - long + 1), draws.below(height - high + 1)
    corners: list[float] = [x, y, x + long, y + high]
    return corners if whole else [value + draws.unit() for value in corners]


def _shifted(draws: Draws, corners: list[float], whole: bool) -> list[float]:
    """Every edge moves by up to a quarter of the side, so the sides stay positive."""
    x1, y1, x2, y2 = corners
    moved = []
    for value, side in ((x1, x2 - x1), (y1, y2 - y1), (x2, x2 - x1), (y2, y2 - y1)):
        reach = int(side) // 4
        by = draws.between(-reach, reach) if whole else (2 * draws.unit() - 1) * reach
        moved.append(value + by)
    return moved


def _inside(corners: list[float], width: int, height: int) -> list[float]:
    """Cut at the image's edge; a box that would vanish there keeps a width and a height of 1."""
    x1, y1, x2, y2 = corners
    x1, y1 = min(max(x1, 0), width - 1), min(max(y1, 0), height - 1)
    return [x1, y1, max(min(x2, width), x1 + 1), max(min(y2, height), y1 + 1)]


def _factor(draws: Draws) -> float:
    """Between 1/2 and 2, as often below 1 as above."""
    value = 1 + draws.unit()
    return value if draws.below(2) else 1 / value
