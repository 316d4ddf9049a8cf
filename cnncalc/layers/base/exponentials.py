"""Activations that share one sum among the elements of a vector: softmax and its kin."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.named_axes import AXES, AxisNames, choose_axes, joint_axes, lengths
from cnncalc.layers.base.shape import Shape, names_of, not_tokens

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis


class Exponentials(Layer):
    """Base of softmax, softmin, log_softmax and sparsemax."""

    periodic = "all"
    role = "activation"

    saves = ("output",)
    axis: AxisNames = key(AXES, "channels", help="the axes that share one sum")

    def vectors(self, x: Shape, what: str) -> tuple[int, int, tuple[Axis, ...]]:
        """How many vectors `x` holds along `axis`, how long each is, and how `x` is read."""
        axes = choose_axes(not_tokens(x, what), self.axis, "axis", self.rules)
        length = prod(lengths(x, axes))
        return x.elements // length, length, joint_axes(x, axes)

    def tells_channels_apart(self, x: Shape) -> bool:
        """Unless they are among the `axis`."""
        return names_of(x)[0] not in choose_axes(x, self.axis, "axis", self.axis_rules)
