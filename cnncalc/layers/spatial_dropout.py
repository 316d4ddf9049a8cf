"""Dropout of whole channels."""

from __future__ import annotations

from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.noise import Noise
from cnncalc.layers.base.shape import Shape, a_map


class SpatialDropout(Noise):
    """Sets whole channels of a map to zero while training; the identity at inference."""

    saves = ()
    source = "Tompson et al. 2015, arXiv:1411.4280"
    example = "- spatial_dropout: 0.1"

    def facts(self, *inputs: Shape) -> Facts:
        """The input's shape; no work at inference. Training keeps a number for each channel."""
        x = a_map(inputs[0], "spatial_dropout")
        return Facts(x, saved=x.channels * x.copies)
