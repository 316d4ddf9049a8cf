"""Instance normalisation."""

from __future__ import annotations

from cnncalc.layers.base.key_types import FLAG, NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.normalising import everywhere, learnt, measure_work, running, scale_work
from cnncalc.layers.base.shape import Shape, a_map


class InstanceNorm(Layer):
    """Normalises each channel of an example by its own mean and variance.

    Output: the shape of the input.
    Weights: none unless `affine`, then a scale and a centre per channel; with `track` the running
    mean and variance are buffers.
    MACs: none; 5 operations per element, 4 without weights; with `track` 2, as in batch_norm.
    Window: everything; elementwise with `track`, where the statistics are fixed at inference.
    """

    periodic = "space"
    role = "norm"
    removes_mean = True
    saves = ("inputs",)
    kernels = ("scale",)
    short = "in"
    source = "Ulyanov et al. 2016, arXiv:1607.08022"
    example = "- instance_norm"

    affine: bool = key(FLAG, False, help="whether a scale and a shift per channel are learnt")
    track: bool = key(FLAG, False, help="whether running statistics are kept")
    eps: float = key(NUMBER, None, help="changes no count")
    momentum: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "instance_norm")
        weights = learnt((x.channels,), scale=self.affine, center=self.affine)
        if self.track:
            return Facts(x, weights=weights, buffers=running(x.channels), work=scale_work(x))
        return Facts(
            x,
            windows=everywhere(x),
            weights=weights,
            work=measure_work(x, affine=self.affine),
            saved=2 * x.channels * x.copies,
        )
