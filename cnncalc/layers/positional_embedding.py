"""Positional embedding."""

from __future__ import annotations

from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map


class PositionalEmbedding(Layer):
    """Adds a learnt vector to every position.

    Output: the shape of the input.
    Weights: one per element of the input.
    MACs: none; an addition per element.
    Window: elementwise.
    """

    source = "Gehring et al. 2017, arXiv:1705.03122; Dosovitskiy et al. 2020, arXiv:2010.11929"
    example = "- positional_embedding"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "positional_embedding")
        return Facts(x, weights={"position": (x.channels, *x.size)}, work={"add": x.elements})
