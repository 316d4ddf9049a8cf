"""Boxes from the output of YOLO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.decoding import grow, share, sigmoid, softmax
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import SHARE, Array
from cnncalc.calculator.sizes import IMAGE, SIZES
from cnncalc.layers.base.key_types import Bad, Choice
from cnncalc.layers.base.keys import key
from cnncalc.working.steps import PLAIN
from cnncalc.working.traced import plain_value
from cnncalc.working.vectors import Vector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.working.steps import Plain

WRITTEN = 2_500
"""So many boxes have steps, six each."""


class YoloDecode(Formula):
    """The boxes that YOLO's output tensor encodes.

    The tensor has rows, columns, anchors and 5 + p numbers: t_x, t_y, t_w, t_h, t_o and one for
    each class (`--tensor` as a .json or .npy file or inline); anchors and numbers may be one axis.

    - score: sigmoid(t_o) · the largest class probability, a softmax in v2, a sigmoid in v3
    - b_x = (sigmoid(t_x) + column) · stride, the stride being width of the image / columns
    - b_w = p_w · e^t_w, the anchors p being in cells (· stride) in v2, in pixels in v3

    The value lists the boxes of at least `--score` as `nms` takes them, in the order of the tensor:
    corners, score and the number of the class. They are not cut at the edges of the image.
    """

    topic = "detection"
    source = "Redmon & Farhadi 2016, arXiv:1612.08242, and 2018, arXiv:1804.02767"
    examples = (
        "yolo-decode --tensor '[[[[0.2, -0.1, 0.5, 0.3, 2, 3, -1]]]]' --anchors 60,80 --image 416",
    )

    tensor: Any = key(Array(4, 3), help="rows × columns × anchors × (5 + p): a file, or JSON")
    anchors: tuple[tuple[float, float], ...] = key(SIZES, help="anchors: w,h,w,h,…")
    image: tuple[float, float] = key(IMAGE, help="width,height of the image in pixels")
    version: str = key(Choice("v2", "v3"), "v3", help="see above")
    score: float = key(SHARE, 0.6, symbol="s", help="boxes with a lower score are left out")

    def work(self, w: Plain) -> Any:
        """See the class; raises Bad, with the cell, for a number that cannot be decoded."""
        rows, columns = len(self.tensor), len(self.tensor[0])
        width, height = w.add_given("W", self.image[0]), w.add_given("H", self.image[1])
        w.add_given("s", self.score, "boxes with a lower score are left out")
        strides = (
            w.let("S_x", width / w.add_given("columns", columns), unit="px"),
            w.let("S_y", height / w.add_given("rows", rows), unit="px"),
        )
        found: list[dict[str, Any]] = []
        steps = w
        for row, column, number, values in self._predictions():
            logits = values[5:]
            chances = softmax(logits) if self.version == "v2" else [*map(sigmoid, logits)]
            best = chances.index(max(chances))
            if sigmoid(values[4]) * chances[best] < self.score:
                continue
            n = len(found)
            if n == WRITTEN:
                steps, strides = PLAIN, (plain_value(strides[0]), plain_value(strides[1]))
            named = _classes(logits, n) if n < WRITTEN else logits
            likely = share(named, best) if self.version == "v2" else sigmoid(named[best])
            chance = steps.let(f"P_{n}", likely, note=f"of class {best}, the likeliest")
            score = steps.let(
                f"score_{n}",
                sigmoid(steps.part(f"t_o{n}", values[4])) * chance,
                note=f"≥ s; row {row}, column {column}, anchor {number}, class {best}",
            )
            try:
                box = self._box(steps, n, values, (column, row), self.anchors[number], strides)
            except Bad as bad:
                raise bad.inside("tensor", row, column) from None
            found.append({"box": box, "score": score, "class": best})
        if found:
            w.remark("t_x0, t_y0, t_w0, t_h0, t_o0, c_0_0, c_1_0, … are the numbers of box 0 in the "
                     "tensor; p_w and p_h are the sides of its anchor")  # fmt: skip
        if len(found) > WRITTEN:
            w.remark(f"{len(found) - WRITTEN:,} more boxes are decoded in the same way")
        return found

    def _predictions(self) -> Iterator[tuple[int, int, int, Sequence[float]]]:
        """Row, column, anchor and the numbers of each; raises Bad for another shape."""
        k = len(self.anchors)
        for row, line in enumerate(self.tensor):
            for column, cell in enumerate(line):
                boxes = cell
                if not isinstance(cell[0], tuple):
                    size, rest = divmod(len(cell), k)
                    if rest:
                        raise Bad(f"has {len(cell)} numbers per cell, which {k} anchors do not "
                                  "share evenly", at=("tensor",))  # fmt: skip
                    boxes = [cell[i : i + size] for i in range(0, len(cell), size)]
                if len(boxes) != k:
                    raise Bad(
                        f"has {len(boxes)} boxes per cell, and there are {k} anchors",
                        at=("tensor",),
                    )
                if len(boxes[0]) < 6:
                    raise Bad(f"has {len(boxes[0])} numbers per box; 5 and one for each class are "
                              "needed", at=("tensor",))  # fmt: skip
                for number, values in enumerate(boxes):
                    yield row, column, number, values

    def _box(
        self,
        w: Plain,
        n: int,
        values: Sequence[float],
        cell: tuple[int, int],
        anchor: tuple[float, float],
        strides: tuple[Any, Any],
    ) -> list[Any]:
        """The corners of one box in pixels."""
        middle, half = [], []
        for axis, t, cells, side, stride in zip("xy", values, cell, "wh", strides, strict=False):
            at = w.part("column" if axis == "x" else "row", cells)
            place = sigmoid(w.part(f"t_{axis}{n}", t)) + at
            middle.append(w.let(f"b_{axis}{n}", place * stride, unit="px"))
            long = w.part(f"p_{side}", anchor[axis == "y"])
            unit = stride if self.version == "v2" else 1
            t_side = w.part(f"t_{side}{n}", values[2 + (axis == "y")])
            half.append(w.let(f"b_{side}{n}", grow(long, t_side) * unit, unit="px") / 2)
        return [middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]]


def _classes(logits: Sequence[float], box: int) -> Vector:
    """The numbers of the classes of a box: c_1_0 is that of class 1 of box 0."""
    return Vector(logits, lambda index: f"c_{index}_{box}")
