"""Average of tensors."""

from typing import ClassVar

from cnncalc.layers.base.merging import Merge


class Average(Merge):
    """Averages the operands, element by element.

    Output: the shape that all operands have.
    Weights: none.
    MACs: none; per element an addition for every operand after the first, and a division.
    Window: elementwise.
    """

    example = "- conv: {filters: 8, kernel: 3, name: a}\n- relu\n- average: [prev, a]"
    verb = "average"
    each: ClassVar = {"add": 1}
    once: ClassVar = {"divide": 1}
