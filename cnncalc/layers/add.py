"""Addition of tensors."""

from typing import ClassVar

from cnncalc.layers.base.merging import Merge


class Add(Merge):
    """Adds the operands, element by element, as at the end of a residual block.

    Output: the shape that all operands have.
    Weights: none.
    MACs: none; an addition per element for every operand after the first.
    Window: elementwise.
    """

    example = "- conv: {filters: 8, kernel: 3, name: a}\n- relu\n- add: [prev, a]"
    verb = "add"
    each: ClassVar = {"add": 1}
