"""Batch normalisation."""

from __future__ import annotations

from cnncalc.layers.base.key_types import FLAG, NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.normalising import everywhere, learnt, measure_work, running, scale_work
from cnncalc.layers.base.shape import Shape, with_channels


class BatchNorm(Layer):
    """Normalises each channel by the mean and variance of the batch.

    Output: the shape of the input.
    Weights: a scale and a centre per channel; the running mean and variance are buffers. Caffe learns
    neither, and keeps a number more, by which it divides the statistics.
    MACs: none; at inference a multiplication and an addition per element.
    Window: elementwise at inference, where the statistics are fixed; everything if none are kept.
    """

    periodic = "all"
    keeps_apart = "maps"
    role = "norm"
    removes_mean = True
    saves = ("inputs", "statistics")
    kernels = ("scale",)
    short = "bn"
    source = "Ioffe & Szegedy 2015, arXiv:1502.03167"
    example = "- batch_norm"

    scale: bool = key(FLAG, True, help="whether a scale per channel is learnt")
    center: bool = key(FLAG, True, help="whether a shift per channel is learnt")
    track: bool = key(FLAG, True, help="whether running statistics are kept")
    eps: float = key(NUMBER, None, help="changes no count")
    momentum: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = with_channels(inputs[0], "batch_norm")
        weights = learnt((x.channels,), scale=self.scale, center=self.center)
        if self.track:
            buffers = running(x.channels)
            if self.rules.sums_weighed:
                buffers["weight"] = (1,)
            if self.rules.averages_hidden:
                buffers |= {f"hidden_{name}": shape for name, shape in buffers.items()}
            return Facts(x, weights=weights, buffers=buffers, work=scale_work(x))
        return Facts(
            x, windows=everywhere(x), weights=weights, work=measure_work(x, affine=bool(weights))
        )

    def tells_channels_apart(self, x: Shape) -> bool:
        """Always: each has statistics of its own."""
        return True
