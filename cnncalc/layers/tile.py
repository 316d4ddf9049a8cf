"""Repetition along an axis."""

from __future__ import annotations

from cnncalc.arithmetic.moving import Single, Tiled
from cnncalc.arithmetic.windows import Axis as Reading
from cnncalc.arithmetic.windows import Window
from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXIS, Axis, place, window_of
from cnncalc.layers.base.shape import Shape, axes_of, not_tokens, with_axes


class Tile(Layer):
    """Repeats a tensor along an axis; an axis of length 1 is spread, as by `expand` in PyTorch.

    Output: `times` as long along `axis`.
    Weights: none.
    MACs: none.
    Window: one element.
    """

    source = "tile and repeat documentation of PyTorch and keras.ops; Tile and Expand of ONNX"
    example = "- tile: {axis: h, times: 2}"

    axis: Axis = key(AXIS, help="the axis that grows: channels, l, h, w, d, or its number")
    times: int = key(COUNT, symbol="n", help="how often it is repeated")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "tile")
        at = place(x, self.axis, "axis", self.rules)
        axes = list(axes_of(x))
        n = axes[at]
        axes[at] *= self.times
        along = window_of(x, at)
        windows: tuple[Reading, ...] = ()
        if along is not None:
            grown = Single(self.times) if n == 1 else Tiled(self.times)
            windows = tuple(grown if i == along else Window() for i in range(x.rank))
        return Facts(with_axes(x, axes), windows=windows)
