"""Fully connected layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import COUNT, FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.linear import a_vector

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class Dense(Layer):
    """Every unit is a weighted sum of all features of a vector.

    Output: a vector of `units` features.
    Weights: units × features, and one bias per unit.
    MACs: units × features.
    Window: none, a vector has no positions.
    """

    hosts = True
    saves = ("inputs",)
    source = "Dense documentation of Keras; Linear documentation of PyTorch"
    example = "- flatten\n- dense: {units: 10, activation: softmax}"

    units: int = key(COUNT, symbol="U", help="output features")
    bias: bool = key(FLAG, True, help="whether a bias is learnt")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_vector(inputs[0], "dense")
        output = x._replace(channels=self.units)
        weights: dict[str, tuple[int, ...]] = {"kernel": (self.units, x.channels)}
        if self.bias:
            weights["bias"] = (self.units,)
        return Facts(
            output,
            weights=weights,
            macs=output.elements * x.channels,
            work={"add": output.elements} if self.bias else {},
        )
