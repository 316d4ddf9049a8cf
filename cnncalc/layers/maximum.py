"""Maximum of tensors."""

from typing import ClassVar

from cnncalc.layers.base.merging import Merge


class Maximum(Merge):
    """Keeps the largest of the operands, element by element.

    Output: the shape that all operands have.
    Weights: none.
    MACs: none; a comparison per element for every operand after the first.
    Window: elementwise.
    """

    saves = ("inputs",)
    example = "- conv: {filters: 8, kernel: 3, name: a}\n- tanh\n- maximum: [prev, a]"
    verb = "take the maximum of"
    each: ClassVar = {"compare": 1}
