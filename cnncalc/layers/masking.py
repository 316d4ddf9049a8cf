"""Masking of steps."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, not_tokens


class Masking(Layer):
    """Marks the steps whose features all have one value, which later layers pass over.

    Output: the shape of the input; a mask changes no count of what comes behind it.
    Weights: none.
    MACs: none.
    Window: elementwise.
    """

    storage = "view"
    source = "Masking documentation of Keras"
    example = "- masking"

    value: float = key(NUMBER, 0, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        return Facts(not_tokens(inputs[0], "masking"))
