"""Tensors side by side along a new axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.inserting import Inserting
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.regrouping import readings
from cnncalc.layers.base.shape import Shape, not_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis


class Stack(Inserting):
    """Puts tensors of one shape side by side along a new axis.

    Output: one axis more, as long as there are operands; a tensor unless the channels keep their
    place, first or last.
    Weights: none.
    MACs: none.
    Window: one element of each operand: the new axis is taken for one from which all are seen.
    """

    operands = (1, None)
    differs = True
    source = "stack documentation of PyTorch and keras.ops"
    example = (
        "- conv: {filters: 8, kernel: 1, name: a}\n- relu\n- stack: {from: [a, prev], axis: d}"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if the shapes differ."""
        for x in inputs:
            not_tokens(x, "stack")
            if x != inputs[0]:
                raise Refusal("E306", "cannot stack different shapes", operands=True,
                              help="`concat` takes operands that differ along one axis")  # fmt: skip
        output, goes = self.insert(inputs[0], len(inputs))
        return Facts(output, windows=readings(inputs[0], output, goes))

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """All operands alike."""
        return facts.windows
