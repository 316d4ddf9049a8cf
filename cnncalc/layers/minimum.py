"""Minimum of tensors."""

from typing import ClassVar

from cnncalc.layers.base.merging import Merge


class Minimum(Merge):
    """Keeps the smallest of the operands, element by element.

    Output: the shape that all operands have.
    Weights: none.
    MACs: none; a comparison per element for every operand after the first.
    Window: elementwise.
    """

    saves = ("inputs",)
    example = "- conv: {filters: 8, kernel: 3, name: a}\n- tanh\n- minimum: [prev, a]"
    verb = "take the minimum of"
    each: ClassVar = {"compare": 1}
