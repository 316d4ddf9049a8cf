"""Resampling by a factor."""

from __future__ import annotations

from typing import Any

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import FLAG, Axes
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.resampling import (
    ALIGN,
    MODE,
    SCALE,
    axis,
    interpolation,
    resampling_facts,
    scale_step,
)
from cnncalc.layers.base.shape import Shape, a_map, per_axis


class Upsample(Layer):
    """Repeats or interpolates values so that the map grows by a factor.

    Output: the input's channels; per axis ⌊n·scale⌋, in 64-bit floating point as in PyTorch.
    Weights: none.
    MACs: none; nearest does no arithmetic, linear interpolation 2 operations per output in one
    dimension, 4 in two, 8 in three; cubic 4, 16, 64.
    Window: the inputs that enter an output with a weight other than zero.
    """

    periodic = "space"
    source = "Upsample documentation of PyTorch, UpSampling2D documentation of Keras"
    example = "- upsample: 2"

    scale: Any = key(Axes(SCALE), symbol="s", help="the factor")
    mode: str = key(MODE, "nearest", help="how values in between are found")
    align_corners: bool = key(FLAG, False, help=ALIGN)

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if an axis would become shorter than 1."""
        x = a_map(inputs[0], "upsample")
        mode = interpolation(self, self.mode, x.rank)
        scales = per_axis(self.scale, x.rank, "scale")
        self.check(scales)
        windows = []
        for n, scale in zip(x.size, scales, strict=True):
            step = scale_step(scale)
            target = self.rules.scale(n, scale)
            if target < 1:
                raise Refusal("E311", f"nothing is left: {n} × {scale} is less than 1", key="scale",
                              operands=True)  # fmt: skip
            windows.append(axis(n, target, mode, align_corners=self.align_corners, step=step))
        return resampling_facts(x, tuple(windows))
