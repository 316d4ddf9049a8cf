"""Gram matrix."""

from __future__ import annotations

from cnncalc.arithmetic.windows import Everything
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map


class Gram(Layer):
    """The products of every channel with every other, summed over all positions.

    Output: channels × channels, as a map of one axis.
    Weights: none.
    MACs: channels² × positions.
    Window: everything.
    """

    saves = ("inputs",)
    source = "Gatys et al. 2015, arXiv:1508.06576"
    example = "- gram"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "gram")
        return Facts(
            x._replace(size=(x.channels,)),
            windows=(Everything(),) * x.rank,
            macs=x.channels * x.elements,
        )
