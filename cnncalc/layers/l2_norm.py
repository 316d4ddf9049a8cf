"""Normalisation to length one."""

from __future__ import annotations

from math import prod

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXES, AxisNames, choose_axes, joint_axes, lengths
from cnncalc.layers.base.shape import Shape, names_of, not_tokens


class L2Norm(Layer):
    """Divides by the Euclidean length along `axes`.

    Output: the shape of the input.
    Weights: none.
    MACs: none; for each vector of n elements n squares, n − 1 additions, a root, n divisions.
    Window: elementwise over channels; all of the axes that are spatial.
    """

    periodic = "space"
    saves = ("inputs",)
    source = "normalize documentation of PyTorch; UnitNormalization documentation of Keras"
    example = "- l2_norm"

    axes: AxisNames = key(AXES, "channels", help="the axes along which the length is one")  # fmt: skip
    eps: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "l2_norm")
        axes = choose_axes(x, self.axes, "axes", self.rules)
        n = x.elements
        vectors = n // prod(lengths(x, axes))
        work = {"multiply": n, "add": n - vectors, "sqrt": vectors, "divide": n}
        return Facts(x, windows=joint_axes(x, axes), work=work)

    def tells_channels_apart(self, x: Shape) -> bool:
        """Unless they are among the `axes`."""
        return names_of(x)[0] not in choose_axes(x, self.axes, "axes", self.axis_rules)
