"""Repetition of a vector."""

from __future__ import annotations

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, numbers


class RepeatVector(Layer):
    """Repeats a vector at every position of a new axis.

    Output: a map of one axis, as long as `times`, with the features as channels.
    Weights: none.
    MACs: none.
    Window: none, a vector has no positions.
    """

    source = "RepeatVector documentation of Keras"
    example = "- flatten\n- dense: 16\n- repeat_vector: 5"

    times: int = key(COUNT, symbol="n", help="how many positions")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal for a map."""
        x = numbers(inputs[0], "repeat_vector")
        if x.size:
            raise Refusal("E303", "repeat_vector needs a vector, got a map", operands=True,
                          help="`flatten` or pool it first; `upsample` repeats positions")  # fmt: skip
        return Facts(x._replace(size=(self.times,)))
