"""Resampling to a size."""

from __future__ import annotations

from cnncalc.bases.resampling import ALIGN, MODE, axis, interpolation, resampled
from cnncalc.keys import FLAG, PER_AXIS, PerAxis, key
from cnncalc.layer import Facts, Layer, Shape, a_map, per_axis


class Resize(Layer):
    """Interpolates values so that the map has the size asked for.

    Output: the input's channels and `size`.
    Weights: none.
    MACs: none; nearest does no arithmetic, linear interpolation 2 operations per output in one
    dimension, 4 in two, 8 in three; cubic 4, 16, 64.
    Window: the inputs that enter an output with a weight other than zero. Keras' nearest is the
    element under the output's centre (`nearest_exact`), PyTorch's the one under its start.
    """

    differs = True
    keras = "Resizing"
    torch = "interpolate"
    source = "interpolate documentation of PyTorch, Resizing documentation of Keras"
    example = "- resize: [128, 128]"

    size: PerAxis = key(PER_AXIS, help="the output's size")
    mode: str = key(MODE, "linear", keras="interpolation", help="how values in between are found")
    align_corners: bool = key(FLAG, False, help=ALIGN)

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "resize")
        mode = interpolation(self.mode, x.rank, self.dialect, align_corners=self.align_corners)
        if mode == "nearest" and self.dialect == "keras":
            mode = "nearest_exact"
        targets = per_axis(self.size, x.rank, "size")
        return resampled(
            x,
            tuple(
                axis(n, target, mode, align_corners=self.align_corners)
                for n, target in zip(x.size, targets, strict=True)
            ),
        )
