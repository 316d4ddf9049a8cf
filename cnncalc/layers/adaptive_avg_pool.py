"""Average pooling to a given size."""

from __future__ import annotations

from cnncalc.layers.base.adaptive import AdaptivePool, elements
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.pooling import averaging, pool_shape
from cnncalc.layers.base.shape import Shape, a_map


class AdaptiveAvgPool(AdaptivePool):
    """Averages windows chosen so that the output has the size asked for.

    Output: the input's channels and `size`; null keeps the size of an axis.
    Weights: none.
    MACs: none; one operation per element of every window.
    Window: output u of t reads the inputs from ⌊u·n/t⌋ up to ⌈(u+1)·n/t⌉, exclusive; neighbouring
    windows overlap where t does not divide n.
    """

    saves = ("inputs",)
    example = "- adaptive_avg_pool: 7"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "adaptive_avg_pool")
        windows = self.adapt(x)
        output = pool_shape(x, windows)
        work = averaging(elements(x, windows), output.elements)
        return Facts(output, windows=windows, work=work)
