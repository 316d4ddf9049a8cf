"""Anchor boxes."""

from __future__ import annotations

from math import prod

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import NUMBER, Listing
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map

_NUMBERS = Listing(NUMBER, single=True)


class AnchorBoxes(Layer):
    """Lays boxes of every scale and ratio over every position of a map.

    Output: the four coordinates of each box, a map of 4 × ratios × scales channels: with three
    ratios and three scales 9 anchors per position, 12,321 in all on a map of 37×37.
    Weights: none.
    MACs: none; an addition per coordinate.
    Window: elementwise; the boxes depend on the size of the map, not on what is in it.
    """

    periodic = "space"
    source = "Ren et al. 2015, arXiv:1506.01497"
    example = "- anchor_boxes: {ratios: [0.5, 1, 2], scales: [128, 256, 512]}"

    ratios: tuple[float, ...] = key(_NUMBERS, help="height over width")
    scales: tuple[float, ...] = key(_NUMBERS, help="sizes in pixels of the image")

    @property
    def anchors(self) -> int:
        """Boxes per position."""
        return len(self.ratios) * len(self.scales)

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal unless the input is a map of two axes."""
        x = a_map(inputs[0], "anchor_boxes")
        if x.rank != 2:
            raise Refusal("E302", f"anchor_boxes needs a map of two axes, the input has {x.rank}",
                          operands=True)  # fmt: skip
        output = x._replace(channels=4 * self.anchors)
        return Facts(output, work={"add": output.elements})

    def boxes(self, output: Shape) -> int:
        """How many boxes lie on a map of this size."""
        return prod(output.size) * self.anchors * output.copies
