"""Bilinear layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.linear import a_vector

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class Bilinear(Layer):
    """Every unit is a weighted sum of the products of all features of two vectors.

    Output: a vector of `units` features.
    Weights: units × features of the first × features of the second, and one bias per unit.
    MACs: as many as there are weights without the biases; the products of the features, made
    once for all units, are other arithmetic.
    Window: none, a vector has no positions.
    """

    operands = (2, 2)
    saves = ("inputs",)
    source = "Bilinear documentation of PyTorch"
    example = (
        "- flatten: {name: a}\n- dense: {units: 8, activation: relu}\n"
        "- bilinear: {from: [a, prev], units: 10}"
    )

    units: int = key(COUNT, symbol="U", help="output features")
    bias: bool = key(FLAG, True, help="whether a bias is learnt")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if the vectors are of different regions."""
        x, y = (a_vector(operand, "bilinear") for operand in inputs)
        if x.copies != y.copies:
            raise Refusal("E306", "cannot combine vectors of different regions of interest",
                          help="use vectors of the same regions", operands=True)  # fmt: skip
        output = x._replace(channels=self.units)
        weights: dict[str, tuple[int, ...]] = {"kernel": (self.units, x.channels, y.channels)}
        work = {"multiply": x.elements * y.channels}
        if self.bias:
            weights["bias"] = (self.units,)
            work["add"] = output.elements
        return Facts(
            output, weights=weights, macs=output.elements * x.channels * y.channels, work=work
        )
