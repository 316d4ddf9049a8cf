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
    holds G·G·anchors boxes, 507 for 13×13 and 3 anchors. Heads without anchors have one box per
    position; where each side is a distribution over `bins`, without `objectness`, its channels
    are 4·bins + classes, 144 for 16 bins and 80 classes.
    Weights: none.
    MACs: none.
    Window: elementwise.
    """

    periodic = "all"
    storage = "view"
    source = (
        "Redmon et al. 2015, arXiv:1506.02640; Redmon & Farhadi 2018, arXiv:1804.02767; "
        "Li et al. 2020, arXiv:2006.04388 (bins)"
    )
    example = """\
- conv: {filters: 255, kernel: 1}
- yolo_head: {anchors: 3, classes: 80}"""

    anchors: int = key(COUNT, symbol="k", help="boxes per position")
    classes: int = key(COUNT, symbol="p", help="classes to tell apart")
    shared: bool = key(FLAG, False, help="whether all boxes of a position are of one class")

    bins: int = key(COUNT, 1, help="numbers per side of a box: the bins of its distribution")
    objectness: bool = key(FLAG, True, help="whether a box says how likely it is one")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class.

        Raises Refusal unless the input is a map of two axes with the channels of all anchors.
        """
        x = a_map(inputs[0], "yolo_head")
        if x.rank != 2:
            raise Refusal("E302", f"yolo_head needs a map of two axes, the input has {x.rank}",
                          operands=True)  # fmt: skip
        channels = self._channels(self.bins, objectness=self.objectness)
        if x.channels != channels:
            raise Refusal("E311", f"{self._sum()} are {channels} channels, the input has {x.channels}",
                          key="classes", operands=True, help=self._fix(x.channels, channels))  # fmt: skip
        return Facts(x)

    def _channels(self, bins: int, *, objectness: bool) -> int:
        sides = 4 * bins + (1 if objectness else 0)
        return self.anchors * sides + self.classes * (1 if self.shared else self.anchors)

    def _sum(self) -> str:
        """What makes up the channels: `3 anchors × (5 + 80 classes)`."""
        sides = f"4·{self.bins}" if self.bins > 1 else "4"
        if self.objectness:
            sides = f"{sides} + 1" if self.bins > 1 else "5"
        if self.shared:
            bracketed = f"({sides})" if " " in sides else sides
            return f"{self.anchors} anchors × {bracketed} + {self.classes} classes"
        return f"{self.anchors} anchors × ({sides} + {self.classes} classes)"

    def _fix(self, got: int, wanted: int) -> str:
        """What gives the head its channels, or the channels their head."""
        conv = f"give the conv before it `filters: {wanted}`"
        bins, rest = divmod(got - self._channels(0, objectness=False), 4 * self.anchors)
        if rest or bins < 2 or not self.objectness or self.bins > 1:
            return conv
        return (
            f"{conv}, or the head `bins: {bins}, objectness: false` if its boxes are distributions"
        )

    def boxes(self, output: Shape) -> int:
        """How many boxes a map of this shape holds."""
        return prod(output.size) * self.anchors * output.copies
