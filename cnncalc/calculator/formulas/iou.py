"""Intersection over union."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.boxes import FOUR
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.overlap import FORMS, boxes, measure
from cnncalc.layers.base.key_types import Choice
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class Iou(Formula):
    """How well two boxes overlap: the area that they share over the area that they cover.

    IoU is 0 for boxes that do not touch and 1 for equal ones; from 0.5 on an answer is commonly
    called correct. Coordinates are those of continuous geometry: a box from 0 to 2 is 2 wide.

    `--kind` asks for a measure that goes on where IoU is 0. C is the smallest box around both:

    - giou: IoU − (C − union) / C, above −1
    - diou: IoU − d² / c², d the distance of the centres, c the diagonal of C
    - ciou: DIoU − α·v, v = 4/π² · (arctan(w_b/h_b) − arctan(w_a/h_a))², α = v / (1 − IoU + v)

    There is no ε in any of them: boxes without area are refused. Libraries that add one (1e-7)
    part from these numbers in the seventh digit.
    """

    topic = "detection"
    source = "Jaccard 1912; Rezatofighi et al. 2019, arXiv:1902.09630; Zheng et al. 2020, arXiv:1911.08287"
    examples = (
        "iou --a 0,0,2,2 --b 1,1,3,3",
        "iou 0,0,2,2 1,1,3,3 --kind ciou",
        "iou 1,1,2,2 2,2,2,4 --form centre --kind giou",
    )

    a: tuple[float, ...] = key(FOUR, help="a box: x1,y1,x2,y2")
    b: tuple[float, ...] = key(FOUR, help="another box")
    form: str = key(Choice(*FORMS), "corners", help="x1,y1,x2,y2, or the centre: cx,cy,w,h")
    kind: str = key(Choice("iou", "giou", "diou", "ciou"), "iou", help="the measure")

    def work(self, w: Plain) -> Any:
        """See the class."""
        return measure(w, self.kind, *boxes(w, self.form, self.a, self.b))
