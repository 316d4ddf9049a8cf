"""Flattening."""

from __future__ import annotations

from math import prod

from cnncalc.arithmetic.windows import Everything
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, not_tokens


class Flatten(Layer):
    """Lays all numbers of a map out in one vector.

    Output: a vector of channels × ∏ size features; a vector stays as it is.
    Weights: none.
    MACs: none.
    Window: everything.
    """

    periodic = "all"
    storage = "view"
    source = "Flatten documentation of Keras and PyTorch"
    example = "- flatten"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "flatten")
        output = x._replace(channels=x.channels * prod(x.size), size=(), form="")
        return Facts(output, windows=(Everything(),) * x.rank)
