"""Addition with learnt weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import Choice
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.merging import Merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape


class WeightedAdd(Merge):
    """Adds the operands, each times a learnt weight, as where levels of a pyramid are fused.

    Output: the shape that all operands have.
    Weights: one per operand, or one per operand and channel.
    MACs: none; a multiplication per element and operand, an addition for every operand after the
    first. The weights are normalised by a few operations more, which are counted.
    Window: elementwise.
    """

    saves = ("inputs",)
    source = "Tan et al. 2019, arXiv:1911.09070 (BiFPN)"
    example = "- conv: {filters: 8, kernel: 1, name: a}\n- relu\n- weighted_add: [prev, a]"
    verb = "add"

    per: str = key(Choice("operand", "channel"), "operand", help="what a weight is for")
    normalise: str = key(
        Choice("fast", "softmax", "none"),
        "fast",
        help="how the weights come to add up to one: divided by their sum, or a softmax",
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        facts = super().facts(*inputs)
        return self._add_weights(facts, len(inputs))

    def apply_often(self, shapes: Sequence[Shape], places: Sequence[int]) -> Facts:
        """The weights are those of all operands."""
        return self._add_weights(super().apply_often(shapes, places), len(places))

    def _add_weights(self, facts: Facts, count: int) -> Facts:
        output = facts.output
        each = (count, output.channels) if self.per == "channel" else (count,)
        weights = count * (output.channels if self.per == "channel" else 1)
        sums = weights // count
        work = {"multiply": count * output.elements, "add": (count - 1) * output.elements}
        if self.normalise != "none":
            work["add"] += weights - sums
            work["divide"] = weights
            work["exp" if self.normalise == "softmax" else "compare"] = weights
        return facts.replace(weights={"fusion": each}, work=work)
