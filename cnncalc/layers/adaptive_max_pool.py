"""Max pooling to a given size."""

from __future__ import annotations

from cnncalc.layers.base.adaptive import AdaptivePool, elements
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.pooling import pool_shape
from cnncalc.layers.base.shape import Shape, a_map


class AdaptiveMaxPool(AdaptivePool):
    """Keeps the largest values of windows chosen so that the output has the size asked for.

    Output: the input's channels and `size`; null keeps the size of an axis.
    Weights: none.
    MACs: none; one comparison per element of every window.
    Window: output u of t reads the inputs from ⌊u·n/t⌋ up to ⌈(u+1)·n/t⌉, exclusive; neighbouring
    windows overlap where t does not divide n.
    """

    saves = ("inputs", "indices")
    example = "- adaptive_max_pool: 7"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "adaptive_max_pool")
        windows = self.adapt(x)
        work = {"compare": elements(x, windows)}
        return Facts(pool_shape(x, windows), windows=windows, work=work)
