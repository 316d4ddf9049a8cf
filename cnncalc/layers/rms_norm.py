"""Normalisation by the root of the mean square."""

from __future__ import annotations

from math import prod

from cnncalc.layers.base.key_types import FLAG, NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXES, AxisNames, choose_axes, joint_axes, lengths
from cnncalc.layers.base.normalising import learnt
from cnncalc.layers.base.shape import Shape, names_of, not_tokens


class RmsNorm(Layer):
    """Divides by the root of the mean square along `axes`.

    Output: the shape of the input.
    Weights: a scale for each place along `axes`: the product of their sizes.
    MACs: none; per element a square, an addition, a division and the scale.
    Window: elementwise over channels; all of the axes that are spatial.
    """

    periodic = "space"
    role = "norm"
    saves = ("inputs",)
    kernels = ("scale",)
    short = "rms"
    source = "Zhang & Sennrich 2019, arXiv:1910.07467"
    example = "- rms_norm"

    axes: AxisNames = key(AXES, "channels", help="the axes that share one mean")
    scale: bool = key(FLAG, True, help="whether a scale is learnt")
    eps: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "rms_norm")
        axes = choose_axes(x, self.axes, "axes", self.rules)
        weights = learnt(lengths(x, axes), scale=self.scale, center=False)
        n = x.elements
        work = {"multiply": 2 * n if self.scale else n, "add": n, "divide": n}
        vectors = n // prod(lengths(x, axes))
        return Facts(x, windows=joint_axes(x, axes), weights=weights, work=work, saved=vectors)

    def tells_channels_apart(self, x: Shape) -> bool:
        """Unless they are among the `axes`."""
        return names_of(x)[0] not in choose_axes(x, self.axes, "axes", self.axis_rules)
