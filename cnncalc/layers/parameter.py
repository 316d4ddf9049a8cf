"""A learnt tensor that is no layer's weight."""

from __future__ import annotations

from cnncalc.layers.base.given import Given
from cnncalc.layers.base.key_types import FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.shape import Shape, axes_of


class Parameter(Given):
    """Gives a learnt tensor, which reads nothing: learnt queries, a template, factors, a table of biases.

    Other layers take it as an operand, such as `add`, `multiply`, `concat` or attention.
    Output: the shape stated.
    Weights: one per element; with `learnt: false` they are buffers.
    MACs: none.
    Window: none; it depends on no input.
    """

    storage = "stored"
    source = "torch.nn.Parameter and Module.register_buffer; Layer.add_weight of Keras"
    example = (
        "- flatten\n- dense: {units: 8, name: x}\n- parameter: {features: 8, name: shift}\n"
        "- add: [x, shift]"
    )

    learnt: bool = key(FLAG, True, help="whether it is a weight, or a buffer")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal without a shape."""
        x = self.read_shape()
        tensors = {"parameter": axes_of(x)}
        return Facts(
            x,
            weights=tensors if self.learnt else {},
            buffers={} if self.learnt else tensors,
        )
