"""Which anchor is responsible for a box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.clustering import shape_iou
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import SHARE
from cnncalc.calculator.sizes import SIZES, tell_left_out
from cnncalc.layers.base.key_types import Bad
from cnncalc.layers.base.keys import key
from cnncalc.working.notation import show_number
from cnncalc.working.steps import ROOM, Step
from cnncalc.working.traced import expression, minimum, rename

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.working.steps import Plain

MOST = 10_000_000
"""No more pairs of a box and an anchor."""


class AnchorMatch(Formula):
    """The anchor of each box: the one with which the box, laid on one corner, has the largest IoU.

    The value tells for every box its anchor (from 0; of equally good ones the first), their IoU,
    and `positive`: all anchors with an IoU of at least `--positive`, as detectors count them that
    train more than one anchor for an object.

    Textbook and YOLO: an object belongs to the cell of the grid that holds its middle, and in that
    cell to this one anchor. Anchors and boxes are `[[w, h], …]` in the same unit, or files as for
    `anchors`.
    """

    topic = "detection"
    source = "Redmon & Farhadi 2016, arXiv:1612.08242"
    examples = ("anchor-match --anchors 10,20,40,40 --boxes '[[12, 20], [50, 30], [20, 20]]'",)

    anchors: tuple[tuple[float, float], ...] = key(SIZES, help="anchors: w,h,w,h,…")
    boxes: tuple[tuple[float, float], ...] = key(SIZES, help="sizes or boxes, as for `anchors`")
    positive: float = key(SHARE, 0.5, help="anchors with so large an IoU are positive")

    def work(self, w: Plain) -> Any:
        """See the class; raises Bad if boxes and anchors make too many pairs."""
        pairs = len(self.boxes) * len(self.anchors)
        if pairs > MOST:
            raise Bad(f"makes {pairs:,} pairs with the anchors, more than {MOST:,}", at=("boxes",))
        w.add_given("positive", self.positive, "from this IoU on")
        found = []
        for box in self.boxes:
            overlaps = [shape_iou(box, anchor) for anchor in self.anchors]
            most = max(overlaps)
            positive = [n for n, overlap in enumerate(overlaps) if overlap >= self.positive]
            found.append({"anchor": overlaps.index(most), "iou": most, "positive": positive})
        shown = found[: max(1, ROOM // (len(self.anchors) + 1))]
        w.tell((len(self.anchors) + 1) * len(shown), self._steps(shown))
        if len(found) > len(shown):
            w.remark(f"{len(found) - len(shown):,} more boxes are matched in the same way")
        tell_left_out(w, self.boxes)
        return found

    def _steps(self, found: Sequence[dict[str, Any]]) -> Iterator[Step]:
        """The IoU of every pair of the first boxes, by the function that has computed it, then the choice."""
        for number, (box, match) in enumerate(zip(self.boxes, found, strict=False)):
            own = rename(f"w_{number}", box[0]), rename(f"h_{number}", box[1])
            for other, anchor in enumerate(self.anchors):
                overlap = shape_iou(own, (rename(f"p_w{other}", anchor[0]), rename(f"p_h{other}", anchor[1])),
                                    minimum)  # fmt: skip
                yield Step(f"IoU({number}, {other})", overlap, expression=expression(overlap))
            yield Step(f"anchor of box {number}", match["anchor"],
                       texts=(f"the one of IoU {show_number(match['iou'])}", ""),
                       note=f"positive: {', '.join(map(str, match['positive'])) or 'none'}")  # fmt: skip
