"""Soft non-max suppression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.boxes import DETECTIONS
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import SHARE, Finite
from cnncalc.calculator.softening import Decay, soften
from cnncalc.calculator.suppression import RULES
from cnncalc.layers.base.key_types import FLAG, Bad, Choice
from cnncalc.layers.base.keys import key
from cnncalc.working.steps import Step
from cnncalc.working.traced import expression, rename

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cnncalc.calculator.softening import Pick
    from cnncalc.working.steps import Plain


class SoftNms(Formula):
    """Soft non-max suppression: boxes that overlap a picked one lose score.

    The value lists index and remaining score of every box whose score stays at least `--score`,
    in the order picked. Pick the box with the largest score; lower the score s of each other box
    of its class by their IoU; repeat.

    - linear: s·(1 − IoU) where IoU is at least `--iou` (`--rule above`: above it, as OpenCV has it)
    - gaussian: s·exp(−IoU² / σ), whatever the IoU

    Boxes are given as for `nms`; at most 5,000 of a class.
    """

    topic = "detection"
    source = "Bodla et al. 2017, arXiv:1704.04503"
    examples = (
        """soft-nms --boxes '[{"box": [0, 0, 4, 4], "score": 0.9}, {"box": [0, 1, 4, 5], "score": 0.8}]'""",
        "soft-nms '[[0, 0, 4, 4, 0.9], [0, 1, 4, 5, 0.8]]' --method gaussian",
    )

    boxes: tuple[Mapping[str, Any], ...] = key(
        DETECTIONS, help="boxes with scores: a file, or JSON"
    )
    method: str = key(Choice("linear", "gaussian"), "linear", help="how scores are lowered")
    score: float = key(Finite(), 0.001, help="boxes are picked down to this score")
    iou: float = key(SHARE, 0.3, symbol="t", help="linear: the IoU from which scores are lowered")
    sigma: float = key(Finite(0), 0.5, symbol="σ", help="gaussian: how wide the bell is")
    per_class: bool = key(FLAG, True, help="boxes lower those of their class only (the default)")
    rule: str = key(Choice(*RULES), "at-least", help="whether an IoU equal to --iou lowers")

    def work(self, w: Plain) -> Any:
        """See the class; raises Bad if sigma is 0."""
        if self.sigma == 0:
            raise Bad("must be above 0", at=("sigma",))
        w.add_given("s", self.score, "boxes are picked down to this score")
        w.add_given("t", self.iou, "scores are lowered from this IoU on")
        w.add_given("σ", self.sigma)
        decay = Decay(self.method, self.iou, self.sigma, strict=self.rule == "above")
        picks = soften(self.boxes, self.score, decay, per_class=self.per_class)
        w.tell(sum(1 + len(pick.lowered) for pick in picks), _steps(picks, decay))
        return [{"index": pick.box, "score": pick.score} for pick in picks]


def _steps(picks: Sequence[Pick], decay: Decay) -> Iterator[Step]:
    """Every pick, and each score that it lowers: by the very function that has lowered it."""
    sign = ">" if decay.strict else "≥"
    reached = "" if decay.method == "gaussian" else f", {sign} t"
    told = decay._replace(sigma=rename("σ", decay.sigma))
    for number, pick in enumerate(picks, 1):
        yield Step(f"pick {number}", pick.score, note="at least s",
                   texts=("the largest score left", f"score of box {pick.box}"))  # fmt: skip
        for box, score, overlap in pick.lowered:
            after = told.lower(rename(f"s_{box}", score), rename("IoU", overlap))
            yield Step(f"s'_{box}", after, expression=expression(after),
                       note=f"IoU of boxes {pick.box} and {box}{reached}")  # fmt: skip
