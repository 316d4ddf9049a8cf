"""Bilinear layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.linear import INSTEAD, across, features
from cnncalc.layers.base.shape import axes_of, with_axes

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class Bilinear(Layer):
    """Every unit is a weighted sum of the products of all features of two vectors.

    Of maps and tensors, the features are the last axis, as for dense.
    Output: `units` in the place of the features.
    Weights: units × features of the first × features of the second, and one bias per unit.
    MACs: as many as there are weights without the biases; the products of the features, made
    once for all units, are other arithmetic.
    Window: one position; everything along an axis of space that is connected.
    """

    operands = (2, 2)
    differs = True
    instead = INSTEAD
    saves = ("inputs",)
    kernels = ("kernel",)
    source = "Bilinear documentation of PyTorch"
    example = (
        "- flatten: {name: a}\n- dense: {units: 8, activation: relu}\n"
        "- bilinear: {from: [a, prev], units: 10}"
    )

    units: int = key(COUNT, symbol="U", help="output features")
    bias: bool = key(FLAG, True, help="whether a bias is learnt")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if the operands differ in more than their features."""
        x, y = inputs
        at, to = (features(operand, "bilinear", self.rules) for operand in inputs)
        axes, others = axes_of(x), axes_of(y)
        if (x.form, axes[:at], axes[at + 1 :]) != (y.form, others[:to], others[to + 1 :]):
            raise Refusal("E306", "cannot combine operands that differ in more than their features",
                          help="`reshape`, pool or `flatten` one of them", operands=True)  # fmt: skip
        if x.copies != y.copies:
            raise Refusal("E306", "cannot combine vectors of different regions of interest",
                          help="use vectors of the same regions", operands=True)  # fmt: skip
        output = with_axes(x, (*axes[:at], self.units, *axes[at + 1 :]))
        weights: dict[str, tuple[int, ...]] = {"kernel": (self.units, axes[at], others[to])}
        work = {"multiply": x.elements * others[to]}
        if self.bias:
            weights["bias"] = (self.units,)
            work["add"] = output.elements
        return Facts(
            output,
            windows=across(x, at, self.units),
            weights=weights,
            macs=output.elements * axes[at] * others[to],
            work=work,
        )
