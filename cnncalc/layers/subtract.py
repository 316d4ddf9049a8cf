"""Subtraction of tensors."""

from typing import ClassVar

from cnncalc.layers.base.merging import Merge


class Subtract(Merge):
    """Subtracts the second operand from the first, element by element.

    Output: the shape that both operands have.
    Weights: none.
    MACs: none; a subtraction per element.
    Window: elementwise.
    """

    operands = (2, 2)
    in_any_order = False
    example = "- conv: {filters: 8, kernel: 3, name: a}\n- relu\n- subtract: [a, prev]"
    verb = "subtract"
    each: ClassVar = {"subtract": 1}
