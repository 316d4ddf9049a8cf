"""Layer normalisation."""

from __future__ import annotations

from math import prod

from cnncalc.layers.base.key_types import FLAG, NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXES, AxisNames, choose_axes, joint_axes, lengths
from cnncalc.layers.base.normalising import learnt, measure_work
from cnncalc.layers.base.shape import Shape, names_of, not_tokens


class LayerNorm(Layer):
    """Normalises each example by the mean and variance along `axes`.

    Output: the shape of the input.
    Weights: a scale and a centre for each place along `axes`: the product of their sizes, twice.
    MACs: none; 5 operations per element, 4 without weights.
    Window: elementwise over channels; all of the axes that are spatial.
    """

    periodic = "space"
    role = "norm"
    saves = ("inputs",)
    kernels = ("scale",)
    short = "ln"
    source = "Ba et al. 2016, arXiv:1607.06450"
    example = "- layer_norm"

    axes: AxisNames = key(AXES, "channels", help="the axes that share one mean")
    scale: bool = key(FLAG, True, help="whether a scale is learnt")
    center: bool = key(FLAG, True, help="whether a shift is learnt")
    eps: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "layer_norm")
        axes = choose_axes(x, self.axes, "axes", self.rules)
        weights = learnt(lengths(x, axes), scale=self.scale, center=self.center)
        work = measure_work(x, affine=bool(weights))
        vectors = x.elements // prod(lengths(x, axes))
        return Facts(x, windows=joint_axes(x, axes), weights=weights, work=work, saved=2 * vectors)

    def tells_channels_apart(self, x: Shape) -> bool:
        """Unless they are among the `axes`."""
        return names_of(x)[0] not in choose_axes(x, self.axes, "axes", self.axis_rules)
