"""Resampling to a size."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import FLAG, PER_AXIS, TEXT, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.resampling import ALIGN, MODE, axis, interpolation, resampling_facts
from cnncalc.layers.base.shape import Shape, a_map, per_axis


class Resize(Layer):
    """Interpolates values so that the map has the size asked for.

    Output: the input's channels and `size`, or the size of the map `like`.
    Weights: none.
    MACs: none; nearest does no arithmetic, linear interpolation 2 operations per output in one
    dimension, 4 in two, 8 in three; cubic 4, 16, 64.
    Window: the inputs that enter an output with a weight other than zero. Keras' nearest is the
    element under the output's centre (`nearest_exact`), PyTorch's the one under its start.
    """

    periodic = "space"
    differs = True
    references = ("like",)
    elsewhere: ClassVar = dict.fromkeys(
        ("scale", "scale_factor", "factor"), "`upsample` takes a factor: - upsample: 2"
    )
    source = "interpolate documentation of PyTorch, Resizing documentation of Keras"
    example = "- resize: [128, 128]"

    size: PerAxis | None = key(PER_AXIS, None, help="the output's size")
    like: str | None = key(TEXT, None, help="the name of a map that has the output's size")
    mode: str = key(MODE, "linear", help="how values in between are found")
    align_corners: bool = key(FLAG, False, help=ALIGN)

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; a second input gives its size only."""
        x = a_map(inputs[0], "resize")
        mode = interpolation(self, self.mode, x.rank)
        if mode == "nearest":
            mode = self.rules.nearest
        targets = self._size(x.rank, inputs[1:])
        return resampling_facts(
            x,
            tuple(
                axis(n, target, mode, align_corners=self.align_corners)
                for n, target in zip(x.size, targets, strict=True)
            ),
        )

    def _size(self, rank: int, like: tuple[Shape, ...]) -> tuple[int, ...]:
        """The size asked for, in so many words or by a map that has it."""
        if (self.size is None) == (not like):
            raise Refusal("E106", "`resize` needs one of `size` and `like`",
                          help="resize: [128, 128] or resize: {like: name}")  # fmt: skip
        if self.size is not None:
            return per_axis(self.size, rank, "size")
        target = a_map(like[0], "resize.like").size
        if len(target) != rank:
            raise Refusal("E302", f"`like` has {len(target)} axes, the input has {rank}",
                          key="like", operands=True)  # fmt: skip
        return target
