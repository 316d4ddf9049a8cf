"""Normalisation of lengths by their mean."""

from __future__ import annotations

from math import prod

from cnncalc.layers.base.key_types import FLAG, NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXES, AxisNames, choose_axes, joint_axes, lengths
from cnncalc.layers.base.normalising import learnt
from cnncalc.layers.base.shape import Shape, names_of, not_tokens


class GlobalResponseNorm(Layer):
    """Multiplies each channel by its Euclidean length in units of their mean, and adds what was read.

    Output: the shape of the input.
    Weights: a scale and a centre for each length, of which there is one per channel.
    MACs: none; per element a square, an addition, the product, the affine map and the sum.
    Window: everything: the lengths are taken over all positions, and their mean over all channels.
    """

    periodic = "space"
    role = "norm"
    saves = ("inputs",)
    kernels = ("scale",)
    short = "grn"
    source = "Woo et al. 2023, arXiv:2301.00808; GlobalResponseNorm of timm"
    example = "- global_response_norm"

    axes: AxisNames = key(AXES, "space", help="the axes along which lengths are taken")
    scale: bool = key(FLAG, True, help="whether a scale per channel is learnt")
    center: bool = key(FLAG, True, help="whether a shift per channel is learnt")
    eps: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "global_response_norm")
        axes = choose_axes(x, self.axes, "axes", self.rules)
        others = frozenset(names_of(x)) - axes
        own = lengths(x, others)
        weights = learnt(tuple(own), scale=self.scale, center=self.center)
        n, count = x.elements, x.copies * prod(own)
        work = {
            # squares, sums of them, roots; the mean of the roots, and each in units of it
            "multiply": n * (3 if self.scale else 2),
            "add": n - x.copies + n * (2 if self.center else 1),
            "sqrt": count,
            "divide": count + x.copies,
        }
        windows = joint_axes(x, axes | others)
        return Facts(x, windows=windows, weights=weights, work=work, saved=count)
