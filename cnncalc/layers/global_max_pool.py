"""Global max pooling."""

from __future__ import annotations

from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.reduction import GlobalPool
from cnncalc.layers.base.shape import Shape, a_map


class GlobalMaxPool(GlobalPool):
    """Keeps the largest value of each channel.

    Output: a vector of the input's channels; with `keep_size`, a map of size 1.
    Weights: none.
    MACs: none; one comparison per input element.
    Window: everything.
    """

    saves = ("inputs", "indices")
    source = "Oquab et al. 2015, Is object localization for free?"
    example = "- global_max_pool"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "global_max_pool")
        output, windows = self.reduce(x)
        return Facts(output, windows=windows, work={"compare": x.elements})
