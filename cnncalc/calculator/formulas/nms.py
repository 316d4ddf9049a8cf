"""Non-max suppression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.boxes import DETECTIONS
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import SHARE, Finite
from cnncalc.calculator.suppression import RULES, suppress
from cnncalc.layers.base.key_types import FLAG, Choice
from cnncalc.layers.base.keys import key
from cnncalc.working.notation import show_number
from cnncalc.working.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnncalc.calculator.suppression import Suppressed
    from cnncalc.working.steps import Plain


class Nms(Formula):
    """Non-max suppression: of boxes that overlap, the one with the largest score.

    The value is the list of the boxes kept, by their index in the input (from 0), in the order
    picked. The steps: drop the boxes with a score below `--score`; then, as long as boxes are
    left, pick the one with the largest score (of equal ones the first) and discard those of its
    class whose IoU with it is at least `--iou`.

    Boxes are `[{"box": [x1, y1, x2, y2], "score": 0.9, "class": "cat"}, …]` in JSON, in a file or
    inline, or a CSV file with the columns x1, y1, x2, y2, score and, if there are classes, class;
    a first line may name the columns. Boxes without classes suppress each other. A file may hold
    a million boxes.

    `--rule`: the textbook discards at an IoU of at least the threshold, `at-least`. Libraries
    (torchvision, TensorFlow, ONNX Runtime) discard only above it, `above`; the two part where an
    IoU equals the threshold, which happens with whole coordinates. OpenCV discards above it too,
    in single precision, so that some thresholds count as reached, and drops a score equal to
    `--score`.
    """

    topic = "detection"
    source = "Neubeck & Van Gool 2006"
    examples = (
        """nms --boxes '[{"box": [0, 0, 4, 4], "score": 0.9}, {"box": [0, 1, 4, 5], "score": 0.8}]'""",
        "nms --boxes '[[0, 0, 2, 1, 0.9], [0, 0, 1, 1, 0.8]]' --rule above",
    )

    boxes: tuple[Mapping[str, Any], ...] = key(
        DETECTIONS, help="boxes with scores: a file, or JSON"
    )
    score: float = key(Finite(), 0.6, symbol="s", help="boxes with a lower score are dropped")
    iou: float = key(SHARE, 0.5, symbol="t", help="boxes that overlap this much are discarded")
    per_class: bool = key(FLAG, True, help="boxes suppress those of their class only (the default)")
    rule: str = key(Choice(*RULES), "at-least", help="whether an IoU equal to --iou discards")

    def work(self, w: Plain) -> Any:
        """See the class."""
        w.add_given("s", self.score, "boxes with a lower score are dropped")
        w.add_given("t", self.iou, "boxes that overlap this much are discarded")
        strict = self.rule == "above"
        found = suppress(self.boxes, self.score, self.iou, strict=strict, per_class=self.per_class)
        told = 1 + len(found.kept) + sum(map(len, found.discarded.values()))
        w.tell(told, self._steps(found))
        return found.kept

    def _steps(self, found: Suppressed) -> Iterator[Step]:
        """What happened, in the order of the steps."""
        yield Step("dropped", found.dropped, texts=("boxes with a score below s", ""),
                   note=f"{len(found.dropped):,} of {len(self.boxes):,}")  # fmt: skip
        sign = RULES[self.rule]
        for number, index in enumerate(found.kept, 1):
            box = self.boxes[index]
            yield Step(f"pick {number}", box["score"],
                       texts=("the largest score left", f"score of box {index}"),
                       note=f"class {box['class']}" if "class" in box else "")  # fmt: skip
            for other, shared, union in found.discarded.get(index, ()):
                yield Step(
                    f"IoU({index}, {other})", shared / union,
                    texts=("intersection / union", f"{show_number(shared)} / {show_number(union)}"),
                    note=f"{sign} t: box {other} is discarded",
                )  # fmt: skip
