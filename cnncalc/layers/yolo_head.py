"""The output of a YOLO detector."""

from __future__ import annotations

from math import prod

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map


class YoloHead(Layer):
    """Reads a map as boxes: per position and anchor four coordinates, an objectness and the classes.

    Output: the shape of the input, whose channels must be anchors × (5 + classes), or anchors × 5
    + classes if the boxes of a position share these, as in the first YOLO; a map of G×G positions
    holds G·G·anchors boxes, 507 for 13×13 and 3 anchors.
    Weights: none.
    MACs: none.
    Window: elementwise.
    """

    storage = "view"
    source = "Redmon et al. 2015, arXiv:1506.02640; Redmon & Farhadi 2018, arXiv:1804.02767"
    example = """\
- conv: {filters: 255, kernel: 1}
- yolo_head: {anchors: 3, classes: 80}"""

    anchors: int = key(COUNT, symbol="k", help="boxes per position")
    classes: int = key(COUNT, symbol="p", help="classes to tell apart")
    shared: bool = key(FLAG, False, help="whether all boxes of a position are of one class")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class.

        Raises Refusal unless the input is a map of two axes with the channels of all anchors.
        """
        x = a_map(inputs[0], "yolo_head")
        if x.rank != 2:
            raise Refusal("E302", f"yolo_head needs a map of two axes, the input has {x.rank}",
                          operands=True)  # fmt: skip
        channels = self.anchors * 5 + self.classes * (1 if self.shared else self.anchors)
        if x.channels != channels:
            each = "× 5 + {}" if self.shared else "× (5 + {})"
            raise Refusal("E311", f"{self.anchors} anchors {each.format(f'{self.classes} classes')} "
                          f"are {channels} channels, the input has {x.channels}", key="classes", operands=True,
                          help=f"give the conv before it `filters: {channels}`")  # fmt: skip
        return Facts(x)

    def boxes(self, output: Shape) -> int:
        """How many boxes a map of this shape holds."""
        return prod(output.size) * self.anchors * output.copies
