"""A new axis of length 1."""

from __future__ import annotations

from cnncalc.layers.base.inserting import Inserting
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.regrouping import readings
from cnncalc.layers.base.shape import Shape, not_tokens


class Unsqueeze(Inserting):
    """Adds an axis of length 1.

    Output: one axis more. A map stays one if the channels keep their place, first or last;
    otherwise the output is a tensor of the axes as the framework holds them.
    Weights: none.
    MACs: none.
    Window: one element.
    """

    differs = True
    storage = "view"
    source = "unsqueeze documentation of PyTorch; keras.ops.expand_dims; Unsqueeze of ONNX"
    example = "- unsqueeze: d"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "unsqueeze")
        output, goes = self.insert(x, 1)
        return Facts(output, windows=readings(x, output, goes))
