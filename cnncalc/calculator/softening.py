"""Soft non-max suppression: boxes that overlap a picked one lose score instead of being discarded."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.calculator.suppression import by_class
from cnncalc.layers.base.key_types import Bad
from cnncalc.working.traced import exp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.calculator.boxes import Corners, Detection
    from cnncalc.calculator.suppression import Candidate

MOST = 5_000
"""No class may have more boxes: the score of each depends on all that are picked before it."""


class Decay(NamedTuple):
    """How a score is lowered by an overlap; see `lower`."""

    method: str
    iou: float
    sigma: float
    strict: bool

    def lower(self, score: Any, overlap: Any) -> Any:
        """`linear`: s·(1 − IoU) from the threshold on; `gaussian`: s·exp(−IoU² / σ)."""
        if self.method == "gaussian":
            return score * exp(-(overlap**2 / self.sigma))
        reached = overlap > self.iou or (overlap == self.iou and not self.strict)
        return score * (1 - overlap) if reached else score


class Lowered(NamedTuple):
    """A score before a box was picked, and the overlap by which it is lowered."""

    box: int
    score: float
    overlap: float


class Pick(NamedTuple):
    """A box picked with the score that is left to it, and what its being picked lowers."""

    score: float
    box: int
    lowered: list[Lowered]


def soften(
    boxes: Sequence[Detection], least: float, decay: Decay, *, per_class: bool
) -> list[Pick]:
    """Pick the largest score, lower those of the boxes that overlap it, and so on down to `least`.

    Raises Bad for a class of too many boxes.
    """
    classes, _ = by_class(boxes, least, per_class=per_class)
    largest = max(map(len, classes), default=0)
    if largest > MOST:
        raise Bad(f"has {largest:,} boxes of one class, more than {MOST:,}",
                  "a higher --score drops boxes before they are compared", at=("boxes",))  # fmt: skip
    picks = [_soften_class(candidates, least, decay) for candidates in classes]
    return [*merge(*picks, key=lambda pick: (-pick.score, pick.box))]


def _soften_class(candidates: list[Candidate], least: float, decay: Decay) -> list[Pick]:
    """The picks of one class."""
    left = [(-score, index, corners) for score, index, corners in candidates]
    found: list[Pick] = []
    while left:
        best = min(left)
        if -best[0] < least:
            break
        left.remove(best)
        lowered: list[Lowered] = []
        for n, (negative, index, corners) in enumerate(left):
            overlap = iou_of(best[2], corners)
            if overlap > 0:
                after = decay.lower(-negative, overlap)
                if after != -negative:
                    lowered.append(Lowered(index, -negative, overlap))
                    left[n] = (-after, index, corners)
        found.append(Pick(-best[0], best[1], lowered))
    return found


def iou_of(a: Corners, b: Corners) -> float:
    """Intersection over union of two boxes with areas."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)
