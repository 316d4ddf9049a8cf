"""Intersection over union."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import VECTOR
from cnncalc.keys import key
from cnncalc.working.traced import maximum, minimum

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


CORNERS = ("x1", "y1", "x2", "y2")


class Iou(Formula):
    """How well two boxes overlap: the area that they share over the area that they cover."""

    topic = "detection"
    source = "Jaccard 1912"
    examples = ("iou --a 0,0,2,2 --b 1,1,3,3",)

    a: tuple[float, ...] = key(VECTOR, help="a box: x1,y1,x2,y2")
    b: tuple[float, ...] = key(VECTOR, help="another box")

    def work(self, w: Plain) -> Any:
        """See the class."""
        left, top, right, bottom = (
            w.given(f"a_{n}", v) for n, v in zip(CORNERS, self.a, strict=True)
        )
        x1, y1, x2, y2 = (w.given(f"b_{n}", v) for n, v in zip(CORNERS, self.b, strict=True))
        width = w.let("width", maximum(0, minimum(right, x2) - maximum(left, x1)))
        height = w.let("height", maximum(0, minimum(bottom, y2) - maximum(top, y1)))
        shared = w.let("intersection", width * height)
        union = w.let("union", (right - left) * (bottom - top) + (x2 - x1) * (y2 - y1) - shared)
        return w.let("IoU", shared / union)
