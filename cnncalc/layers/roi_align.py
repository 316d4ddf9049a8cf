"""Alignment of regions of interest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.regions import Regions

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class RoiAlign(Regions):
    """Averages points, interpolated linearly, in each cell of a grid laid over each region of interest.

    Output: `rois` maps of the input's channels and of `size`.
    Weights: none.
    MACs: none; per output `sampling`² points at four operations, and an addition for each.
    Window: everything, as regions may lie anywhere.
    """

    saves = ("inputs",)
    source = "He et al. 2017, arXiv:1703.06870"
    example = "- roi_align: {size: 7, rois: 300, scale: 0.0625}"

    sampling: int = key(COUNT, 2, help="points per axis of a cell")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        output, windows = self.regions(inputs[0], "roi_align")
        points = output.elements * self.sampling * self.sampling
        return Facts(output, windows=windows, work={"interpolate": 4 * points, "add": points})
