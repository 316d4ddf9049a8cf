"""Pooling of regions of interest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.regions import Regions

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class RoiPool(Regions):
    """Takes the maximum in each cell of a grid laid over each region of interest.

    Output: `rois` maps of the input's channels and of `size`.
    Weights: none.
    MACs: none; how many comparisons it takes depends on the regions and is unknown.
    Window: everything, as regions may lie anywhere.
    """

    saves = ("inputs", "indices")
    source = "Girshick 2015, arXiv:1504.08083"
    example = "- roi_pool: {size: 7, rois: 300, scale: 0.0625}"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        output, windows = self.regions(inputs[0], "roi_pool")
        return Facts(output, windows=windows, work=None)
