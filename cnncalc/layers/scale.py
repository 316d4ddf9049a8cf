"""A learnt factor, and a learnt summand."""

from __future__ import annotations

from cnncalc.layers.base.key_types import FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AxesKind, AxisNames, choose_axes, lengths
from cnncalc.layers.base.shape import Shape, not_tokens


class Scale(Layer):
    """Multiplies by a learnt factor: one for all, or one for each place along `axes`.

    Output: the shape of the input.
    Weights: one for all, or one for each place along `axes`; as many again with `shift`.
    MACs: none; a multiplication per element, with `shift` an addition more.
    Window: elementwise.
    """

    periodic = "all"
    saves = ("inputs",)
    source = "Bachlechner et al. 2020, arXiv:2003.04887 (ReZero); Scale of Caffe"
    example = "- conv: {filters: 8, kernel: 1, name: a}\n- scale\n- add: [prev, a]"

    axes: AxisNames = key(
        AxesKind(empty=True), (), help="the axes with factors of their own; [] is one for all"
    )
    shift: bool = key(FLAG, False, help="whether a summand is learnt, too")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "scale")
        each = lengths(x, choose_axes(x, self.axes, "axes", self.rules))
        weights = {"scale": each}
        work = {"multiply": x.elements}
        if self.shift:
            weights["shift"] = each
            work["add"] = x.elements
        return Facts(x, weights=weights, work=work)

    def tells_channels_apart(self, x: Shape) -> bool:
        """Always: each element by itself."""
        return True
