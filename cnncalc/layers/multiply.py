"""Multiplication of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.windows import Axis, Single, Window
from cnncalc.layers.base.merging import Merge, remedy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.layer import Facts
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

    def merge(self, inputs: tuple[Shape, ...]) -> Shape:
        """The shape that all operands spread to; raises Refusal if there is none."""
        rank = max(x.rank for x in inputs)
        maps = [x.size for x in inputs if x.rank == rank]
        size = tuple(max(sizes) for sizes in zip(*maps, strict=True))
        output = inputs[0]._replace(channels=max(x.channels for x in inputs), size=size)
        for x in inputs:
            if not _spreads(x, output):
                vector = not x.rank and rank
                raise self.different(f"use a dense with {output.channels} units for the vector"
                                     if vector else remedy(output, x))  # fmt: skip
        return output

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...]:
        """One element; along an axis that is spread, the only one there is."""
        x, size = inputs[operand], facts.output.size
        if not x.rank or x.size == size:
            return ()
        return tuple(Single(m) if n < m else Window() for n, m in zip(x.size, size, strict=True))


def _spreads(x: Shape, output: Shape) -> bool:
    """Whether every axis of `x` has the size of `output`, or 1; a vector fits any map."""
    if x.copies != output.copies or x.channels not in {1, output.channels}:
        return False
    if not x.rank:
        return True
    return x.rank == output.rank and all(
        n in {1, m} for n, m in zip(x.size, output.size, strict=True)
    )
