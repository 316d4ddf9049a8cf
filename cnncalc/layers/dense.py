"""Fully connected layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import COUNT, FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.linear import INSTEAD, across, facts_of_flat, features
from cnncalc.layers.base.shape import axes_of, with_axes

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class Dense(Layer):
    """Every unit is a weighted sum of all features.

    Of a map or a tensor, the features are the last axis as the framework of the dialect holds it: the
    channels in Keras, the last axis of space in PyTorch; the other axes are positions. Caffe
    flattens first.
    Output: `units` in the place of the features.
    Weights: units × features, and one bias per unit.
    MACs: units × features, for each position.
    Window: one position; everything along an axis of space that is connected.
    """

    periodic = "all"
    keeps_apart = "vectors"
    of_channels = ("units",)
    hosts = True
    kernels = ("kernel",)
    differs = True
    instead = INSTEAD
    saves = ("inputs",)
    source = "Dense documentation of Keras; Linear documentation of PyTorch"
    example = "- flatten\n- dense: {units: 10, activation: softmax}"

    units: int = key(COUNT, symbol="U", help="output features")
    bias: bool = key(FLAG, True, help="whether a bias is learnt")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = inputs[0]
        if x.size and self.rules.dense_flattens:
            return facts_of_flat(x, self)
        at = features(x, "dense", self.rules)
        axes = axes_of(x)
        output = with_axes(x, (*axes[:at], self.units, *axes[at + 1 :]))
        weights: dict[str, tuple[int, ...]] = {"kernel": (self.units, axes[at])}
        if self.bias:
            weights["bias"] = (self.units,)
        return Facts(
            output,
            weights=weights,
            windows=across(x, at, self.units),
            macs=output.elements * axes[at],
            work={"add": output.elements} if self.bias else {},
        )

    def tells_channels_apart(self, x: Shape) -> bool:
        """Unless they are the features."""
        return not self.rules.dense_flattens and features(x, "dense", self.axis_rules) > 0
