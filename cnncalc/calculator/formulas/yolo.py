"""The output of YOLO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.sizes import GRID
from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class Yolo(Formula):
    """The tensor that YOLO predicts: G × G × k × (5 + p) for k anchors and p classes.

    Each anchor of each cell has the numbers p_c, b_x, b_y, b_h, b_w and one for each class. The
    value is the shape, rows first, the channels of the last convolution k·(5 + p), the boxes and
    all numbers. The first version of YOLO has one set of classes for all boxes of a cell, so this
    is not its shape; the third has three such tensors, with k = 3 of its nine anchors each.
    """

    topic = "detection"
    source = "Redmon et al. 2015, arXiv:1506.02640; Redmon & Farhadi 2016, arXiv:1612.08242"
    examples = ("yolo --grid 19 --anchors 5 --classes 80",)

    grid: tuple[int, int] = key(GRID, help="cells per axis, or columns,rows")
    anchors: int = key(COUNT, 5, symbol="k", help="anchors per cell")
    classes: int = key(COUNT, 80, symbol="p", help="classes")

    def work(self, w: Plain) -> Any:
        """See the class."""
        columns, rows = self.grid
        across = w.add_given("G_w" if rows != columns else "G", columns, "cells")
        down = w.add_given("G_h", rows, "cells") if rows != columns else across
        k = w.add_given("k", self.anchors, "anchors")
        p = w.add_given("p", self.classes, "classes")
        each = w.let("per box", 5 + p, note="p_c, b_x, b_y, b_h, b_w, and the classes")
        channels = w.let("channels", k * each)
        boxes = w.let("boxes", down * across * k)
        numbers = w.let("numbers", boxes * each)
        w.say("shape", "G × G × k × (5 + p)", "", [rows, columns, self.anchors, 5 + self.classes])
        return {
            "shape": [rows, columns, self.anchors, 5 + self.classes],
            "channels": channels,
            "boxes": boxes,
            "numbers": numbers,
        }
