"""Multiplication of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.layers.base.merging import Merge, is_spread, remedy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.shape import Shape


class Multiply(Merge):
    """Multiplies the operands, element by element; a vector and axes of size 1 are spread.

    So a vector of C features scales the channels of a map, and a map of one channel its positions.
    Output: along every axis the size of the largest operand.
    Weights: none.
    MACs: none; a multiplication per element for every operand after the first.
    Window: elementwise.
    """

    saves = ("inputs",)
    source = "Hu et al. 2018, arXiv:1709.01507; merging layers of Keras"
    example = (
        "- conv: {filters: 8, kernel: 3, name: a}\n- global_avg_pool\n"
        "- dense: {units: 8, activation: sigmoid}\n- multiply: [a, prev]"
    )
    verb = "multiply"
    each: ClassVar = {"multiply": 1}

    def spreads(self, x: Shape, output: Shape) -> bool:
        """In every framework; a vector fits any map, as a factor of its channels."""
        if x.rank < output.rank and x.rank and not self.rules.merges_pad:
            return False
        return is_spread(x, output)

    def fix(self, inputs: Sequence[Shape], x: Shape, output: Shape) -> str:
        """A vector needs as many features as the map has channels."""
        if not x.rank and output.rank:
            return f"use a dense with {output.channels} units for the vector"
        return remedy(output, x)
