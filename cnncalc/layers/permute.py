"""Permutation of axes."""

from __future__ import annotations

from cnncalc.arithmetic.windows import Axis, Everything, Moved, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Listing
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXIS, names_of
from cnncalc.layers.base.places import axes_of, place
from cnncalc.layers.base.shape import Shape, numbers


class Permute(Layer):
    """Puts the axes in another order; [h, w, c] makes channels of h and a size of w and c.

    Output: the lengths of the old axes in their new order, the channels first.
    Weights: none.
    MACs: none.
    Window: one element along the axis' new place; of an axis that becomes the channels everything.
    """

    source = "Permute documentation of Keras; permute documentation of PyTorch"
    example = "- permute: {axes: [c, w, h]}"

    axes: tuple[str, ...] = key(
        Listing(AXIS), help="the old axes in their new order, the channels first: [c, w, h]"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal unless every axis is named once."""
        x = numbers(inputs[0], "permute")
        places = [place(x, name, "axes") for name in self.axes]
        if sorted(places) != list(range(x.rank + 1)):
            raise Refusal("E302", f"`axes` must name each of {', '.join(names_of(x))} once, got "
                          f"{', '.join(self.axes)}", key="axes", operands=True)  # fmt: skip
        channels, *size = (axes_of(x)[at] for at in places)
        output = x._replace(channels=channels, size=tuple(size))
        if places == sorted(places):
            return Facts(output)
        return Facts(output, windows=tuple(_way(old, places) for old in range(1, x.rank + 1)))


def _way(old: int, places: list[int]) -> Axis:
    """How the output reads the old axis: along its new place, or all of it as channels."""
    new = places.index(old)
    return Everything() if new == 0 else Window() if new == old else Moved(new - 1)
