"""Global average pooling."""

from __future__ import annotations

from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.pooling import averaging
from cnncalc.layers.base.reduction import GlobalPool
from cnncalc.layers.base.shape import Shape, a_map


class GlobalAvgPool(GlobalPool):
    """Averages each channel over all positions.

    Output: a vector of the input's channels; with `keep_size`, a map of size 1.
    Weights: none.
    MACs: none; one operation per input element.
    Window: everything.
    """

    source = "Lin et al. 2013, arXiv:1312.4400"
    example = "- global_avg_pool"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "global_avg_pool")
        output, windows = self.reduce(x)
        return Facts(output, windows=windows, work=averaging(x.elements, output.elements))
