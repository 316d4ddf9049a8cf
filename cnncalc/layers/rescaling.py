"""A number times what is read, plus a number."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Elementwise, Facts
from cnncalc.layers.base.shape import Shape, not_tokens


class Rescaling(Elementwise):
    """scale·x + offset, of two numbers that are the same for all elements and are not learnt.

    Output: the input's shape.
    Weights: none.
    MACs: none; a multiplication per element unless `scale` is 1, an addition unless `offset` is 0.
    Window: elementwise.
    """

    # The gradient is that of the output, times a number.
    saves = ()
    source = "Rescaling documentation of Keras"
    example = "- rescaling: {scale: 2, offset: -1}"

    scale: float = key(NUMBER, 1, help="the factor; its size changes no count")
    offset: float = key(NUMBER, 0, help="the summand; its size changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "rescaling")
        work = {}
        if self.scale != 1:
            work["multiply"] = x.elements
        if self.offset != 0:
            work["add"] = x.elements
        return Facts(x, work=work)
