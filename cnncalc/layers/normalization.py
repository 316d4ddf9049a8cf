"""Normalisation of the data by statistics taken beforehand."""

from __future__ import annotations

from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AxesKind, AxisNames, choose_axes, lengths
from cnncalc.layers.base.shape import Shape, not_tokens


class Normalization(Layer):
    """Subtracts a mean and divides by a deviation that were measured on the data beforehand.

    Output: the shape of the input.
    Weights: none learnt; mean and variance, one per place along `axes`, and a count are buffers.
    MACs: none; a subtraction and a division per element.
    Window: elementwise.
    """

    periodic = "space"
    source = "Normalization documentation of Keras"
    example = "- normalization"

    axes: AxisNames = key(
        AxesKind(empty=True),
        "channels",
        help="the axes with statistics of their own; [] is one for all",
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "normalization")
        each = lengths(x, choose_axes(x, self.axes, "axes", self.rules))
        return Facts(
            x,
            buffers={"mean": each, "variance": each, "count": ()},
            work={"subtract": x.elements, "divide": x.elements},
        )
