"""Chosen places of an axis."""

from __future__ import annotations

from itertools import pairwise

from cnncalc.arithmetic.moving import Picked
from cnncalc.arithmetic.windows import Axis as Reading
from cnncalc.arithmetic.windows import Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import LIMIT, Integer, Listing
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXIS, Axis, place, window_of
from cnncalc.layers.base.shape import Shape, axes_of, not_tokens, with_axes

_INDICES = Listing(Integer(-LIMIT), single=True)


class Gather(Layer):
    """Takes chosen places of an axis, in the order in which they are named, also more than once.

    Output: as many places along `axis` as there are indices; `squeeze` drops an axis of which one is left.
    Indices count from 0, negative ones from the end.
    Weights: none.
    MACs: none.
    Window: one element, at the place that is chosen.
    """

    source = "index_select documentation of PyTorch; keras.ops.take; Gather of ONNX"
    example = "- gather: {axis: channels, indices: [0, 2, 1]}"

    axis: Axis = key(AXIS, help="the axis: channels, l, h, w, d, or its number")
    indices: tuple[int, ...] = key(_INDICES, help="which places: [0, 2, -1]")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal for a place that is not there."""
        x = not_tokens(inputs[0], "gather")
        at = place(x, self.axis, "axis", self.rules)
        axes = list(axes_of(x))
        n = axes[at]
        places = tuple(index + n * (index < 0) for index in self.indices)
        for index, taken in zip(self.indices, places, strict=True):
            if not 0 <= taken < n:
                raise Refusal("E311", f"there is no place {index} among {n}", key="indices",
                              help=f"0 to {n - 1}, or −{n} to −1", operands=True)  # fmt: skip
        axes[at] = len(places)
        along = window_of(x, at)
        windows: tuple[Reading, ...] = ()
        if along is not None:
            read = _reading(places, n)
            windows = tuple(read if i == along else Window() for i in range(x.rank))
        return Facts(with_axes(x, axes), windows=windows)


def _reading(places: tuple[int, ...], n: int) -> Reading:
    """A window that jumps, if the places are equally far apart and go up."""
    step = places[1] - places[0] if len(places) > 1 else 1
    if step < 1 or any(b - a != step for a, b in pairwise(places)):
        return Picked(places)
    return Window(stride=step, padding=(-places[0], places[-1] + 1 - n), rule="explicit")
